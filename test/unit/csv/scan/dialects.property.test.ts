import { type Options, parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescapeBackslashes } from '../../../../csv/scan/backslashes.ts';
import { type Dialect, isPlain, plainDialect } from '../../../../csv/scan/dialect.ts';
import { column, cut, scanChunks, texts } from './scan.ts';

const delimiter = fc.constantFrom(',', '||', '§', '\x01', '^', ', ', 'aab', '<|>', '::');
const quote = fc.constantFrom<Dialect['quote']>('"', "'", 'none');
const newline = fc.constantFrom<Dialect['newline']>('any', 'lf');
const signs = fc.constantFrom(
  'a',
  'b',
  '"',
  "'",
  ',',
  '|',
  '§',
  '\x01',
  '<',
  '>',
  ':',
  ' ',
  '\n',
  '\r',
  '\\',
  'N',
  '',
);
const cell = fc.string({ unit: signs, maxLength: 8 });
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: signs }, delimiter), { maxLength: 60 })
  .map((parts) => parts.join(''));

function asCsvParse(dialect: Dialect): Options {
  return {
    delimiter: dialect.delimiter,
    quote: dialect.quote === 'none' ? false : dialect.quote,
    escape: dialect.escape === 'backslash' ? '\\' : dialect.quote === 'none' ? null : dialect.quote,
    record_delimiter: dialect.newline === 'lf' ? '\n' : ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    relax_column_count: true,
    bom: false,
  };
}

/** The rows that COPY is to read; NULL is the empty text, as csv-parse has it. */
const read = (accepted: Buffer, dialect: Dialect): string[][] =>
  parse(accepted, { delimiter: isPlain(dialect) ? dialect.delimiter : ',', bom: false });

function scan(bytes: Buffer, dialect: Dialect, width: number, size = bytes.length || 1) {
  return scanChunks(cut(bytes, size), { columns: texts(width), dialect });
}

describe('csv-parse reads the same', () => {
  const dialect = fc.record({ delimiter, quote, newline }).map((some) => ({ ...plainDialect(','), ...some }));

  it('of any text, in every dialect without backslashes', () => {
    fc.assert(
      fc.property(dialect, text, fc.integer({ min: 1, max: 3 }), (dialect, text, width) => {
        const bytes = Buffer.from(text);
        const { accepted, rejects } = scan(bytes, dialect, width);
        const codes = rejects.flatMap(({ errors }) => errors.map(({ code }) => code));
        let rows: string[][];
        try {
          rows = parse(bytes, asCsvParse(dialect)) as string[][];
        } catch {
          expect(codes.filter((code) => code.endsWith('_quote'))).not.toEqual([]);
          return;
        }
        expect(read(accepted, dialect)).toEqual(rows.filter(({ length }) => length === width));
        expect(codes).toEqual(rows.filter(({ length }) => length !== width).map(() => 'wrong_field_count'));
      }),
      { numRuns: 3000 },
    );
  });

  it('of values in quotes with backslashes, and with spaces around', () => {
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 8 });
    const quoted = fc.constantFrom<'"' | "'">('"', "'");
    const spaces = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 2 });
    fc.assert(
      fc.property(table, delimiter, quoted, newline, spaces, (rows, delimiter, quote, newline, space) => {
        const dialect: Dialect = {
          delimiter: delimiter.trim(),
          quote,
          escape: 'backslash',
          ignoresSpaceAroundQuotes: true,
          newline,
        };
        const write = (value: string) =>
          space + quote + value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`) + quote + space;
        const lines = rows.map((row) => row.map(write).join(dialect.delimiter));
        const bytes = Buffer.from(lines.join('\n'));
        const { accepted, rejects } = scan(bytes, dialect, 2);
        expect(rejects).toEqual([]);
        expect(read(accepted, dialect)).toEqual(rows);
        expect(parse(bytes, { ...asCsvParse(dialect), trim: true })).toEqual(rows);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the text formats', () => {
  /** As PostgreSQL's CopyAttributeOutText writes; MySQL puts a backslash before the newline itself. */
  const named: Record<string, string> = { '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't', '\v': 'v' };
  const asPostgres = (value: string, delimiter: string) =>
    [...value]
      .map((sign) =>
        sign in named ? `\\${named[sign]}` : sign === '\\' || sign === delimiter ? `\\${sign}` : sign,
      )
      .join('');
  const asMysql = (value: string, delimiter: string) =>
    [...value]
      .map((sign) => (sign === '\\' || sign === '\n' || sign === delimiter[0] ? `\\${sign}` : sign))
      .join('');
  const value = fc.option(
    fc.string({
      unit: fc.oneof(signs, fc.constantFrom('\b', '\f', '\t', '\v', '名', '.', 'x', '1')),
      maxLength: 8,
    }),
  );
  const table = fc.array(fc.array(value, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 });

  it.each([
    ['PostgreSQL, tabs', asPostgres, '\t', 'any'],
    ['PostgreSQL, bars', asPostgres, '|', 'any'],
    ['MySQL, tabs', asMysql, '\t', 'lf'],
    ['MySQL, two bars', asMysql, '||', 'lf'],
  ] as const)(
    '%s: come out as they were written, NULL and the empty text apart',
    (_, write, delimiter, newline) => {
      fc.assert(
        fc.property(table, fc.integer({ min: 1, max: 9 }), (rows, size) => {
          const dialect: Dialect = {
            ...plainDialect(delimiter),
            quote: 'none',
            escape: 'backslash',
            newline,
          };
          const lines = rows.map((row) =>
            row.map((value) => (value === null ? '\\N' : write(value, delimiter))).join(delimiter),
          );
          const columns = Array.from('abc', (name) => column(name, { textWhenEmpty: true }));
          const input = { columns, dialect };
          const bytes = Buffer.from(`${lines.join('\n')}\n`);
          const scanned = scanChunks([bytes], input);
          expect(scanned.rejects).toEqual([]);
          const options = {
            cast: (text: string, { quoting }: { quoting: boolean }) =>
              text === '' && !quoting ? null : text,
          };
          expect(parse(scanned.accepted, options)).toEqual(rows);
          expect(scanChunks(cut(bytes, size), input)).toEqual(scanned);
        }),
        { numRuns: 500 },
      );
    },
  );

  it('an escape never makes bytes that are not UTF-8, nor one more of them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(signs, fc.string({ unit: 'binary', maxLength: 1 })) }),
        (text) => {
          const bytes = Buffer.from(text.toWellFormed());
          const value = unescapeBackslashes(bytes, -1);
          if (value === null) return;
          expect(Buffer.from(value.toString()).equals(value)).toBe(true);
          expect(value.length).toBeLessThanOrEqual(bytes.length);
        },
      ),
    );
  });
});

describe('any bytes, in any dialect', () => {
  const dialect = fc.record<Dialect>({
    delimiter: fc.constantFrom(',', '||', '§', '^', ', '),
    quote,
    escape: fc.constantFrom('double', 'backslash'),
    ignoresSpaceAroundQuotes: fc.boolean(),
    newline: fc.constantFrom('any', 'lf', 'crlf'),
  });
  const bytes = fc.oneof(
    text.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc
      .array(fc.oneof(signs, fc.constantFrom('\0', '\xff', '\\\n', '"\n', '\r\n', 'aaaaaaaaaaaa')), {
        maxLength: 60,
      })
      .map((parts) => Buffer.from(parts.join(''), 'latin1')),
  );
  const limits = fc.constantFrom(5, 20, 1024);

  it('give the same for all chunks, rows that COPY reads, and lose no line', () => {
    fc.assert(
      fc.property(
        dialect,
        bytes,
        limits,
        fc.integer({ min: 1, max: 9 }),
        (dialect, bytes, maxRowBytes, size) => {
          const input = { columns: texts(2), dialect, maxRowBytes };
          const whole = scanChunks([bytes], input);
          expect(scanChunks(cut(bytes, 1), input)).toEqual(whole);
          expect(scanChunks(cut(bytes, size), input)).toEqual(whole);
          const { accepted, counters, rejects } = whole;
          expect(rejects).toHaveLength(counters.rejectedRows);
          const rows = read(accepted, dialect);
          expect(rows.filter(({ length }) => length !== 2)).toEqual([]);
          expect(rows).toHaveLength(counters.acceptedRows);
          expect(counters.offset).toBe(bytes.length);
          const newlines = dialect.newline === 'any' ? /\r\n|\n|\r/ : /\n/;
          expect(counters.line).toBe(bytes.toString('latin1').split(newlines).length);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
