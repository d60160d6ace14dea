import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connect } from '../../task/load/connect.ts';
import { type CopyIn, startCopy } from '../../task/load/copy.ts';
import { databaseFailure } from '../../task/load/database-failure.ts';
import { inTransaction } from '../../task/load/transaction.ts';
import { createTcpProxy } from '../support/tcp-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.sql`create table numbers (id integer primary key, note text)`;
});
afterAll(() => database.drop());

/** Feeds a COPY on a connection of its own; what comes of it, by the failure's name. */
async function copy(url: string, feed: (copying: CopyIn) => Promise<unknown>): Promise<unknown> {
  const connection = connect({ url, tls: 'url' }, 'copy');
  try {
    return await inTransaction(connection, async (tx) => {
      const copying = await startCopy(tx, 'copy numbers from stdin with (format csv)');
      try {
        return await feed(copying);
      } catch (error) {
        await copying.abandon();
        throw error;
      }
    }).catch((error: unknown) => databaseFailure(error).name);
  } finally {
    await connection.sql.end({ timeout: 0 });
  }
}

it('counts the rows that it took', async () => {
  const rows = async ({ write, finish }: CopyIn) => {
    await write(Buffer.from('1,one\n2,'));
    await write(Buffer.from('two\n3,three'));
    return finish();
  };
  expect(await copy(database.url, rows)).toBe(3);
});

it('tells of an error that comes after the last byte', async () => {
  const twice = async ({ write, finish }: CopyIn) => {
    await write(Buffer.from('9,one\n9,again\n'));
    return finish();
  };
  const connection = connect({ url: database.url, tls: 'url' }, 'copy');
  const copied = inTransaction(connection, async (tx) =>
    twice(await startCopy(tx, 'copy numbers from stdin with (format csv)')),
  );
  await expect(copied).rejects.toMatchObject({ code: '23505', constraint_name: 'numbers_pkey' });
  await connection.sql.end();
});

it('gives up without a trace', async () => {
  const half = async ({ write }: CopyIn) => {
    await write(Buffer.from('100,x\n'));
    throw new Error('enough');
  };
  expect(await copy(database.url, half)).toBe('UnexpectedError');
  expect(await database.sql`select from numbers where id = 100`).toHaveLength(0);
});

it('calls a connection that is cut while it writes by its name, whenever that is', async () => {
  const block = Buffer.from(`${'x'.repeat(1024)}\n`.repeat(256));
  for (let round = 0; round < 15; round++) {
    const proxy = await createTcpProxy(inject('postgresUrl'));
    const endless = async ({ write }: CopyIn) => {
      await write(Buffer.from('200,"'));
      void sleep(round).then(() => proxy.refuse());
      for (;;) await write(block);
    };
    expect(await copy(proxy.through(database.url), endless)).toBe('DatabaseUnavailable');
    await proxy.close();
  }
});
