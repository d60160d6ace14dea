import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerCheck } from '../../../../csv/check/check-number.ts';
import { checked, column, cut, type ScanInput, scanChunks, texts } from './scan.ts';

const delimiter = fc.constantFrom(',', ';', '\t', '|');
const newline = fc.constantFrom('\n', '\r\n', '\r');
/** Any text that UTF-8 can hold, with much of what CSV minds. */
const cell = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', '"', ',', ';', '\t', '|', '\n', '\r', '\\', '.', ' ', '名', '😀', ''),
  }),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.toWellFormed().replaceAll('\0', '')),
);

interface Table {
  rows: string[][];
  delimiter: string;
  newline: string;
  quoteAll: boolean;
  ending: boolean;
}

const table: fc.Arbitrary<Table> = fc.integer({ min: 1, max: 5 }).chain((width) =>
  fc.record({
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
    delimiter,
    newline,
    quoteAll: fc.boolean(),
    ending: fc.boolean(),
  }),
);

function write({ rows, delimiter, newline, quoteAll, ending }: Table): string {
  const lines = rows.map((row) => {
    const line = row.map((value) =>
      quoteAll || /["\r\n]/.test(value) || value.includes(delimiter)
        ? `"${value.replaceAll('"', '""')}"`
        : value,
    );
    // A row of one empty value is a blank line unless it is quoted.
    return line.length === 1 && line[0] === '' ? '""' : line.join(delimiter);
  });
  return lines.join(newline) + (ending ? newline : '');
}

/** Strictly: any record of another width and any misplaced quote throws. */
function read(bytes: Buffer, delimiter: string): string[][] {
  return parse(bytes, { delimiter, bom: false });
}

describe('valid CSV', () => {
  it('comes out as csv-parse reads it, none of it refused', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 40 }), (table, size) => {
        const bytes = Buffer.from(write(table));
        const columns = texts(table.rows[0]!.length);
        const input = { columns, delimiter: table.delimiter };
        const scanned = scanChunks([bytes], input);
        expect(scanned.rejects).toEqual([]);
        expect(read(scanned.accepted, table.delimiter)).toEqual(table.rows);
        expect(scanned.counters).toMatchObject({ acceptedRows: table.rows.length, offset: bytes.length });
        expect(scanChunks(cut(bytes, size), input)).toEqual(scanned);
      }),
      { numRuns: 1000 },
    );
  });

  it('loses its ignored columns and nothing else', () => {
    fc.assert(
      fc.property(table, fc.infiniteStream(fc.boolean()), (table, keep) => {
        const all = texts(table.rows[0]!.length);
        const flags = all.map((_, index) => index === 0 || keep.next().value);
        const columns = all.map((column, index) => (flags[index] ? column : null));
        const { accepted, rejects } = scanChunks([Buffer.from(write(table))], {
          columns,
          delimiter: table.delimiter,
        });
        expect(rejects).toEqual([]);
        const kept = table.rows.map((row) => row.filter((_, index) => flags[index]));
        // csv-parse would skip the blank line that COPY reads as a row of one NULL.
        const nonEmpty = kept.filter((row) => row.length > 1 || row[0] !== '');
        expect(read(accepted, table.delimiter).filter((row) => row.length > 1 || row[0] !== '')).toEqual(
          nonEmpty,
        );
      }),
      { numRuns: 300 },
    );
  });
});

/** Bytes that are mostly what CSV minds, some of them not UTF-8. */
const hostile = fc
  .array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.constantFrom(
          '"',
          ',',
          '\n',
          '\r\n',
          '\r',
          '""',
          '",',
          ',"',
          '"\n',
          '\n"',
          'a',
          '1',
          '\\.',
        ),
      },
      { weight: 1, arbitrary: fc.constantFrom('\0', 'あ', '\x80', '\xe3', 'aaaaaaaaaaaaaaaa') },
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part, part === 'あ' ? 'utf8' : 'latin1'))));

/** Valid CSV with a few bytes replaced, added or left out. */
const mutated = fc
  .tuple(
    table,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('"', ',', '\n', '\r', '\0', '\xff', '', '"a', '\\')), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([table, changes]) => {
    let bytes = Buffer.from(write({ ...table, delimiter: ',' }));
    for (const [position, insert] of changes) {
      const at = bytes.length === 0 ? 0 : position % bytes.length;
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(insert, 'latin1'),
        bytes.subarray(at + (position % 2)),
      ]);
    }
    return { bytes, width: table.rows[0]!.length };
  });

const anything = fc.oneof(
  mutated,
  fc.record({ bytes: hostile, width: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    bytes: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    width: fc.constant(2),
  }),
);

/** The bytes of a file in its physical lines, without newlines. */
function physicalLines(bytes: Buffer): string[] {
  const lines = bytes.toString('latin1').split(/\r\n|\n|\r/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function hostileInput(width: number, maxRowBytes: number): ScanInput {
  const columns = [checked('n', integerCheck(0n, 99n)), column('t', { notNull: true }), column('u')];
  return { columns: columns.slice(0, width).concat(texts(Math.max(0, width - 3))), maxRowBytes };
}

describe('any bytes', () => {
  const limits = fc.constantFrom(5, 20, 1024);

  it('give the same result for all chunks', () => {
    fc.assert(
      fc.property(anything, limits, fc.integer({ min: 1, max: 9 }), ({ bytes, width }, limit, size) => {
        const input = hostileInput(width, limit);
        const whole = scanChunks([bytes], input);
        expect(scanChunks(cut(bytes, 1), input)).toEqual(whole);
        expect(scanChunks(cut(bytes, size), input)).toEqual(whole);
      }),
      { numRuns: 2000 },
    );
  });

  it('give accepted rows that are valid CSV of the right width, all of them', () => {
    fc.assert(
      fc.property(anything, limits, ({ bytes, width }, limit) => {
        const { accepted, counters, rejects } = scanChunks([bytes], hostileInput(width, limit));
        expect(counters.rows).toBe(counters.acceptedRows + counters.rejectedRows);
        expect(rejects).toHaveLength(counters.rejectedRows);
        const rows = read(accepted, ',');
        expect(rows).toHaveLength(counters.acceptedRows);
        expect(rows.filter((row) => row.length !== width)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('lose no line: every one is in an accepted row, in a reject, or blank', () => {
    fc.assert(
      fc.property(anything, ({ bytes, width }) => {
        const lineOf = new Map<number, string>();
        const { rejects, accepted, counters } = scanChunks([bytes], hostileInput(width, 1024));
        for (const reject of rejects) {
          for (const [index, line] of physicalLines(reject.bytes).entries()) {
            expect(lineOf.has(reject.line + index), 'two rejects have the same line').toBe(false);
            lineOf.set(reject.line + index, line);
          }
          expect(reject.errors.length).toBeGreaterThan(0);
        }
        const lines = physicalLines(bytes);
        for (const [line, content] of lineOf) expect(content).toBe(lines[line - 1]);
        const rest = lines.filter((content, index) => content !== '' && !lineOf.has(index + 1));
        const out = physicalLines(accepted).map((line) => (line === '"\\."' ? '\\.' : line));
        // Blank lines inside quotes are content; what is compared is everything else.
        const unquoted = rest.map((line) => (line === '"\\."' ? '\\.' : line));
        expect(out.filter((line) => line !== '')).toEqual(unquoted);
        const ended = /[\r\n]$/.test(bytes.toString('latin1'));
        expect(counters.line).toBe(lines.length + (ended || lines.length === 0 ? 1 : 0));
        expect(counters.offset).toBe(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });
});
