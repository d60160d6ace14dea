import { integer, pgTable, primaryKey, text, varchar } from 'drizzle-orm/pg-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defineImport, type TableImport } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
afterEach(() => harness.sql`drop table if exists plans, shops`);

const plans = pgTable('plans', { gas: text('gas').primaryKey(), price: integer('price') });
const base = { name: 'plans', prefix: 'uploads/plans/', table: plans, rejects: { maxRows: 10 } } as const;
const composed = 'gas,price\nガ-1,1\nパ-2,2\nX,3\nカ,4\n';
const decomposed = composed.normalize('NFD');

const run = async (name: string, file: string, options: Partial<Parameters<typeof defineImport>[0]> = {}) => {
  const upload = await harness.put(`uploads/plans/${name}.csv`, file);
  return harness.run(
    upload,
    defineImport({ ...base, mode: 'upsert', ...options } as never) as unknown as TableImport,
  );
};
const create = () => harness.sql`create table plans (gas text primary key, price integer)`;
const gases = async () => (await harness.sql`select gas from plans order by price`).map(({ gas }) => gas);

describe.each([
  ['composed', composed, 'decomposed', decomposed],
  ['decomposed', decomposed, 'composed', composed],
])('a table of %s keys', (_, first, __, second) => {
  it.each(['file', { batchRows: 2 }] as const)(
    'rejects them in the other form, commit %j',
    async (commit) => {
      await create();
      const loaded = await run(`first-${first.length}-${typeof commit}`, first, { commit });
      expect(loaded).toMatchObject({ failure: null, counts: { inserted: 4, rejected: 0 } });
      const before = await gases();
      const report = await run(`second-${first.length}-${typeof commit}`, second, { commit });
      expect(report).toMatchObject({
        failure: null,
        counts: { read: 4, inserted: 0, updated: 0, unchanged: 2, rejected: 2 },
        rejects: {
          byCode: { similar_key: 2 },
          first: [{ line: 2, column: second.slice(0, 3) }, { line: 3 }],
        },
      });
      expect(report.rejects!.first[0]!.reason).toBe(
        'the key (gas) differs from one of the table or of an earlier row only in how Unicode composes its characters: declare normalize: "NFC" for column "gas", and correct such keys of the table',
      );
      expect(await gases()).toEqual(before);
    },
  );
});

it('are the same where the form is declared', async () => {
  await create();
  const columns = { gas: { normalize: 'NFC' } } as const;
  await run('declared-1', decomposed, { columns });
  expect(await gases()).toEqual(['ガ-1', 'パ-2', 'X', 'カ']);
  const report = await run('declared-2', composed, { columns });
  expect(report).toMatchObject({ failure: null, counts: { unchanged: 4, inserted: 0, rejected: 0 } });
});

describe.each(['upsert', 'replace'] as const)('in one file of %s', (mode) => {
  const file = 'gas,price\nガ,1\nカ\u3099,2\nガ,3\nカ\u3099,4\ne\u0301,5\né,6\nx,7\n';
  it.each(['empty', 'filled'])('all but the first form are rejected, with the table %s', async (state) => {
    await create();
    if (state === 'filled') await harness.sql`insert into plans values ('y', 0)`;
    const rejects = mode === 'replace' ? { maxRows: 0 } : { maxRows: 10 };
    const report = await run(`${mode}-${state}`, file, { mode, rejects });
    expect(report.rejects!.byCode).toEqual({ similar_key: 3 });
    const errors = await harness.readCsv(report.rejects!.errorsKey);
    expect(errors.map(({ line }) => line)).toEqual(['3', '5', '7']);
    if (mode === 'replace') expect(report.failure).toMatchObject({ name: 'RowsRejected', blame: 'file' });
    else expect((await gases()).filter((gas) => gas !== 'y')).toEqual(['ガ', 'e\u0301', 'x']);
  });
});

it('replaces keys of one form by those of the other', async () => {
  await create();
  await run('replaced-1', composed, { mode: 'replace', rejects: { maxRows: 0 } });
  const report = await run('replaced-2', decomposed, { mode: 'replace', rejects: { maxRows: 0 } });
  expect(report).toMatchObject({ failure: null, counts: { inserted: 2, deleted: 2, unchanged: 2 } });
});

it('tells keys of several columns apart by all of them', async () => {
  const shops = pgTable(
    'shops',
    { shop: integer('shop').notNull(), item: varchar('item', { length: 9 }).notNull(), note: text('note') },
    ({ shop, item }) => [primaryKey({ columns: [shop, item] })],
  );
  await harness.sql`create table shops (shop integer, item varchar(9), note text, primary key (shop, item))`;
  await harness.sql`insert into shops values (1, 'ガ', 'a')`;
  const upload = await harness.put('uploads/plans/shops.csv', 'shop,item,note\n1,カ\u3099,b\n2,カ\u3099,c\n');
  const report = await harness.run(upload, defineImport({ ...base, table: shops, mode: 'upsert' }));
  expect(report).toMatchObject({ failure: null, counts: { inserted: 1, rejected: 1 } });
  expect(report.rejects!.first).toMatchObject([{ line: 2, column: 'item', code: 'similar_key' }]);
});

it.each(['given', 'parsed'])('finds keys that are %s, and not in the bytes of the file', async (how) => {
  await create();
  await harness.sql`insert into plans values ('ガ', 1)`;
  const options =
    how === 'given' ? { values: { gas: 'カ\u3099' } } : { columns: { gas: { parse: () => 'カ\u3099' } } };
  const report = await run(how, how === 'given' ? 'price\n2\n' : 'gas,price\nga,2\n', options);
  expect(report).toMatchObject({ failure: null, counts: { read: 1, rejected: 1 } });
});
