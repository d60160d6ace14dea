import { randomBytes } from 'node:crypto';
import { customType, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import type { Report } from '../../contract/report.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('things', {
  id: integer('id').primaryKey(),
  size: integer('size'),
  note: text('note'),
});
const things = (changes: Partial<ImportOptions<typeof table>> = {}) =>
  defineImport({
    name: 'things',
    prefix: 'things/',
    table,
    mode: 'upsert',
    rejects: { maxRows: 3 },
    ...changes,
  });
const file = (...lines: string[]) => `id,size,note\n${lines.join('\n')}\n`;
/** Good rows: of so many that finding one among them takes some steps. */
const many = Array.from({ length: 300 }, (_, index) => `${index + 1000},1,fine`);
const withBad = (...bad: string[]) => file(...many.slice(0, 150), ...bad, ...many.slice(150));

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade;
    drop table if exists things, audit cascade;
    create table things (id integer primary key, size integer, note text);
    insert into things values (1, 1, 'kept')`);
});

const run = async (content: string, definition = things()) =>
  harness.run(await harness.put('things/a.csv', content), definition);
const told = async (report: Report) =>
  (await harness.readCsv(report.rejects!.errorsKey)).map(
    ({ line, code, reason }) => `${line} ${code}: ${reason}`,
  );
const count = async () => Number((await harness.sql`select count(*) from things`)[0]!.count);
const onRow = (condition: string, does: string) => `
  create or replace function act() returns trigger language plpgsql as $$
  begin if ${condition} then ${does}; end if; return new; end $$;
  create trigger act before insert or update on things for each row execute function act()`;

const kinds: [what: string, setUp: string, bad: string, reason: string | RegExp][] = [
  [
    'a value too large for an index',
    'create index long_notes on things (note)',
    `7,1,${randomBytes(6000).toString('base64')}`,
    'a value too large for index "long_notes"',
  ],
  [
    'a value too large for a unique index',
    'create unique index long_notes on things (note) where size > 5',
    `7,9,${randomBytes(6000).toString('base64')}`,
    'a value too large for index "long_notes"',
  ],
  [
    'a trigger',
    onRow(`new.note = 'bad'`, `raise 'no'`),
    '7,1,bad',
    'a trigger or rule of the table (SQLSTATE P0001)',
  ],
  [
    'a trigger with a code of its own',
    onRow(`new.note = 'bad'`, `raise 'no' using errcode = 'MY001'`),
    '7,1,bad',
    'a trigger or rule of the table (SQLSTATE MY001)',
  ],
  [
    'a trigger that finds no row',
    onRow(`new.note = 'bad'`, `select relname into strict new.note from pg_class where relname = 'nothing'`),
    '7,1,bad',
    'a trigger or rule of the table (SQLSTATE P0002)',
  ],
  [
    'a trigger that casts',
    onRow('new.id < 10', 'perform new.note::integer'),
    '7,1,bad',
    'a trigger, generated column or expression of an index that fails on it (SQLSTATE 22P02)',
  ],
  [
    'a constraint of a table that a trigger writes to',
    `create table audit (of integer, note text not null check (note <> 'bad'));
     ${onRow('new.id > 5', 'insert into audit values (new.id, new.note)')}`,
    '7,1,bad',
    'check constraint "audit_note_check" on (note) of table audit',
  ],
  [
    'NOT NULL of a table that a trigger writes to',
    `create table audit (of integer, note text not null);
     ${onRow('new.id > 5', 'insert into audit values (new.id, new.note)')}`,
    '7,1,',
    'NOT NULL of column "note" of table public.audit',
  ],
  [
    'a generated column',
    'alter table things add part integer generated always as (100 / size) stored',
    '7,0,bad',
    'a trigger, generated column or expression of an index that fails on it (SQLSTATE 22012)',
  ],
  [
    'an expression of an index',
    'create index on things ((100 / size))',
    '7,0,bad',
    'a trigger, generated column or expression of an index that fails on it (SQLSTATE 22012)',
  ],
  [
    'an exclusion constraint, by a row of the file',
    `alter table things add constraint apart exclude using gist (int4range(size, size + 1) with &&) where (size > 5)`,
    '6,7,first\n7,7,bad',
    'exclusion constraint "apart"',
  ],
];

describe.each(['upsert', 'append'] as const)('%s', (mode) => {
  it.each(kinds)('a row that %s refuses is a reject with its line', async (_, setUp, bad, reason) => {
    await harness.sql.unsafe(setUp);
    const report = await run(withBad(bad), things({ mode }));
    expect(report).toMatchObject({ outcome: 'imported', failure: null, counts: { rejected: 1 } });
    const line = 152 + bad.split('\n').length - 1;
    const [found, ...others] = await told(report);
    expect(found).toContain(`${line} constraint_violated: refused by the database, ${reason}`);
    expect(others).toEqual([]);
    expect(await count()).toBe(1 + 300 + bad.split('\n').length - 1);
  });

  it('rows of several kinds are all found', async () => {
    await harness.sql.unsafe(`
      create index on things ((100 / size));
      ${onRow(`new.note = 'bad'`, `raise 'no'`)}`);
    const report = await run(withBad('7,0,x', '8,1,bad', '9,0,x'), things({ mode }));
    expect(report).toMatchObject({ outcome: 'imported', counts: { rejected: 3 } });
    expect((await told(report)).map((line) => line.slice(0, 3))).toEqual(['152', '153', '154']);
  });

  it('more of them than the import allows are told as far as they were looked for', async () => {
    await harness.sql.unsafe(onRow(`new.note = 'bad'`, `raise 'no'`));
    const bad = Array.from({ length: 9 }, (_, index) => `${index + 10},1,bad`);
    const report = await run(withBad(...bad), things({ mode }));
    expect(report.failure).toMatchObject({ name: 'ConstraintViolated' });
    expect(report.failure!.message).toBe(
      'Lines 152, 153, 154, 155, perhaps others too: refused by the database, a trigger or rule of the table (SQLSTATE P0001).',
    );
    expect(await count()).toBe(1);
  });

  it('a trigger that refuses whatever comes is not blamed on rows', async () => {
    await harness.sql.unsafe(`
      create or replace function refuse() returns trigger language plpgsql as $$ begin raise 'closed'; end $$;
      create trigger refuse before insert on things execute function refuse()`);
    const report = await run(withBad(), things({ mode }));
    expect(report.failure).toMatchObject({
      name: 'ConstraintViolated',
      message:
        'No single row is at fault: refused by the database, a trigger or rule of the table (SQLSTATE P0001).',
    });
    expect(await harness.sql`select status from csv_import.runs`).toEqual([{ status: 'failed' }]);
  });

  it('what was in the way and is gone when it is looked for costs nothing', async () => {
    await harness.sql.unsafe(`
      create sequence tries;
      ${onRow('new.id = 7', `if nextval('tries') <= ${mode === 'append' ? 2 : 1} then raise 'not yet'; end if`)}`);
    const report = await run(withBad('7,1,good'), things({ mode }));
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 301, rejected: 0 } });
    await harness.sql`drop sequence tries`;
  });

  it('in batches it is found too', async () => {
    await harness.sql.unsafe(onRow(`new.note = 'bad'`, `raise 'no'`));
    const definition = things({ mode, commit: { batchRows: 100 } });
    const report = await run(withBad('7,1,bad'), definition);
    expect(report).toMatchObject({ outcome: 'imported', counts: { rejected: 1, inserted: 300 } });
    expect(await told(report)).toEqual([expect.stringMatching(/^152 constraint_violated/)]);
  });
});

it('a batch with more such rows than the import allows names the first of them', async () => {
  await harness.sql.unsafe(onRow(`new.note = 'bad'`, `raise 'no'`));
  const bad = Array.from({ length: 9 }, (_, index) => `${index + 10},1,bad`);
  const report = await run(withBad(...bad), things({ commit: { batchRows: 100 } }));
  expect(report.failure).toMatchObject({ name: 'ConstraintViolated' });
  expect(report.failure!.message).toMatch(
    /^The batch of rows 101 to 200, .* cannot be loaded: rows 151, 152, 153, 154, perhaps others too: refused by the database, a trigger/,
  );
});

describe('a table in partitions', () => {
  beforeEach(async () => {
    await harness.sql.unsafe(
      `
      drop table things;
      create table things (id integer, size integer, note text) partition by range (size);
      create table small partition of things for values from (0) to (10);
      create table large partition of things for values from (10) to (20) partition by list (note);
      create table large_x partition of large for values in ('x')`.replace('things_of_note', 'large'),
    );
  });

  it('refuses just the rows that no partition takes', async () => {
    const report = await run(
      file('1,5,x', '2,25,x', '3,15,x', '4,15,y', '5,,x', '6,9,y'),
      things({ mode: 'append' }),
    );
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 3, rejected: 3 } });
    expect(await told(report)).toEqual([
      '3 constraint_violated: refused by the database, no partition of table public.things takes the row',
      expect.stringMatching(
        /^5 constraint_violated: refused by the database, no partition of table public\.(things|large)/,
      ),
      '6 constraint_violated: refused by the database, no partition of table public.things takes the row',
    ]);
  });
});

describe('domains', () => {
  const short = customType<{ data: string }>({ dataType: () => 'short' });
  const withDomain = pgTable('things', { id: integer('id').primaryKey(), note: short('note') });
  const definition = defineImport({
    name: 'things',
    prefix: 'things/',
    table: withDomain,
    mode: 'upsert',
    rejects: { maxRows: 3 },
  });

  it('their checks, and their NOT NULL, reject rows', async () => {
    await harness.sql.unsafe(`
      drop domain if exists short cascade;
      create domain short as text not null constraint not_long check (length(value) < 5);
      drop table things;
      create table things (id integer primary key, note short)`);
    const report = await run('id,note\n1,ok\n2,much too long\n3,\n4,ok\n', definition);
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 2, rejected: 2 } });
    expect((await told(report)).map((line) => line.slice(0, 18))).toEqual([
      '3 database_refused',
      '4 database_refused',
    ]);
  });
});

describe('row-level security', () => {
  it('refuses just the rows that a policy does not allow', async () => {
    const role = `importer_${randomBytes(4).toString('hex')}`;
    const { pathname } = new URL(harness.databaseUrl);
    await harness.sql.unsafe(`
      create role ${role} login password 'secret';
      grant create on database "${pathname.slice(1)}" to ${role};
      grant usage on schema public to ${role};
      grant all on things to ${role};
      alter table things enable row level security;
      create policy readers on things for select using (true);
      create policy writers on things for insert with check (note <> 'bad');
      create policy changers on things for update using (true)`);
    const url = new URL(harness.databaseUrl);
    url.username = role;
    url.password = 'secret';
    for (const mode of ['append', 'upsert'] as const) {
      const upload = await harness.put(
        `things/${mode}.csv`,
        withBad('7,1,bad').replaceAll('\n1', mode === 'append' ? '\n2' : '\n3'),
      );
      const report = await harness.run(upload, things({ mode }), {
        importer: { database: { url: url.href, tls: 'url' } },
      });
      expect(report).toMatchObject({ outcome: 'imported', counts: { rejected: 1, inserted: 300 } });
      expect(await told(report)).toEqual([
        '152 constraint_violated: refused by the database, row-level security of the table',
      ]);
    }
    await harness.sql.unsafe(`drop schema csv_import cascade; drop owned by ${role}; drop role ${role}`);
  });
});

it('a row too large for a page is a problem with the file', async () => {
  const names = Array.from({ length: 700 }, (_, index) => `c${index}`);
  await harness.sql.unsafe(`drop table things; create table things (${names.map((name) => `${name} text`)})`);
  const wide = pgTable('things', Object.fromEntries(names.map((name) => [name, text(name)])));
  const definition = defineImport({ name: 'things', prefix: 'things/', table: wide, mode: 'append' });
  const row = names.map(() => 'long enough to need a pointer of its own').join(',');
  const report = await run(`${names}\n${row}\n`, definition);
  expect(report.failure).toMatchObject({
    name: 'ConstraintViolated',
    message:
      'The rows could not be told apart: refused by the database, a row too large for a page of the table.',
  });
});
