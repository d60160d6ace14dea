import { integer, jsonb, pgTable, text, varchar } from 'drizzle-orm/pg-core';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { failures } from '../../contract/failures.ts';
import { readRepertoire, storable } from '../../task/load/repertoire.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const table = pgTable('things', {
  id: integer('id').primaryKey(),
  note: text('note'),
  more: jsonb('more'),
  names: varchar('names', { length: 9 }).array(),
});
const things = (mode: 'append' | 'upsert', changes: Partial<ImportOptions<typeof table>> = {}) =>
  defineImport({ name: 'things', prefix: 'things/', table, mode, rejects: { maxRows: 9 }, ...changes });

interface Case {
  encoding: string;
  takes: string;
  lacks: string;
}
const cases: Case[] = [
  { encoding: 'LATIN1', takes: 'é', lacks: '語' },
  { encoding: 'WIN1252', takes: '’', lacks: 'ł' },
  { encoding: 'EUC_JP', takes: '語', lacks: '한' },
  { encoding: 'EUC_JIS_2004', takes: '𠀋', lacks: '😀' },
];

let harness: ImportHarness;
let admin: Sql;
beforeAll(async () => {
  harness = await createImportHarness();
  admin = postgres(inject('postgresUrl'), { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await admin.end();
  await harness.close();
});

describe.each(cases)('a database in $encoding', ({ encoding, takes, lacks }) => {
  const name = `in_${encoding.toLowerCase()}`;
  let sql: Sql;
  let importer: { database: { url: string; tls: 'url' } };
  beforeAll(async () => {
    await admin.unsafe(
      `create database ${name} encoding '${encoding}' template template0 locale_provider libc lc_collate 'C' lc_ctype 'C'`,
    );
    const url = new URL(inject('postgresUrl'));
    url.pathname = `/${name}`;
    importer = { database: { url: url.href, tls: 'url' } };
    sql = postgres(url.href, { max: 1, onnotice: () => {} });
    await sql`create table things (id integer primary key, note text, more jsonb, names varchar(9)[])`;
  });
  afterAll(async () => {
    await sql.end();
    await admin.unsafe(`drop database ${name} with (force)`);
  });

  it('is known character by character', async () => {
    const repertoire = (await readRepertoire(sql))!;
    expect(repertoire.has(takes.codePointAt(0)!)).toBe(true);
    expect(repertoire.has(lacks.codePointAt(0)!)).toBe(false);
    await sql`select ${takes}::text`;
    await expect(sql`select ${lacks}::text`).rejects.toMatchObject({ code: '22P05' });
  });

  it.each(['append', 'upsert'] as const)(
    '%s: rejects values that it cannot store, with line and column',
    async (mode) => {
      await sql`truncate things`;
      const escaped = [...lacks].flatMap((each) =>
        Array.from(
          { length: each.length },
          (_, at) => `\\u${each.charCodeAt(at).toString(16).padStart(4, '0')}`,
        ),
      );
      const content = [
        'id,note,more,names',
        `1,${takes},"{""a"":""${takes}""}","{${takes}}"`,
        `2,x${lacks},,`,
        `3,,"{""a"":""${lacks}""}",`,
        `4,,"{""a"":""${escaped.join('')}""}",`,
        `5,,"{""a"":""\\\\u12""}",`,
        `6,,,"{${lacks}}"`,
      ].join('\n');
      const upload = await harness.put(`things/${mode}.csv`, content);
      const report = await harness.run(upload, things(mode), { importer });
      expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 2, rejected: 4 } });
      const told = await harness.readCsv(report.rejects!.errorsKey);
      expect(told.map(({ line, column, code }) => `${line} ${column} ${code}`)).toEqual([
        '3 note not_in_database_encoding',
        '4 more not_in_database_encoding',
        '5 more not_in_database_encoding',
        '7 names not_in_database_encoding',
      ]);
      expect(await sql`select note, names from things where id = 1`).toEqual([
        { note: takes, names: [takes] },
      ]);
    },
  );

  it('in batches too', async () => {
    await sql`truncate things`;
    const definition = things('append', { commit: { batchRows: 1 } });
    const upload = await harness.put('things/batches.csv', `id,note\n1,${takes}\n2,${lacks}\n3,x\n`);
    const report = await harness.run(upload, definition, { importer });
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 2, rejected: 1 } });
  });

  it('keeps a key with any character, and a failure with any advice, in the ledger', async () => {
    const keys = [
      `things/${lacks}${takes}.csv`,
      `things/\\u{${lacks.codePointAt(0)!.toString(16)}}${takes}.csv`,
    ];
    const stored: string[] = [];
    for (const key of keys) {
      const upload = await harness.put(key, `id,Ω${lacks}\n1,x\n`);
      const failed = await harness.run(upload, things('append'), { importer });
      expect(failed.failure).toMatchObject({ name: 'HeaderInvalid' });
      const again = await harness.put(key, 'id,note\n1,x\n');
      await sql`truncate things`;
      expect(await harness.run(again, things('append'), { importer })).toMatchObject({ outcome: 'imported' });
      expect(await harness.run(again, things('append'), { importer })).toMatchObject({
        outcome: 'already-imported',
      });
      const runs =
        await sql`select key, status, failure_message from csv_import.runs where key not in ${sql(['', ...stored])}
        and key like 'things/%u{%' order by first_started_at desc limit 2`;
      expect(runs.map(({ status }) => status)).toEqual(['imported', 'failed']);
      stored.push(runs[0]!.key);
    }
    expect(new Set(stored).size).toBe(2);
    expect(stored[0]).toContain(takes);
  });

  it('enters a failure whose advice has typographic quotes', async () => {
    expect(failures.TargetTableMismatch.advice).toContain('’');
    const other = defineImport({
      name: 'others',
      prefix: 'others/',
      table: pgTable(`others${lacks}`, { id: integer('id').primaryKey() }),
      mode: 'append',
    });
    const upload = await harness.put('others/a.csv', 'id\n1\n');
    const report = await harness.run(upload, other, { importer });
    expect(report.failure).toMatchObject({ name: 'TargetTableMismatch' });
    const [run] = await sql`select status, failure_advice from csv_import.runs where import = 'others'`;
    expect(run).toEqual({
      status: 'failed',
      failure_advice: failures.TargetTableMismatch.advice.replaceAll('’', "'"),
    });
  });
});

it('other databases take every character', async () => {
  expect(await readRepertoire(harness.sql)).toBe(null);
});

it('texts that differ differ when they are stored, too', () => {
  const texts = ['\0', '\\u{0}', '\\u{5c}u{0}', 'a\\u{', '\\\\u{0}', '\\\0'];
  const kept = texts.map((each) => storable(each, null));
  expect(new Set(kept).size).toBe(texts.length);
  expect(kept.join()).not.toContain('\0');
  expect(storable('plain ’ text', null)).toBe('plain ’ text');
});
