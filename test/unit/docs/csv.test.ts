import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  bit,
  boolean,
  date,
  doublePrecision,
  integer,
  interval,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  smallint,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { defineImport } from '../../../contract/definition/define-import.ts';
import type { ImportFailure } from '../../../contract/failures.ts';
import { rejectCodes } from '../../../contract/reject-codes.ts';
import { fieldCheckFor } from '../../../csv/check/field-check.ts';
import { detectEncoding } from '../../../csv/detect/detect-encoding.ts';
import { compressionOf } from '../../../csv/detect/file-kind.ts';
import {
  codesIn,
  fencesOf,
  readDoc,
  root,
  sectionOf,
  tableOf,
  unescapeBytes,
} from '../../../docs/tools/markdown.ts';
import { encodeText } from '../../support/encode-text.ts';
import { anyText, outcomeOf, readFile } from './read-file.ts';

const doc = readDoc('docs/csv.md');

describe('docs/csv.md: what becomes of the examples', () => {
  const fences = fencesOf(doc);
  const examples = fences.flatMap((fence, index) =>
    fence.info === 'csv' ? [[fence.content, fences[index + 1]] as const] : [],
  );

  it('has an outcome for each example', () => {
    expect(examples.length).toBeGreaterThan(1);
    expect(fences).toHaveLength(2 * examples.length);
  });

  it.each(examples)('%j', (content, outcome) => {
    expect(outcome!.info).toBe('text');
    expect(`${outcomeOf(readFile(Buffer.from(content), anyText()))}\n`).toBe(outcome!.content);
  });
});

describe('docs/csv.md: files as they come', () => {
  it('has a row for each file that a test reads, and a file for each row', () => {
    const rows = tableOf(sectionOf(doc, '## Files as they come'));
    const files = readdirSync(join(root, 'test/unit/csv/field-files')).filter(
      (name) => !name.endsWith('.ts'),
    );
    expect(rows.flatMap((row) => codesIn(row.at(-1)!)).toSorted()).toEqual(files.toSorted());
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
    interval: interval('interval', { fields: 'day to minute' }),
    bit: bit('bit', { dimensions: 3 }),
    array: smallint('array').array(),
    varchar: varchar('varchar', { length: 5 }),
    size: size('size'),
    text: text('text').notNull(),
  }),
});

describe('docs/csv.md: types', () => {
  const rows = tableOf(sectionOf(doc, '## Types'));

  /** As the document writes it: an enum without its quotes. */
  const written = (sqlType: string) => sqlType.replaceAll('"', '');

  it('names the types of the table', () => {
    const types = every.columns.map(({ sqlType }) => written(sqlType)).filter((type) => type !== 'text');
    expect(rows.map(([type]) => codesIn(type!)[0])).toEqual(types);
  });

  it.each(rows)('%s: accepts %s, rejects %s', (type, accepted, rejected) => {
    const column = every.columns.find(({ sqlType }) => written(sqlType) === codesIn(type!)[0])!;
    const check = fieldCheckFor(column)!;
    const codeOf = (value: string) => {
      const bytes = Buffer.from(value);
      return check(bytes, 0, bytes.length)?.code ?? null;
    };
    const values = codesIn(accepted!);
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect([value, codeOf(value)]).toEqual([value, null]);
    for (const group of rejected!.split(';')) {
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
    const file = Buffer.from('text,date,varchar\n,,x\n"","",x\nNULL,,\n\\N,,\n');
    expect(outcomeOf(readFile(file, every))).toBe(
      '3 rows accepted\nline 2, row 1, column "text": missing_value',
    );
  });
});

describe('docs/csv.md: encodings', () => {
  const rows = tableOf(sectionOf(doc, '## Encodings'));
  const japanese = '番号,氏名,フリガナ\n1,佐藤,サトウ\n';
  const samples: [encoding: string, Buffer][][] = [
    [
      ['utf-16le', Buffer.from('\ufeffid\n', 'utf16le')],
      ['utf-8', Buffer.from('\ufeffid\n')],
    ],
    [['utf-16be', encodeText('id,name\n', 'utf-16be')]],
    [['utf-8', Buffer.from('id,名前\n')]],
    [['utf-8', Buffer.concat([Buffer.from('id,名前,住所,電話番号,生年月日\n'), Buffer.from([0xe9])])]],
    [['shift_jis', encodeText(japanese, 'shift_jis')]],
    [['euc-jp', encodeText(japanese, 'euc-jp')]],
    [['windows-1252', encodeText('id,café\n', 'windows-1252')]],
    [['UndecodableFile', encodeText('номер,имя\n', 'windows-1251')]],
  ];

  it.each(rows.map(([what], index) => [what, samples[index]!] as const))('%s', (_, files) => {
    for (const [expected, sample] of files) {
      let found: string;
      try {
        found = detectEncoding(sample, true).encoding;
      } catch (error) {
        found = (error as ImportFailure).name;
      }
      expect(found).toBe(expected);
    }
  });

  it('has an example for each', () => {
    expect(rows).toHaveLength(samples.length);
  });
});

describe('docs/csv.md: compressed files', () => {
  it.each([
    ['.xlsx', Buffer.from(`PK\u0003\u0004${' '.repeat(26)}xl/workbook.xml`).toString('hex')],
    ['.xls', 'd0cf11e0a1b11ae1'],
    ['.bz2', '425a683931415926535900'],
    ['.xz', 'fd377a585a00'],
    ['.7z', '377abcaf271c'],
  ])('%s is named and rejected', (extension, hex) => {
    expect(sectionOf(doc, '## Compressed files')).toContain(`\`${extension}\``);
    expect(() => compressionOf(Buffer.from(hex, 'hex'))).toThrow(
      expect.objectContaining({ name: 'UndecodableFile' }),
    );
  });
});
