import fc from 'fast-check';
import { delimiters } from '../../../contract/definition/define-import.ts';
import type { Case, CaseColumn } from './case.ts';
import { MOST_COLUMNS } from './columns.ts';
import { type KindName, kindNames, kindOf } from './kinds.ts';

/*
 * Files are made in two steps that fast-check shrinks well: a table of cells that fit their columns more often than
 * not, written with all the liberties that CSV has; then changes of single bytes anywhere.
 */

const newline = fc.constantFrom('\n', '\n', '\r\n', '\r');

/** Text of what CSV, PostgreSQL and spreadsheets mind. */
const oddText = fc.string({
  unit: fc.constantFrom(
    ...['a', 'b', '1', '0', '-', '+', '.', ',', ';', '\t', '|', '"', '"', '\\', '\n', '\r', '\r\n', ' ', '='],
    ...[
      '\\.',
      '\\N',
      '\u00a0',
      '\u3000',
      '\u2028',
      '\ufeff',
      '\u0085',
      '\u200b',
      '名',
      'é',
      '😀',
      '\u0001',
      '\u001a',
    ],
  ),
  maxLength: 12,
});
const anyText = fc
  .string({ unit: 'binary', maxLength: 20 })
  .map((text) => text.toWellFormed().replaceAll('\0', ''));
/** Longer than a step of the scanner, or than what it carries over at first. */
const longText = fc
  .tuple(fc.constantFrom('x', 'é', 'a,', 'a"', '0', ' ', '\n', '日'), fc.integer({ min: 100, max: 1500 }))
  .map(([unit, count]) => unit.repeat(count));

/** A value that is made for the kind of column, or nearly. */
function valueFor(kind: KindName): fc.Arbitrary<string> {
  const { edges } = kindOf(kind);
  const short = edges.filter((edge) => edge.length <= 200);
  const long = edges.filter((edge) => edge.length > 200);
  const edited = fc
    .tuple(
      fc.constantFrom(...short),
      fc.nat(),
      fc.constantFrom('', ' ', '0', '-', '.', 'e', '"', ':', 'Z', '9', '+'),
    )
    .map(([edge, at, insert]) => {
      const cut = edge.length === 0 ? 0 : at % (edge.length + 1);
      return edge.slice(0, cut) + insert + edge.slice(cut + (at % 3 === 0 ? 1 : 0));
    });
  return fc.oneof(
    { weight: 400, arbitrary: fc.constantFrom(...short) },
    { weight: 120, arbitrary: edited },
    { weight: 80, arbitrary: grown(kind) },
    { weight: 40, arbitrary: oddText },
    { weight: 20, arbitrary: anyText },
    // These take a thousand times as long as the others.
    ...(long.length > 0 ? [{ weight: 1, arbitrary: fc.constantFrom(...long) }] : []),
  );
}

/** Values that are mostly right. */
function grown(kind: KindName): fc.Arbitrary<string> {
  switch (kind) {
    case 'smallint':
    case 'integer':
    case 'bigint':
      return fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String);
    case 'real':
      return fc.float().map(String);
    case 'double':
      return fc.double().map(String);
    case 'numeric':
    case 'money':
    case 'thousands':
    case 'fraction':
      return fc.stringMatching(/^[+-]?[0-9]{0,5}\.?[0-9]{0,5}([eE][+-]?[0-9]{1,2})?$/);
    case 'date':
    case 'time':
    case 'time0':
    case 'timetz':
    case 'timestamp3':
    case 'timestamptz':
      return fc
        .date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') })
        .map((date) => {
          const [day = '', clock = ''] = date.toISOString().slice(0, -1).split('T');
          if (kind === 'date') return day;
          const time = kind === 'timetz' ? `${clock}+09` : clock;
          return kind.startsWith('time') && !kind.startsWith('timestamp')
            ? time
            : `${day} ${time}${kind === 'timestamptz' ? 'Z' : ''}`;
        });
    case 'uuid':
      return fc.uuid();
    case 'json':
    case 'jsonb':
      return fc.json();
    default:
      return fc.oneof({ weight: 4, arbitrary: anyText }, { weight: 1, arbitrary: longText });
  }
}

/** How a cell stands in the file. */
type Writing = 'plain' | 'quoted' | 'needed' | 'undoubled' | 'open' | 'trailed';

function writeCell(value: string, writing: Writing, delimiter: string): string {
  const doubled = `"${value.replaceAll('"', '""')}"`;
  switch (writing) {
    case 'plain':
      return value;
    case 'quoted':
      return doubled;
    case 'needed':
      return /["\r\n]/.test(value) || value.includes(delimiter) ? doubled : value;
    case 'undoubled':
      return `"${value}"`;
    case 'open':
      return doubled.slice(0, -1);
    case 'trailed':
      return `${doubled} `;
  }
}

const writing = fc.oneof(
  { weight: 60, arbitrary: fc.constant<Writing>('needed') },
  { weight: 20, arbitrary: fc.constant<Writing>('quoted') },
  { weight: 3, arbitrary: fc.constantFrom<Writing>('plain', 'undoubled', 'open', 'trailed') },
);

const column: fc.Arbitrary<CaseColumn> = fc.record({
  kind: fc.constantFrom(...kindNames),
  notNull: fc.boolean(),
  ignored: fc.integer({ min: 0, max: 9 }).map((each) => each === 9),
});

/** A line that is no row of the table, or not one of its width. */
const oddLine = fc.constantFrom(
  ...['', '', ' ', '\t', '\\.', '\\N', '"\\."', '"', '""', '"""', '""""', ',', ',,,,,,', ';', '|', '\t\t'],
  ...[
    'a,b',
    '"a,b',
    'a"b,c',
    '"a"b',
    '"a\nb',
    '"a\r\n"b',
    '\ufeff1,2',
    '# comment',
    '=cmd()',
    'null',
    '""x',
    'x""',
  ],
);

interface Row {
  cells: [string, Writing][];
  newline: string;
  /** Cells that are left out, or added where negative. */
  missing: number;
  /** A line before it. */
  before: string | null;
}

function rowOf(columns: readonly CaseColumn[]): fc.Arbitrary<Row> {
  return fc.record({
    cells: fc.tuple(...columns.map(({ kind }) => fc.tuple(valueFor(kind), writing))),
    newline,
    missing: fc.oneof(
      { weight: 20, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constantFrom(-1, 1, 2) },
    ),
    before: fc.option(oddLine, { freq: 12, nil: null }),
  });
}

interface Plan {
  columns: CaseColumn[];
  delimiter: Case['delimiter'];
  rows: Row[];
  newline: string;
  /** Whether every row ends with `newline`, and not with one of its own. */
  sameNewlines: boolean;
  bom: boolean;
  blankLines: string[];
  oddHeader: boolean;
  ending: boolean;
}

const plan: fc.Arbitrary<Plan> = fc
  .array(column, { minLength: 1, maxLength: MOST_COLUMNS })
  .chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      delimiter: fc.constantFrom(...delimiters),
      rows: fc.array(rowOf(columns), { maxLength: 8 }),
      newline,
      sameNewlines: fc.boolean(),
      bom: fc.boolean(),
      blankLines: fc.array(newline, { maxLength: 2 }),
      oddHeader: fc.boolean(),
      ending: fc.boolean(),
    }),
  );

function writePlan(plan: Plan): Buffer {
  const { columns, delimiter, rows, sameNewlines, bom, blankLines, oddHeader, ending } = plan;
  const header = columns
    .map((_, index) => (oddHeader ? `"h ${index}${delimiter}""\n"` : `h${index}`))
    .join(delimiter);
  const lines = rows.map(({ cells, newline, missing, before }) => {
    const kept = missing > 0 ? cells.slice(0, Math.max(1, cells.length - missing)) : cells;
    const own = sameNewlines ? plan.newline : newline;
    const line = kept.map(([value, writing]) => writeCell(value, writing, delimiter)).join(delimiter);
    return `${before === null ? '' : before + own}${line}${missing < 0 ? delimiter : ''}${own}`;
  });
  const text = `${bom ? '\ufeff' : ''}${blankLines.join('')}${header}${plan.newline}${lines.join('')}`;
  return Buffer.from(ending ? text : text.replace(/(\r\n|\r|\n)$/, ''));
}

/** A change of some bytes: at a place from 0 to 1 of the file, so many are left out and others put there. */
interface Change {
  place: number;
  removed: number;
  added: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.constantFrom(0, 0, 1, 1, 2, 5),
  added: fc.oneof(
    fc.constantFrom(
      ...[
        '"',
        '"',
        '""',
        ',',
        ';',
        '\t',
        '|',
        '\n',
        '\r',
        '\r\n',
        '\0',
        '\\.',
        '\n\\.\n',
        '\\',
        ' ',
        '',
        '',
        '\x1a',
      ],
      ...[
        '\xff',
        '\xc3',
        '\xe3\x81',
        '\xed\xa0\x80',
        '\xc0\x80',
        '\xf4\x90\x80\x80',
        '\xef\xbb\xbf',
        '\x80',
        '\x85',
      ],
    ),
    fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 4,
    }),
  ),
});

function applyChanges(bytes: Buffer, changes: readonly Change[]): Buffer {
  let text = bytes.toString('latin1');
  for (const { place, removed, added } of changes) {
    const at = Math.floor(place * text.length);
    text = text.slice(0, at) + added + text.slice(at + removed);
  }
  return Buffer.from(text, 'latin1');
}

const changes = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: fc.array(change, { minLength: 1, maxLength: 4 }) },
);

const maxRowBytes = fc.oneof(
  { weight: 6, arbitrary: fc.constant(1024 * 1024) },
  { weight: 1, arbitrary: fc.constantFrom(5, 20, 60, 1024, 4096) },
);

/** Files of all kinds, with how they are to be read. */
export const anyCase: fc.Arbitrary<Case> = fc
  .record({
    plan,
    changes,
    maxRowBytes,
    skipsEmptyRows: fc.boolean(),
    chunks: fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3000 })), {
      maxLength: 4,
    }),
  })
  .map(({ plan, changes, ...rest }) => ({
    bytes: applyChanges(writePlan(plan), changes),
    delimiter: plan.delimiter,
    columns: plan.columns,
    ...rest,
  }));
