import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../task/load/connect.ts';
import { allowMergeMemory } from '../../task/load/staging.ts';
import { inTransaction } from '../../task/load/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** What the setting is in the transaction of a merge, and after it, where the database says this. */
async function memoryOf(setting: string) {
  const name = new URL(database.url).pathname.slice(1);
  const admin = postgres(database.url, { max: 1 });
  await admin.unsafe(`alter database ${name} set work_mem = '${setting}'`);
  await admin.end();
  const session = connect({ url: database.url, tls: 'url' }, 'test');
  const read = async (sql: typeof session.sql) => (await sql`show work_mem`)[0]!.work_mem;
  try {
    const during = await inTransaction(session, async (tx) => {
      await allowMergeMemory(tx);
      return read(tx);
    });
    return { during, after: await read(session.sql) };
  } finally {
    await session.sql.end();
  }
}

it('a merge may take more memory than other queries, until its transaction ends', async () => {
  expect(await memoryOf('4MB')).toEqual({ during: '64MB', after: '4MB' });
});

it('and never less than the database gives', async () => {
  expect(await memoryOf('128MB')).toEqual({ during: '128MB', after: '128MB' });
});
