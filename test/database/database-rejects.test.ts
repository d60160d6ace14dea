import { inet, integer, pgTable, text, varchar } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('members', {
  id: integer('id').primaryKey(),
  email: varchar('email', { length: 40 }),
  team: integer('team'),
  address: inet('address'),
  note: text('note'),
});
const members = (changes: Partial<ImportOptions<typeof table>> = {}) =>
  defineImport({
    name: 'members',
    prefix: 'members/',
    table,
    mode: 'upsert',
    rejects: { maxRows: 10 },
    ...changes,
  });
const file = (...lines: string[]) => `id,email,team,address,note\n${lines.join('\n')}\n`;

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade;
    drop table if exists members, teams, badges cascade;
    create table teams (id integer primary key);
    insert into teams values (1), (2);
    create table members (
      id integer primary key,
      email varchar(40) constraint one_mail unique,
      team integer constraint known_team references teams deferrable initially deferred,
      address inet,
      note text constraint short_note check (length(note) < 10)
    );
    insert into members values (1, 'one@x', 1, null, 'kept')`);
});

const ids = async () => (await harness.sql`select id from members order by 1`).map(({ id }) => id);
const run = async (content: string, definition = members()) =>
  harness.run(await harness.put('members/a.csv', content), definition);
const refused = async (key: string) =>
  (await harness.readCsv(key)).map(({ line, column, code }) => `${line} ${column} ${code}`);

describe.each(['upsert', 'append'] as const)('%s: under a reject policy', (mode) => {
  it('rows that constraints refuse, of all kinds at once, cost just themselves', async () => {
    const report = await run(
      file(
        '10,ten@x,1,,',
        '11,one@x,1,,', // taken in the table
        '12,ten@x,1,,', // taken in the file
        '13,x13@x,9,,', // no such team
        '14,x14@x,2,,much too long a note',
        '15,x15@x,2,10.0.0.1,',
        '16,x16@x,2,10.0.0.999,', // no address
        'x,x17@x,2,,',
        '18,,,,',
      ),
      members({ mode }),
    );
    expect(report).toMatchObject({
      outcome: 'imported',
      counts: { read: 9, inserted: 3, updated: 0, unchanged: 0, rejected: 6 },
      failure: null,
    });
    expect(await ids()).toEqual([1, 10, 15, 18]);
    expect(await refused(report.rejects!.errorsKey)).toEqual([
      '3 email constraint_violated',
      '4 email constraint_violated',
      '5 team constraint_violated',
      '6 note constraint_violated',
      '8 address database_refused',
      '9 id invalid_integer',
    ]);
    expect(report.rejects!.byCode).toEqual({
      constraint_violated: 4,
      database_refused: 1,
      invalid_integer: 1,
    });
  });

  it('above its limit all of them are told, by constraint and line, and nothing is in', async () => {
    const report = await run(
      file('10,one@x,1,,', '11,x11@x,9,,', '12,x12@x,1,,'),
      members({ mode, rejects: { maxRows: 1 } }),
    );
    expect(report.failure).toMatchObject({ name: 'ConstraintViolated', blame: 'file', retryable: false });
    const { message } = report.failure!;
    expect(message).toContain('Line 2: refused by the database, unique constraint "one_mail" on (email).');
    expect(message).toContain(
      'Line 3: refused by the database, foreign key constraint "known_team" on (team).',
    );
    expect(report.counts).toMatchObject({ read: 3, inserted: 0, rejected: 2 });
    expect(await ids()).toEqual([1]);
  });

  it('a unique index on an expression, with a condition, is understood', async () => {
    await harness.sql.unsafe(`create unique index one_note on members (lower(note)) where team = 2`);
    const report = await run(file('10,a@x,2,,Same', '11,b@x,2,,sAME', '12,c@x,1,,same'), members({ mode }));
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 2, rejected: 1 } });
    expect(await ids()).toEqual([1, 10, 12]);
  });
});

it('a row that only takes over what another row of the file gives up is no violation', async () => {
  await harness.sql`insert into members values (2, 'two@x', 1, null, null)`;
  const report = await run(file('1,new@x,1,,kept', '3,one@x,1,,', '4,two@x,1,,'));
  expect(report).toMatchObject({ outcome: 'imported', counts: { updated: 1, inserted: 1, rejected: 1 } });
  expect(await harness.sql`select id, email from members order by 1`).toEqual([
    { id: 1, email: 'new@x' },
    { id: 2, email: 'two@x' },
    { id: 3, email: 'one@x' },
  ]);
});

it('a row that gives way to a later one of its key is no violation', async () => {
  const report = await run(file('10,a@x,1,,first', '10,a@x,1,,second', '11,b@x,9,,'));
  expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 1, duplicates: 1, rejected: 1 } });
  expect(await harness.sql`select note from members where id = 10`).toEqual([{ note: 'second' }]);
});

it('if the later row of a key is refused, the earlier one counts', async () => {
  const report = await run(file('10,a@x,1,,first', '10,a@x,9,,second'));
  expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 1, duplicates: 0, rejected: 1 } });
  expect(await harness.sql`select note from members where id = 10`).toEqual([{ note: 'first' }]);
});

describe('duplicates: reject', () => {
  const strict = (changes = {}) => members({ duplicates: 'reject', ...changes });

  it.each(['upsert', 'replace'] as const)(
    '%s: the first row of a key counts, the later ones are told',
    async (mode) => {
      const definition = strict({ mode, ...(mode === 'replace' ? { rejects: { maxRows: 0 } } : {}) });
      const report = await run(
        file('10,a@x,1,,first', '11,b@x,1,,', '10,c@x,1,,again', '10,d@x,1,,'),
        definition,
      );
      if (mode === 'upsert') {
        expect(report).toMatchObject({
          outcome: 'imported',
          counts: { inserted: 2, duplicates: 0, rejected: 2 },
        });
        expect(await harness.sql`select note from members where id = 10`).toEqual([{ note: 'first' }]);
      } else {
        expect(report.failure).toMatchObject({ name: 'RowsRejected' });
        expect(await ids()).toEqual([1]);
      }
      expect(await refused(report.rejects!.errorsKey)).toEqual(['4 id duplicate_key', '5 id duplicate_key']);
    },
  );

  it('too many of them refuse the file, and say so', async () => {
    const report = await run(file('10,a@x,1,,', '10,b@x,1,,'), strict({ rejects: { maxRows: 0 } }));
    expect(report.failure).toMatchObject({
      name: 'RowsRejected',
      message:
        '1 of 2 rows are rejected, and the import allows none. Line 3: an earlier row of the file has the same key (id).',
    });
  });
});

it('an empty table is filled by COPY alone, and a key that comes twice is still found', async () => {
  await harness.sql`delete from members`;
  const report = await run(file('10,a@x,1,,', '11,b@x,1,,', '10,c@x,1,,last'));
  expect(report).toMatchObject({ outcome: 'imported', counts: { read: 3, inserted: 2, duplicates: 1 } });
  expect(await harness.sql`select note from members where id = 10`).toEqual([{ note: 'last' }]);
});

it('rows that another table refers to cannot be replaced away, which is no fault of any row', async () => {
  await harness.sql.unsafe(`
    create table badges (id integer references members);
    insert into badges values (1)`);
  const report = await run(file('2,b@x,1,,'), members({ mode: 'replace', rejects: { maxRows: 0 } }));
  expect(report.failure).toMatchObject({
    name: 'ConstraintViolated',
    message:
      'No single row is at fault: refused by the database, foreign key constraint "badges_id_fkey" on (id) of table badges, which still refers to rows that the file lacks.',
  });
  expect(report.rejects).toBeNull();
  expect(await ids()).toEqual([1]);
});

it('what a partition refuses, its table refuses', async () => {
  await harness.sql.unsafe(`
    drop table members;
    create table members (
      id integer primary key, email varchar(40), team integer constraint low check (team < 9), address inet, note text
    ) partition by range (id);
    create table members_low partition of members for values from (0) to (100);
    create table members_high partition of members for values from (100) to (200)`);
  const report = await run(file('1,,1,,', '1,,1,,', '3,,9,,', '101,,1,,'), members({ mode: 'append' }));
  expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 2, rejected: 2 } });
  expect(await refused(report.rejects!.errorsKey)).toEqual([
    '3 id constraint_violated',
    '4 team constraint_violated',
  ]);
  expect(await ids()).toEqual([1, 101]);
});

it('a dry run tells what the database would refuse, and leaves nothing', async () => {
  const upload = await harness.put('members/a.csv', file('1,one@x,2,,kept', '10,x@x,1,,', '11,y@x,9,,'));
  const report = await harness.run(upload, members(), { attempt: { dryRun: true } });
  expect(report).toMatchObject({
    outcome: 'dry-run',
    counts: { read: 3, inserted: 1, updated: 1, unchanged: 0, rejected: 1 },
  });
  expect(await ids()).toEqual([1]);
});
