import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { SHOWN_REJECTS } from '../../../../../operator/console/api.ts';
import { addCells, readErrors } from '../../../../../operator/console/server/rejects-view.ts';
import type { WrittenAs } from '../../../../../operator/console/server/text-dialect.ts';
import { encodeText } from '../../../../support/encode-text.ts';

const columns = ['line', 'row', 'column', 'code', 'reason', 'value'];
const errorsCsv = (...lines: (string | number)[][]) =>
  Readable.from([Buffer.from(`\ufeff${stringify([columns, ...lines])}`)]);

/** In pieces of one byte, and at once. */
const chunkings = [
  (bytes: Buffer) => [...bytes].map((byte) => Uint8Array.of(byte)),
  (bytes: Buffer) => [bytes],
];

async function view(
  rows: string | Buffer,
  errors: (string | number)[][],
  file: WrittenAs & { encoding: string } = { encoding: 'utf-8', delimiter: ',' },
) {
  const bytes = typeof rows === 'string' ? Buffer.from(rows) : rows;
  const views = [];
  for (const chunks of chunkings) {
    const rejects = await readErrors(errorsCsv(...errors));
    const header = await addCells(rejects, Readable.from(chunks(bytes)), file);
    views.push({ header, rows: rejects.map(({ cells, invalid }) => ({ cells, invalid })) });
  }
  expect(views[0]).toEqual(views[1]);
  return views[1]!;
}

describe('errors.csv', () => {
  it('all errors of a row together; a column without a name is none', async () => {
    const rejects = await readErrors(
      errorsCsv(
        [3, 2, 'id', 'invalid_integer', 'must be a whole number', 'x'],
        [3, 2, 'name', 'too_long', 'too long', 'y'],
        [9, 7, '', 'wrong_field_count', '2 values, the header has 3', ''],
      ),
    );
    expect(rejects).toEqual([
      {
        line: 3,
        row: 2,
        errors: [
          { column: 'id', code: 'invalid_integer', reason: 'must be a whole number', value: 'x' },
          { column: 'name', code: 'too_long', reason: 'too long', value: 'y' },
        ],
        cells: null,
        invalid: [],
      },
      expect.objectContaining({ line: 9, row: 7, errors: [expect.objectContaining({ column: null })] }),
    ]);
  });

  it('no more than the first hundred rows, and no more of the file than that', async () => {
    let told = 0;
    const endless = Readable.from(
      (async function* () {
        yield `${columns.join(',')}\n`;
        for (;;) yield `${++told},${told},id,invalid_integer,must be a whole number,x\n`;
      })(),
    );
    const rejects = await readErrors(endless);
    endless.destroy();
    expect(rejects).toHaveLength(SHOWN_REJECTS);
    expect(told).toBeLessThan(10_000);
  });

  it('one that breaks off is an error, not an end', async () => {
    const broken = Readable.from(
      (async function* () {
        yield `${columns.join(',')}\n`;
        throw new Error('connection lost');
      })(),
    );
    await expect(readErrors(broken)).rejects.toThrow('connection lost');
  });
});

describe('the cells of rows.csv', () => {
  const invalid = (row: number, column: string, value: string) => [
    row + 1,
    row,
    column,
    'any',
    'is wrong',
    value,
  ];

  it.each(['\n', '\r\n', '\r'])('with newline %j', async (newline) => {
    const rows = ['id,name,note', 'x,Ada,', '"y","Grace ""G""","two\nlines, one cell"', ''].join(newline);
    expect(await view(rows, [invalid(1, 'id', 'x'), invalid(2, 'id', 'y')])).toEqual({
      header: ['id', 'name', 'note'],
      rows: [
        { cells: ['x', 'Ada', ''], invalid: [0] },
        { cells: ['y', 'Grace "G"', 'two\nlines, one cell'], invalid: [0] },
      ],
    });
  });

  it.each([
    ['shift_jis', ';'],
    ['euc-jp', '\t'],
    ['utf-16le', '|'],
    ['utf-16be', ','],
  ] as const)('in %s, separated by %j', async (encoding, delimiter) => {
    const text = `番号,氏名\nx,"表, 予"\n`.replaceAll(/,(?! )/g, delimiter);
    const bom = encoding.startsWith('utf-16') ? '\ufeff' : '';
    const bytes = encodeText(bom + text, encoding);
    expect(await view(bytes, [invalid(1, '番号', 'x')], { encoding, delimiter })).toEqual({
      header: ['番号', '氏名'],
      rows: [{ cells: ['x', '表, 予'], invalid: [0] }],
    });
  });

  it.each<[string, Omit<WrittenAs, 'delimiter'>]>([
    ['id||name\nx||"a||b\n\'"\ny||c|\n', {}],
    ["id||name\nx||'a||b\n'''\ny||c|\n", { quote: "'" }],
    ["id||name\nx||'a||b\\\n\\''\ny||c|\n", { quote: "'", escape: 'backslash' }],
    ["id||name\nx||a\\|\\|b\\n'\ny||c|\n", { quote: 'none', escape: 'backslash' }],
    ['id||name\r\nx|| "a||b\n\'"\t\r\ny||c|\r\n', { spaceAroundQuotes: 'ignore', newline: 'lf' }],
  ])('of %j', async (text, dialect) => {
    const file = { encoding: 'utf-8', delimiter: '||', ...dialect };
    expect(await view(text, [invalid(1, 'id', 'x'), invalid(2, 'id', 'y')], file)).toEqual({
      header: ['id', 'name'],
      rows: [
        { cells: ['x', "a||b\n'"], invalid: [0] },
        { cells: ['y', 'c|'], invalid: [0] },
      ],
    });
  });

  it('with a CR that is content', async () => {
    const file = { encoding: 'utf-8', delimiter: ',', newline: 'lf' };
    expect((await view('id,name\nx,a\rb\r\n', [invalid(1, 'id', 'x')], file)).rows).toEqual([
      { cells: ['x', 'a\rb\r'], invalid: [0] },
    ]);
  });

  it('more or fewer values than the header: all that there are', async () => {
    const count = (row: number) => [row + 1, row, '', 'wrong_field_count', 'n values, the header has 2', ''];
    expect((await view('id,name\n1\n2,b,c\n', [count(1), count(2)])).rows).toEqual([
      { cells: ['1'], invalid: [] },
      { cells: ['2', 'b', 'c'], invalid: [] },
    ]);
  });

  it('a column without a name is found by its number', async () => {
    const error = [2, 1, '', 'nul_byte', 'byte 9 is NUL (value 2 of the row)', ''];
    expect((await view('id,\n1,\n', [error])).rows).toEqual([{ cells: ['1', ''], invalid: [1] }]);
  });

  it('quotes that are wrong cannot be split; what follows can', async () => {
    const rows = [
      'id,name,note',
      '1,5" pipe,"a"',
      '"2","Ada" Lovelace,"b"',
      '3,"never closed,c',
      '"4\nlines",say "no",d',
      'x,Linus,"""e"""',
      '',
    ].join('\n');
    const quote = (row: number, code: string, column = 'name', value = '') => [
      row,
      row,
      column,
      code,
      'is wrong',
      value,
    ];
    expect(
      (
        await view(rows, [
          quote(1, 'stray_quote'),
          quote(2, 'stray_quote'),
          quote(3, 'unterminated_quote'),
          quote(4, 'stray_quote'),
          quote(5, 'invalid_integer', 'id', 'x'),
        ])
      ).rows,
    ).toEqual([
      ...[1, 2, 3, 4].map(() => ({ cells: null, invalid: [] })),
      { cells: ['x', 'Linus', '"e"'], invalid: [0] },
    ]);
  });

  it('a cell that would be a formula, and one that errors.csv cuts, are the same cell', async () => {
    const long = 'x'.repeat(300);
    expect(
      (
        await view(`id,name\n=1+1,${long}\n`, [
          [2, 1, 'id', 'any', 'is wrong', "'=1+1"],
          [2, 1, 'name', 'too_long', 'is wrong', long.slice(0, 200)],
        ])
      ).rows,
    ).toEqual([{ cells: ['=1+1', long], invalid: [0, 1] }]);
  });

  it('column, reason and value as they were before errors.csv guarded them', async () => {
    const [reject] = await readErrors(errorsCsv([2, 1, "'=id", 'any', "'-1 is wrong", "x;'=1"]));
    expect(reject!.errors).toEqual([{ column: '=id', code: 'any', reason: '-1 is wrong', value: 'x;=1' }]);
  });

  it('bytes that cannot be decoded are shown as such', async () => {
    const rows = Buffer.concat([Buffer.from('id,name\n1,a'), Buffer.of(0xff), Buffer.from('b\n')]);
    expect((await view(rows, [invalid(1, 'name', 'a\ufffdb')])).rows).toEqual([
      { cells: ['1', 'a\ufffdb'], invalid: [1] },
    ]);
  });

  it('rows of another file than errors.csv speaks of are not shown', async () => {
    expect((await view('id,name\n1,a\n2,b\n', [invalid(1, 'id', '1'), invalid(2, 'id', 'x')])).rows).toEqual([
      { cells: ['1', 'a'], invalid: [0] },
      { cells: null, invalid: [] },
    ]);
  });

  it('nothing behind a row that is cut off', async () => {
    const tooLarge = [2, 1, '', 'row_too_large', 'must have at most 10 bytes', ''];
    expect((await view('id,name\n"1\nx,b\n', [tooLarge, invalid(2, 'id', 'x')])).rows).toEqual([
      { cells: null, invalid: [] },
      { cells: null, invalid: [] },
    ]);
  });

  it('nothing where no report tells how to read it', async () => {
    const rejects = await readErrors(errorsCsv(invalid(1, 'id', 'x')));
    expect(await addCells(rejects, Readable.from([Buffer.from('id\nx\n')]), null)).toEqual([]);
    expect(rejects[0]!.cells).toBeNull();
  });
});

it('the cells of rows behind lines that are no header, under the names that the report has', async () => {
  for (const newline of ['\n', '\r\n', '\r']) {
    for (const chunks of chunkings) {
      const bytes = Buffer.from(['Stock of "all', '', 'x,b', 'Total,1', ''].join(newline));
      const rejects = await readErrors(
        errorsCsv([4, 1, 'id', 'invalid_integer', 'must be a whole number', 'x']),
      );
      const above = { lines: 2, columns: ['id', ''] };
      const file = { encoding: 'utf-8', delimiter: ',' };
      expect(await addCells(rejects, Readable.from(chunks(bytes)), file, above)).toEqual(['id', '']);
      expect(rejects).toMatchObject([{ cells: ['x', 'b'], invalid: [0] }]);
    }
  }
});
