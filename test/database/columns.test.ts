import { boolean, date, integer, interval, numeric, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());

const sales = pgTable('sales', {
  id: integer('id').primaryKey(),
  product: text('product').notNull(),
  amount: numeric('amount', { precision: 12, scale: 2 }),
  soldOn: date('sold_on'),
  paidAt: timestamp('paid_at', { withTimezone: true }),
  paid: boolean('paid'),
  note: text('note'),
  remark: text('remark'),
});
const createSales = `create table sales (id integer primary key, product text not null, amount numeric(12, 2), sold_on date,
  paid_at timestamptz, paid boolean, note text, remark text)`;
const salesImport = {
  name: 'sales',
  prefix: 'uploads/sales/',
  table: sales,
  rejects: { maxRows: 10 },
  columns: {
    id: { trim: true, fullWidth: 'ascii' },
    product: { trim: true, fullWidth: 'ascii', case: 'upper' },
    amount: { number: { decimal: ',', thousands: '.' } },
    soldOn: { date: ['YYYY/M/D', 'DD.MM.YYYY'] },
    paidAt: { timestamp: 'YYYY/M/D H:mm', zone: 'Asia/Tokyo' },
    paid: { booleans: { true: ['はい'], false: ['いいえ'] } },
    note: { empty: 'null' },
    remark: { empty: 'text' },
  },
} as const;
const file = [
  'id,product,amount,sold_on,paid_at,paid,note,remark',
  ' 1 ,bolt Ｍ８,"1.234,50",2026/1/5,2026/1/5 9:30,はい,"",',
  '２,　nut　,"0,5",05.01.2026,,いいえ,,""',
  '3,x,"12.34",2026-01-05,2026/1/5 9:30,true,n,r',
  '4,"a "" b",,,,,n,r',
].join('\n');

afterEach(() => harness.sql`drop table if exists sales`);

describe.each([
  ['append', 'file'],
  ['upsert', 'file'],
  ['append', { batchRows: 1, lanes: 2 }],
] as const)('transformed values, %s, commit %j', (mode, commit) => {
  it('arrive as they are meant, and others are refused as they stand', async () => {
    await harness.sql.unsafe(createSales);
    const upload = await harness.put(`uploads/sales/${mode}-${typeof commit}.csv`, file);
    const report = await harness.run(upload, defineImport({ ...salesImport, mode, commit }));
    expect(report.failure).toBeNull();
    expect(
      await harness.sql`select id, product, amount::text, sold_on::text, paid_at::text, paid, note, remark
      from sales order by id`.then((rows) => rows.map((row) => Object.values(row))),
    ).toEqual([
      [1, 'BOLT M8', '1234.50', '2026-01-05', '2026-01-05 00:30:00+00', true, null, ''],
      [2, 'NUT', '0.50', '2026-01-05', null, false, null, ''],
      [4, 'A " B', null, null, null, null, 'n', 'r'],
    ]);
    const errors = await harness.readCsv(report.rejects!.errorsKey);
    expect(errors.map(({ line, column, code, value }) => [line, column, code, value])).toEqual([
      ['4', 'amount', 'invalid_number', '12.34'],
      ['4', 'sold_on', 'invalid_date', '2026-01-05'],
      ['4', 'paid', 'invalid_boolean', 'true'],
    ]);
    expect(String(await harness.read(report.rejects!.rowsKey))).toContain(
      '3,x,"12.34",2026-01-05,2026/1/5 9:30,true,n,r',
    );
  });
});

describe('a row rule', () => {
  const rows = 'id,product,amount\n1,a,"5"\n2, b ,"1.000,0"\n3,c,\n';
  const run = async (
    name: string,
    rowRule: (row: Readonly<Record<string, string | null | undefined>>) => string | null,
    commit: 'file' | { batchRows: number } = 'file',
  ) => {
    await harness.sql.unsafe(createSales);
    const upload = await harness.put(`uploads/sales/${name}.csv`, rows);
    return harness.run(upload, defineImport({ ...salesImport, mode: 'append', commit, rowRule }));
  };

  it('sees transformed values, NULL as null and no column that the file lacks, and rejects rows', async () => {
    const seen: unknown[] = [];
    const report = await run('rule', (row) => {
      seen.push({ ...row });
      return row.product === 'B' && row.amount === '1000.0' ? 'B costs less' : null;
    });
    expect(seen.slice(0, 3)).toEqual([
      { id: '1', product: 'A', amount: '5' },
      { id: '2', product: 'B', amount: '1000.0' },
      { id: '3', product: 'C', amount: null },
    ]);
    expect(report).toMatchObject({ failure: null, counts: { read: 3, inserted: 2, rejected: 1 } });
    expect((await harness.readCsv(report.rejects!.errorsKey))[0]).toMatchObject({ reason: 'B costs less' });
    expect(report.rejects!.first).toEqual([
      {
        line: 3,
        row: 2,
        column: null,
        code: 'rule_violated',
        reason: 'the import’s row rule rejects the row',
      },
    ]);
  });

  it.each(['file', { batchRows: 1 }] as const)(
    'that throws fails the run with its row and no content, commit %j',
    async (commit) => {
      const report = await run(
        `throws-${typeof commit}`,
        (row) => {
          if (row.id === '2') throw new TypeError(`cannot read ${row.product}`);
          return null;
        },
        commit,
      );
      expect(report.failure).toMatchObject({ name: 'DefinitionInvalid', blame: 'system' });
      expect(report.failure!.message).toMatch(
        /^import "sales", field "rowRule": in row 2, line 3, it threw a TypeError at .*columns\.test\.ts/,
      );
      expect(JSON.stringify(report)).not.toContain('cannot read');
    },
  );

  it('that returns something else fails the run', async () => {
    const report = await run('promise', (async () => null) as never);
    expect(report.failure!.message).toContain('in row 1, line 2, it returned a promise; let it return');
  });
});

describe('an upsert', () => {
  const waits = pgTable('waits', { id: integer('id').primaryKey(), wait: interval('wait') });
  it('takes an interval for another where PostgreSQL calls them equal', async () => {
    await harness.sql`create table waits (id integer primary key, wait interval)`;
    await harness.sql`insert into waits values (1, '30 days'), (2, '1 day')`;
    const upload = await harness.put('uploads/waits/1.csv', 'id,wait\n1,1 month\n2,1 day\n');
    const definition = defineImport({
      name: 'waits',
      prefix: 'uploads/waits/',
      table: waits,
      mode: 'upsert',
    });
    const report = await harness.run(upload, definition);
    expect(report.counts).toMatchObject({ updated: 1, unchanged: 1 });
    expect((await harness.sql`select wait::text from waits where id = 1`)[0]!.wait).toBe('1 mon');
  });
});

describe('a table of 1,600 columns, which is as many as PostgreSQL has', () => {
  const names = Array.from({ length: 1600 }, (_, index) => `column_${index + 1}`);
  const wide = pgTable('wide', Object.fromEntries(names.map((name) => [name, integer(name)])));
  it('is filled', async () => {
    await harness.sql.unsafe(`create table wide (${names.map((name) => `${name} integer`)})`);
    const rows = Array.from({ length: 300 }, (_, row) =>
      names.map((_name, index) => (row + index) % 1000).join(),
    );
    rows[100] = rows[100]!.replace(/\d+$/, 'x');
    const upload = await harness.put('uploads/wide/1.csv', [names.join(), ...rows].join('\n'));
    const definition = defineImport({
      name: 'wide',
      prefix: 'uploads/wide/',
      table: wide,
      mode: 'append',
      rejects: { maxRows: 1 },
    });
    const report = await harness.run(upload, definition);
    expect(report).toMatchObject({ failure: null, counts: { inserted: 299, rejected: 1 } });
    expect(report.rejects!.first[0]).toMatchObject({
      line: 102,
      column: 'column_1600',
      code: 'invalid_integer',
    });
    const [sums] =
      await harness.sql`select sum(column_1)::int as first, sum(column_1600)::int as last from wide`;
    const sum = (column: number) =>
      Array.from({ length: 300 }, (_, row) => (row === 100 ? 0 : (row + column) % 1000)).reduce(
        (a, b) => a + b,
      );
    expect(sums).toEqual({ first: sum(0), last: sum(1599) });
  });
});
