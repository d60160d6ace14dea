import {
  boolean,
  date,
  doublePrecision,
  integer,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { defineImport } from '../../../contract/define-import.ts';
import type { ImportFailure } from '../../../contract/failures.ts';
import { rejectCodes } from '../../../contract/report.ts';
import { fieldCheckFor } from '../../../task/csv/field-check.ts';
import { detectEncoding } from '../../../task/source/detect-encoding.ts';
import { codesIn, fencesOf, readDoc, sectionOf, tableOf, unescapeBytes } from './markdown.ts';
import { anyText, outcomeOf, readFile } from './read-file.ts';

const doc = readDoc('docs/csv.md');

describe('docs/csv.md: what becomes of the examples', () => {
  const fences = fencesOf(doc);
  const examples = fences.flatMap((fence, index) =>
    fence.info === 'csv' ? [[fence.content, fences[index + 1]] as const] : [],
  );

  it('has an outcome for each example', () => {
    expect(examples.length).toBeGreaterThanOrEqual(5);
    expect(fences).toHaveLength(2 * examples.length);
  });

  it.each(examples)('%j', (content, outcome) => {
    expect(outcome!.info).toBe('text');
    expect(`${outcomeOf(readFile(Buffer.from(content), anyText()))}\n`).toBe(outcome!.content);
  });
});

describe('docs/csv.md: bytes', () => {
  it.each(tableOf(sectionOf(doc, '## Bytes')))('%s', (bytes, outcome) => {
    const file = Buffer.concat([Buffer.from('id,name\n'), unescapeBytes(codesIn(bytes!)[0]!)]);
    const { accepted, rejects } = readFile(file, anyText());
    const [code] = codesIn(outcome!);
    if (code! in rejectCodes) {
      expect(rejects.map(({ errors }) => errors.map((error) => error.code))).toEqual([[code]]);
    } else {
      const rows = codesIn(outcome!).map(unescapeBytes);
      expect(rejects).toEqual([]);
      expect(
        accepted
          .toString()
          .split(/\r?\n|\r/)
          .filter(Boolean),
      ).toEqual(rows.map(String));
    }
  });

  it('a byte order mark at the beginning, other delimiters', () => {
    const { accepted } = readFile(Buffer.from('\ufeffid;name\n1;Ada\n'), anyText(';'));
    expect(accepted.toString()).toBe('1;Ada\n');
    for (const delimiter of ['\t', '|'] as const) {
      const file = Buffer.from(`id${delimiter}name\n1${delimiter}Ada\n`);
      expect(readFile(file, anyText(delimiter)).counters.acceptedRows).toBe(1);
    }
  });

  it('a row of up to 1 MiB; a longer one is row_too_large', () => {
    const row = (bytes: number) => Buffer.from(`id,name\n1,${'x'.repeat(bytes - 2)}\n`);
    const definition = anyText();
    for (const [bytes, codes] of [
      [1024 * 1024, []],
      [1024 * 1024 + 1, ['row_too_large']],
    ] as const) {
      const { rejects } = readFile(row(bytes), definition);
      expect(rejects.flatMap(({ errors }) => errors.map(({ code }) => code))).toEqual(codes);
    }
  });
});

const size = pgEnum('size', ['S', 'M', 'L']);
const every = defineImport({
  name: 'every-type',
  prefix: 'every-type/',
  mode: 'append',
  table: pgTable('every_type', {
    integer: integer('integer'),
    numeric: numeric('numeric', { precision: 6, scale: 2 }),
    double: doublePrecision('double'),
    boolean: boolean('boolean'),
    date: date('date'),
    time: time('time'),
    timestamp: timestamp('timestamp', { precision: 3 }),
    instant: timestamp('instant', { withTimezone: true }),
    uuid: uuid('uuid'),
    jsonb: jsonb('jsonb'),
    varchar: varchar('varchar', { length: 5 }),
    size: size('size'),
    text: text('text').notNull(),
  }),
});

describe('docs/csv.md: types', () => {
  const rows = tableOf(sectionOf(doc, '## Types'));

  it('names the types of the table', () => {
    const types = every.columns.map(({ sqlType }) => sqlType).filter((type) => type !== 'text');
    expect(rows.map(([type]) => codesIn(type!)[0])).toEqual(types);
  });

  it.each(rows)('%s: takes %s, refuses %s', (type, taken, refused) => {
    const column = every.columns.find(({ sqlType }) => sqlType === codesIn(type!)[0])!;
    const check = fieldCheckFor(column)!;
    const codeOf = (value: string) => {
      const bytes = Buffer.from(value);
      return check(bytes, 0, bytes.length)?.code ?? null;
    };
    const values = codesIn(taken!);
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect([value, codeOf(value)]).toEqual([value, null]);
    for (const group of refused!.split(';')) {
      const codes = codesIn(group);
      const code = codes.pop()!;
      expect(code in rejectCodes).toBe(true);
      expect(codes.length).toBeGreaterThan(0);
      for (const value of codes) expect([value, codeOf(value)]).toEqual([value, code]);
    }
  });
});

describe('docs/csv.md: empty values', () => {
  it('are missing_value in a column that is NOT NULL, but "" is a text', () => {
    const file = Buffer.from('text,date\n,\n"",""\nNULL,\n\\N,\n');
    expect(outcomeOf(readFile(file, every))).toBe(
      '3 rows accepted\nline 2, row 1, column "text": missing_value',
    );
  });
});

describe('docs/csv.md: encodings', () => {
  const nameOf = (sample: Buffer) => {
    try {
      return detectEncoding(sample, true);
    } catch (error) {
      return (error as ImportFailure).name;
    }
  };
  /** "顧客番号,顧客名" in both. */
  const shiftJis = Buffer.from('8cda8b7194d48d862c8cda8b7196bc', 'hex');
  const eucJp = Buffer.from('b8dcb5d2c8d6b9e62cb8dcb5d2ccbe', 'hex');

  it.each<[string, Buffer, string]>([
    ['UTF-16, little-endian', Buffer.from('\ufeffid,name\n', 'utf16le'), 'utf-16le'],
    ['UTF-16, big-endian', Buffer.from('\ufeffid,name\n', 'utf16le').swap16(), 'utf-16be'],
    ['UTF-8', Buffer.from('id,名前\n'), 'utf-8'],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffid,name\n'), 'utf-8'],
    ['mostly UTF-8', Buffer.concat([Buffer.from('id,名前,住所\n'), Buffer.from([0xe9])]), 'utf-8'],
    ['Shift_JIS', shiftJis, 'shift_jis'],
    ['EUC-JP', eucJp, 'euc-jp'],
    ['Windows-1252', Buffer.from('id,caf\xe9\n', 'latin1'), 'UndecodableFile'],
  ])('%s', (_, sample, expected) => {
    expect(nameOf(sample)).toBe(expected);
  });
});
