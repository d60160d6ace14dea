import { integer, pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { connect } from '../../task/load/connect.ts';
import { loadRows } from '../../task/load/load-rows.ts';
import { inTransaction } from '../../task/load/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const REFUSED = 1_100_000;
const AT_ONCE = 10_000;
const table = pgTable('numbers', { id: integer('id').primaryKey(), size: integer('size') });
const definition = defineImport({
  name: 'numbers',
  prefix: 'numbers/',
  table,
  mode: 'upsert',
  rejects: { maxRows: REFUSED },
});

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.sql.unsafe('create table numbers (id integer primary key, size integer check (size < 5))');
});
afterAll(() => database.drop());

it('more than a million rows that the database refuses are found, counted and left out', async () => {
  const connection = connect({ url: database.url, tls: 'url' }, 'many refused');
  const csv = { delimiter: ',', isExact: false };
  const file = { filled: definition.columns, csv, file: { copyFormat: 'csv' as const } };
  const { counts, refused } = await inTransaction(connection, (tx) =>
    loadRows(tx, definition, file, { staged: true }, async (copy) => {
      for (let from = 0; from < REFUSED; from += AT_ONCE) {
        const rows = Array.from({ length: AT_ONCE }, (_, index) => `${from + index},9\n`);
        await copy.write(Buffer.from(rows.join('')));
      }
      await copy.write(Buffer.from(`${REFUSED},1\n`));
      return { accepted: REFUSED + 1, ascii: true };
    }),
  );
  expect(counts).toMatchObject({ inserted: 1, updated: 0, unchanged: 0 });
  expect(refused.map(({ ordinals }) => ordinals.size)).toEqual([REFUSED]);
  const { ordinals } = refused[0]!;
  expect([0, 1, 1_000_001, REFUSED, REFUSED + 1].map((each) => ordinals.has(each))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  expect(ordinals.bits.length).toBeLessThan(REFUSED / 7);
  await connection.sql.end();
});
