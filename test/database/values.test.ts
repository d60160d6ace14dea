import {
  bigint,
  boolean,
  customType,
  integer,
  numeric,
  pgTable,
  text,
  timestamp,
  varchar,
} from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  defineImport,
  fileName,
  fromKey,
  fromMetadata,
  importedAt,
  line,
  runId,
  unlessInFile,
} from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const items = pgTable('items', {
  tenantId: integer('tenant_id').notNull(),
  code: text('code').notNull(),
  price: numeric('price', { precision: 10, scale: 2 }),
  uploadedBy: varchar('uploaded_by', { length: 20 }),
  importRun: text('import_run'),
  sourceLine: bigint('source_line', { mode: 'number' }),
  importedAt: timestamp('imported_at', { withTimezone: true, precision: 0 }),
  source: text('source'),
  status: text('status'),
  active: boolean('active'),
});
const itemsSql = `create table items (
  tenant_id integer not null, code text not null, price numeric(10, 2), uploaded_by varchar(20), import_run text,
  source_line bigint, imported_at timestamptz(0), source text, status text, active boolean,
  primary key (tenant_id, code))`;

const imported = (changes: Partial<Parameters<typeof defineImport<typeof items>>[0]> = {}) =>
  defineImport({
    name: 'items',
    prefix: 'items/',
    key: '{tenant}/*.csv',
    keyColumns: ['tenantId', 'code'],
    table: items,
    mode: 'upsert',
    values: {
      tenantId: fromKey('tenant'),
      uploadedBy: fromMetadata('user-id'),
      importRun: runId(),
      sourceLine: line(),
      importedAt: importedAt(),
      source: fileName(),
      status: 'say "new", please',
      active: true,
    },
    ...changes,
  });

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(() =>
  harness.sql.unsafe(`drop schema if exists csv_import cascade; drop table if exists items; ${itemsSql}`),
);

const put = (key: string, content: string, metadata: Record<string, string> = { 'user-id': 'ada' }) =>
  harness.put(key, content, undefined, metadata);
const rows = () => harness.sql`select * from items order by tenant_id, code`;

describe.each<[string, Parameters<typeof imported>[0] & object]>([
  ['append', { mode: 'append' as const }],
  ['upsert', {}],
  ['replace', { mode: 'replace' as const }],
  ['append in batches', { mode: 'append' as const, commit: { batchRows: 1, lanes: 2 } }],
  ['upsert in batches', { commit: { batchRows: 1 } }],
])('%s', (_, changes) => {
  it.each([false, true])('puts values into each row (rows there before: %s)', async (before) => {
    if (before) await harness.sql`insert into items (tenant_id, code, price) values (7, 'a', 9), (8, 'x', 1)`;
    if (before && changes.mode === 'append') await harness.sql`delete from items where tenant_id = 7`;
    const upload = await put('items/7/list.csv', 'price,code\r\n1,a\n\n"2","b\nb"\n3,c');
    const report = await harness.run(upload, imported(changes));
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 3, rejected: 0 } });
    const common = {
      tenant_id: 7,
      uploaded_by: 'ada',
      import_run: report.runId,
      source: 'list.csv',
      status: 'say "new", please',
      active: true,
      imported_at: new Date(`${report.startedAt.slice(0, 19)}Z`),
    };
    expect((await rows()).filter((row) => row.tenant_id === 7)).toEqual([
      { ...common, code: 'a', price: '1.00', source_line: '2' },
      { ...common, code: 'b\nb', price: '2.00', source_line: '4' },
      { ...common, code: 'c', price: '3.00', source_line: '6' },
    ]);
  });
});

it('keeps what came with the upload in the ledger', async () => {
  const report = await harness.run(await put('items/7/a.csv', 'code\na\n'), imported());
  expect(
    await harness.sql`
    select run_id from csv_import.runs where upload_values ->> 'tenantId' = '7' and upload_values ->> 'uploadedBy' = 'ada'
  `,
  ).toEqual([{ run_id: report.runId }]);
});

describe.each(['append', 'upsert', 'replace'] as const)('the same bytes again: %s', (mode) => {
  it('with the same metadata they are in, with others they are not', async () => {
    const definition = imported({ mode, keyColumns: ['code'], values: { tenantId: fromMetadata('tenant') } });
    await harness.sql`alter table items drop constraint items_pkey, add primary key (code, tenant_id)`;
    if (mode !== 'append') await harness.sql`create unique index on items (code)`;
    const again = async (tenant: string) =>
      (await harness.run(await put('items/x/a.csv', 'code\na\n', { tenant }), definition)).outcome;
    expect(await again('1')).toBe('imported');
    expect(await again('1')).toBe('already-imported');
    expect(await again('2')).toBe('imported');
    // A, B, A again ends with A; but no row is appended twice.
    expect(await again('1')).toBe(mode === 'append' ? 'already-imported' : 'imported');
    expect((await rows()).map((row) => row.tenant_id)).toEqual(mode === 'append' ? [1, 2] : [1]);
  });
});

it('fails before a row is read where the key or the metadata do not fit', async () => {
  const failureOf = async (key: string, metadata?: Record<string, string>) => {
    const { failure } = await harness.run(await put(key, 'code\na\n', metadata), imported());
    return { name: failure?.name, message: failure?.message };
  };
  expect(await failureOf('items/list.csv')).toEqual({
    name: 'KeyMismatch',
    message: expect.stringContaining('behind items/ it expects {tenant}/*.csv'),
  });
  expect(await failureOf('items/seven/list.csv', {})).toEqual({
    name: 'UploadValuesInvalid',
    message: expect.stringContaining(
      'column "tenant_id" takes {tenant} of the key, which must be a whole number; column "uploaded_by" takes x-amz-meta-user-id, and the object has no such metadata',
    ),
  });
  expect(await failureOf('items/7/list.csv', { 'user-id': 'a name that is too long for it' })).toMatchObject({
    name: 'UploadValuesInvalid',
  });
  expect(await harness.sql`select distinct failure, rows_read from csv_import.runs order by 1`).toEqual([
    { failure: 'KeyMismatch', rows_read: '0' },
    { failure: 'UploadValuesInvalid', rows_read: '0' },
  ]);
  expect(await rows()).toEqual([]);
});

it('rejects a file that has such a column, unless it may', async () => {
  const upload = await put('items/7/a.csv', 'code,status,Tenant ID\na,old,8\n');
  expect((await harness.run(upload, imported())).failure).toMatchObject({
    name: 'HeaderInvalid',
    message: expect.stringMatching(
      /header 2 "status" is column "status".*header 3 "Tenant ID" is column "tenant_id", which gets fromKey\('tenant'\)/,
    ),
  });
  const lenient = imported({ values: { tenantId: fromKey('tenant'), status: unlessInFile('new') } });
  const winning = await put('items/7/b.csv', 'code,status\na,old\nb,\n');
  expect(await harness.run(winning, lenient)).toMatchObject({ outcome: 'imported' });
  await harness.run(await put('items/7/c.csv', 'code\nc\n'), lenient);
  expect((await rows()).map(({ code, status }) => [code, status])).toEqual([
    ['a', 'old'],
    ['b', null],
    ['c', 'new'],
  ]);
});

it('leaves a row alone that differs in what tells of the import only', async () => {
  await harness.run(await put('items/7/a.csv', 'code,price\na,1\nb,2\n'), imported());
  const report = await harness.run(await put('items/7/b.csv', 'code,price\na,1\nb,3\n'), imported());
  expect(report.counts).toMatchObject({ updated: 1, unchanged: 1 });
  expect((await rows()).map(({ code, source }) => [code, source])).toEqual([
    ['a', 'a.csv'],
    ['b', 'b.csv'],
  ]);
});

it('shows values to the row rule, and finds rows that the database rejects for one', async () => {
  const seen: unknown[] = [];
  const definition = imported({
    rejects: { maxRows: 2 },
    rowRule: (row) => {
      seen.push(row);
      return row.code === 'no' ? 'no' : null;
    },
  });
  await harness.sql`alter table items add check (source_line <> 3)`;
  const report = await harness.run(await put('items/7/a.csv', 'code\nno\nb\nc\n'), definition);
  expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 1, rejected: 2 } });
  expect(seen[1]).toMatchObject({
    code: 'b',
    tenantId: '7',
    sourceLine: '3',
    source: 'a.csv',
    active: 'true',
  });
  expect((await harness.readCsv(report.rejects!.errorsKey)).map((row) => [row.line, row.code])).toEqual([
    ['2', 'rule_violated'],
    ['3', 'constraint_violated'],
  ]);
  expect((await harness.read(report.rejects!.rowsKey)).toString()).toContain('code\nno\nb\n');
});

it('reads metadata beyond ASCII as it was given, and dates as the column says', async () => {
  const definition = imported({
    key: '{day}/*.csv',
    keyColumns: ['tenantId', 'code'],
    columns: { importedAt: { timestamp: 'YYYY-M-D', zone: '+00:00' } },
    values: {
      tenantId: 1,
      importedAt: fromKey('day'),
      uploadedBy: fromMetadata('user-id', { default: null }),
    },
  });
  const upload = await put('items/2026-9-1/a.csv', 'code\na\n', {
    'user-id': '=?UTF-8?B?5pel5pys?= =?UTF-8?Q?=E8=AA=9E_x?=',
  });
  expect(await harness.run(upload, definition)).toMatchObject({ outcome: 'imported' });
  await harness.run(await put('items/2026-10-1/b.csv', 'code\nb\n', {}), definition);
  expect((await rows()).map((row) => [row.uploaded_by, row.imported_at])).toEqual([
    ['日本語 x', new Date('2026-09-01T00:00:00Z')],
    [null, new Date('2026-10-01T00:00:00Z')],
  ]);
});

it('asks the database about values of types that only it knows', async () => {
  const citext = customType<{ data: string }>({ dataType: () => 'positive' });
  await harness.sql`drop domain if exists positive cascade`;
  await harness.sql`create domain positive as integer check (value > 0)`;
  await harness.sql`create table if not exists tenants_items (tenant positive, code text)`;
  const table = pgTable('tenants_items', { tenant: citext('tenant'), code: text('code') });
  const definition = defineImport({
    name: 'items',
    prefix: 'items/',
    key: '{tenant}/*.csv',
    table,
    mode: 'append',
    values: { tenant: fromKey('tenant') },
  });
  expect((await harness.run(await put('items/0/a.csv', 'code\na\n'), definition)).failure).toMatchObject({
    name: 'UploadValuesInvalid',
    message: expect.stringContaining('column "tenant"'),
  });
  expect(await harness.run(await put('items/3/a.csv', 'code\na\n'), definition)).toMatchObject({
    outcome: 'imported',
  });
  expect(await harness.sql`select * from tenants_items`).toEqual([{ tenant: 3, code: 'a' }]);
});

it('says in a dry run what an import would do', async () => {
  const upload = await put('items/7/a.csv', 'code\na\n');
  const report = await harness.run(upload, imported(), { attempt: { dryRun: true } });
  expect(report).toMatchObject({ outcome: 'dry-run', counts: { inserted: 1 } });
  expect(await rows()).toEqual([]);
});
