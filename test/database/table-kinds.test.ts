import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@aws-lambda-powertools/logger';
import { integer, pgEnum, pgSchema, pgTable, primaryKey, text, varchar } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { type PostgresServer, removePostgres, startPostgres } from '../../local/postgres.ts';
import { postgresVersions } from '../../local/postgres-binaries.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('things', { id: integer('id').primaryKey(), note: text('note') });
const things = (mode: 'append' | 'upsert' | 'replace' = 'append') =>
  defineImport({ name: 'things', prefix: 'things/', table, mode });
const FILE = 'id,note\n1,one\n2,two\n';

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade;
    drop schema public cascade;
    create schema public;
    create table stored (id integer primary key, note text)`);
});

const run = async (definition = things(), content = FILE) =>
  harness.run(await harness.put('things/a.csv', content), definition);

const kinds: [what: string, sql: string, told: string][] = [
  [
    'a view',
    'create view things as select * from stored',
    'a view without an INSTEAD OF INSERT trigger for each row',
  ],
  [
    'a materialized view',
    'create materialized view things as select * from stored',
    'a materialized view, which only its query fills',
  ],
  ['a sequence', 'create sequence things', 'a sequence'],
  ['an index', 'create index things on stored (note)', 'an index'],
  ['a type', 'create type things as (id integer, note text)', 'a type'],
  [
    'a foreign table of a wrapper without a handler',
    `drop foreign data wrapper if exists nowhere cascade;
     create foreign data wrapper nowhere;
     create server nobody foreign data wrapper nowhere;
     create foreign table things (id integer, note text) server nobody`,
    'a foreign table that takes no rows',
  ],
];
describe.each(['append', 'upsert', 'replace'] as const)('%s', (mode) => {
  it.each(kinds)('into %s is told before a row is read', async (_, sql, told) => {
    await harness.sql.unsafe(sql);
    const report = await run(things(mode));
    expect(report.failure).toMatchObject({
      name: 'TargetTableMismatch',
      message: `Import "things": public.things is ${told}; name a table that takes rows.`,
    });
    expect(report.counts.read).toBe(0);
    expect(await harness.sql`select status from csv_import.runs`).toEqual([{ status: 'failed' }]);
  });
});

it('a view whose trigger takes rows is appended to', async () => {
  await harness.sql.unsafe(`
    create view things as select * from stored;
    create function store() returns trigger language plpgsql as $$
    begin insert into stored values (new.id, new.note); return new; end $$;
    create trigger store instead of insert on things for each row execute function store()`);
  expect(await run()).toMatchObject({ outcome: 'imported', counts: { inserted: 2 } });
  expect(await harness.sql`select * from stored order by id`).toEqual([
    { id: 1, note: 'one' },
    { id: 2, note: 'two' },
  ]);
});

describe('a table of the same name in two schemas', () => {
  const through = (path: string) => {
    const url = new URL(harness.databaseUrl);
    url.search = `options=${encodeURIComponent(`-c search_path=${path.replaceAll(' ', '')}`)}`;
    return { database: { url: url.href, tls: 'url' as const } };
  };
  const rows = async () => ({
    here: Number((await harness.sql`select count(*) from public.things`)[0]!.count),
    there: Number((await harness.sql`select count(*) from "Other".things`)[0]!.count),
  });
  beforeEach(async () => {
    await harness.sql.unsafe(`
      drop schema if exists "Other" cascade;
      create schema "Other";
      create table public.things (id integer primary key, note text);
      create table "Other".things (id integer primary key, note text)`);
  });

  it.each(['append', 'upsert'] as const)(
    '%s: the report and the log name the one that is meant',
    async (mode) => {
      const logged: string[] = [];
      const logger = new Logger({ logLevel: 'SILENT' });
      logger.info = (message) => void logged.push(String(message));
      const importer = { ...through('"Other", public'), logger };
      const report = await harness.run(await harness.put('things/a.csv', FILE), things(mode), { importer });
      expect(report).toMatchObject({ outcome: 'imported', table: 'Other.things' });
      expect(logged).toContain('importing into Other.things');
      expect(await rows()).toEqual({ here: 0, there: 2 });
      const again = await harness.run(await harness.put('things/b.csv', FILE), things(mode), {
        importer: through('public, "Other"'),
      });
      expect(again).toMatchObject({ outcome: 'imported', table: 'public.things' });
      expect(await rows()).toEqual({ here: 2, there: 2 });
    },
  );

  it('a failure names it too', async () => {
    await harness.sql.unsafe('alter table "Other".things drop column note');
    const upload = await harness.put('things/a.csv', FILE);
    const report = await harness.run(upload, things(), { importer: through('"Other", public') });
    expect(report).toMatchObject({
      table: 'Other.things',
      failure: { message: expect.stringContaining('does not fit table Other.things') },
    });
  });
});

describe('types', () => {
  const audit = pgSchema('audit');
  const mood = audit.enum('Mood', ['good', 'bad']);
  const order = pgEnum('order', ['up', 'down']);
  const moody = pgTable('things', {
    id: integer('id').primaryKey(),
    mood: mood('mood'),
    moods: mood('moods').array(),
    order: order('order'),
    code: varchar('code', { length: 3 }).array(2),
  });
  const definition = defineImport({ name: 'things', prefix: 'things/', table: moody, mode: 'upsert' });
  const content = 'id,mood,moods,order,code\n1,good,"{bad,good}",up,"{abc}"\n2,,,,\n';

  it.each(['public', 'audit, public', 'nowhere, public'])(
    'an enum in a schema of its own is found, with search_path %s',
    async (path) => {
      await harness.sql.unsafe(`
        drop schema if exists audit cascade;
        create schema audit;
        create type audit."Mood" as enum ('good', 'bad');
        create type "order" as enum ('up', 'down');
        create table things (
          id integer primary key, mood audit."Mood", moods audit."Mood"[], "order" "order", code varchar(3)[2]
        )`);
      const url = new URL(harness.databaseUrl);
      url.search = `options=${encodeURIComponent(`-c search_path=${path.replaceAll(' ', '')}`)}`;
      const importer = { database: { url: url.href, tls: 'url' as const } };
      for (const bytes of [content, content.replace('good', 'bad')]) {
        const report = await harness.run(await harness.put('things/a.csv', bytes), definition, { importer });
        expect(report).toMatchObject({ outcome: 'imported', failure: null });
      }
      expect(await harness.sql`select mood::text from public.things order by id`).toEqual([
        { mood: 'bad' },
        { mood: null },
      ]);
    },
  );

  it('that differ are told, with their length', async () => {
    await harness.sql.unsafe(`
      drop schema if exists audit cascade;
      create schema audit;
      create type audit."Mood" as enum ('good', 'bad');
      create type "order" as enum ('up', 'down');
      create table things (id bigint primary key, mood "order", moods text, "order" "order", code varchar(4)[])`);
    const { failure } = await run(definition, content);
    expect(failure).toMatchObject({ name: 'TargetTableMismatch' });
    expect(failure!.message).toContain('column "id" is bigint in the table, but integer in the definition');
    expect(failure!.message).toContain('but audit."Mood" in the definition');
    expect(failure!.message).toContain(
      'column "code" is character varying(4)[] in the table, but character varying(3)[] in the definition',
    );
  });

  it('that the database lacks are named', async () => {
    await harness.sql`drop schema if exists audit cascade`;
    await harness.sql.unsafe('create table things (id integer primary key)');
    const { failure } = await run(definition, content);
    expect(failure).toMatchObject({ name: 'TargetTableMismatch' });
    expect(failure!.message).toMatch(/lacks a type of the definition: .*(audit|Mood)/);
  });
});

it('a column that the table generates and the definition does not is told', async () => {
  await harness.sql.unsafe(
    'create table things (id integer generated always as identity primary key, note text)',
  );
  expect((await run()).failure).toMatchObject({
    name: 'TargetTableMismatch',
    message: expect.stringContaining('column "id" is generated by the table'),
  });
});

describe.each(['append', 'upsert'] as const)(
  'a key that the definition does not call NOT NULL: %s',
  (mode) => {
    const keyed = pgTable('things', { a: integer('a'), b: integer('b'), note: text('note') }, (columns) => [
      primaryKey({ columns: [columns.a, columns.b] }),
    ]);
    const definition = defineImport({
      name: 'things',
      prefix: 'things/',
      table: keyed,
      mode,
      rejects: { maxRows: 1 },
    });

    it('is so all the same', async () => {
      await harness.sql`create table things (a integer, b integer, note text, primary key (a, b))`;
      const report = await run(definition, 'a,b,note\n1,1,x\n1,,y\n');
      expect(report.failure).toBeNull();
      expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 1, rejected: 1 } });
      expect(report.rejects!.byCode).toEqual({ missing_value: 1 });
    });
  },
);

describe.each(postgresVersions)(
  'PostgreSQL %i, without the privilege to make temporary tables',
  (version) => {
    let directory: string;
    let server: PostgresServer;
    let old: ImportHarness;
    let url: URL;
    const role = `importer_${randomBytes(4).toString('hex')}`;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'csv-import-temp-'));
      server = await startPostgres({ directory, fsync: false, version });
      old = await createImportHarness(server.url);
      url = new URL(old.databaseUrl);
      const database = url.pathname.slice(1);
      await old.sql.unsafe(`
      create table things (id integer primary key, note text);
      create role ${role} login password 'secret';
      revoke temporary on database ${database} from public;
      grant create on database ${database} to ${role};
      grant usage on schema public to ${role};
      grant select, insert, update, delete on things to ${role}`);
      url.username = role;
      url.password = 'secret';
    });
    afterAll(async () => {
      await old.close();
      await server.stop();
      await removePostgres(directory);
      await rm(directory, { recursive: true, force: true });
    });

    it('rows are appended; an upsert names what it lacks', async () => {
      const importer = { database: { url: url.href, tls: 'url' as const } };
      const appended = await old.run(await old.put('things/a.csv', FILE), things(), { importer });
      expect(appended).toMatchObject({ outcome: 'imported', counts: { inserted: 2 } });
      const { failure } = await old.run(await old.put('things/b.csv', FILE), things('upsert'), { importer });
      expect(failure).toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining('temporary tables'),
      });
    });
  },
);
