import { describe, expect, it } from 'vitest';
import {
  type Dialect,
  dialectOf,
  isPlain,
  nothingDeclared,
  plainDialect,
} from '../../../../csv/scan/dialect.ts';
import { brief, column, cut, scanChunks, scanEveryWay, texts } from './scan.ts';

/** The rows as COPY gets them: commas, `"` where needed, nothing for NULL. */
function rows(text: string, dialect: Partial<Dialect>, count: number): string {
  const { accepted, rejects } = scanEveryWay(text, { columns: texts(count), dialect });
  expect(brief(rejects)).toEqual([]);
  return accepted.toString();
}

const bars: Partial<Dialect> = { delimiter: '||' };
const textFormat: Partial<Dialect> = { delimiter: '\t', quote: 'none', escape: 'backslash' };
const backslash: Partial<Dialect> = { escape: 'backslash' };

describe('the fast reader', () => {
  it.each([',', ';', '\t', '|', '^', '\x01', ':', ' '])('takes %j', (delimiter) => {
    expect(isPlain(plainDialect(delimiter))).toBe(true);
    const { accepted } = scanEveryWay(`1${delimiter}"a ""b"""\n`, { columns: texts(2), delimiter });
    expect(accepted.toString()).toBe(`1${delimiter}"a ""b"""\n`);
  });

  it.each<[string, Partial<Dialect>]>([
    ['two characters', bars],
    ['a delimiter beyond ASCII', { delimiter: '§' }],
    ['a delimiter with which a row may look like \\.', { delimiter: '.' }],
    ['another quote', { quote: "'" }],
    ['backslashes', backslash],
    ['spaces around quotes', { ignoresSpaceAroundQuotes: true }],
    ['LF alone', { newline: 'lf' }],
  ])('leaves %s to the other one', (_, dialect) => {
    expect(isPlain({ ...plainDialect(','), ...dialect })).toBe(false);
  });
});

describe('any delimiter', () => {
  it.each<[string, string, string, string]>([
    ['two characters', '||', '1||a|b||c\n', '1,a|b,c\n'],
    ['the first of several that overlap', '||', 'a|||b||\n', 'a,|b,\n'],
    ['inside quotes', '||', '"a||b"||c||"d"\n', 'a||b,c,d\n'],
    ['beyond ASCII', '§', 'a§"b§"§ß\n', 'a,b§,ß\n'],
    ['ten characters', '<->-<->-<>', 'a<->-<->-<>b<->-<->-<>c\n', 'a,b,c\n'],
    ['one that begins like itself', 'aab', 'aaabxaab\n', 'a,x,\n'],
    ['a control character in it', '|\x1f', 'a|\x1fb|\x1f|\n', 'a,b,|\n'],
  ])('%s', (_, delimiter, text, expected) => {
    expect(rows(text, { delimiter }, 3)).toBe(expected);
  });

  it('half of one at the end of the file is content', () => {
    expect(rows('a||b|', bars, 2)).toBe('a,b|\n');
  });

  it('what COPY would take for a separator or the end of the data is quoted', () => {
    expect(rows('a,b||c "d"\n', { ...bars, quote: 'none' }, 2)).toBe('"a,b","c ""d"""\n');
    expect(rows('\\.\n', bars, 1)).toBe('"\\."\n');
  });

  it('keeps NULL, the empty text and ignored columns as the plain dialect has them', () => {
    const columns = [
      column('a'),
      column('b', { nullWhenQuotedEmpty: true }),
      column('c', { textWhenEmpty: true }),
    ];
    const input = { columns: [...columns, null], dialect: bars };
    const { accepted } = scanEveryWay('""||""||||x\n||1||""||\n', input);
    expect(accepted.toString()).toBe('"",,""\n,1,""\n');
  });
});

describe('quotes', () => {
  it("' around values, and doubled inside", () => {
    expect(rows(`'Smith, ''Jo''',5" pipe\n`, { quote: "'" }, 2)).toBe(`"Smith, 'Jo'","5"" pipe"\n`);
  });

  it('none: quotes are content, and rows end with their lines', () => {
    expect(rows(`"a,b'"\n`, { quote: 'none' }, 2)).toBe(`"""a","b'"""\n`);
  });

  it('spaces and tabs around them are ignored where that is declared, and kept around other values', () => {
    const dialect = { ignoresSpaceAroundQuotes: true };
    expect(rows('1, "Smith, John" ,\t"b"\t\n', dialect, 3)).toBe('1,"Smith, John",b\n');
    expect(rows(' a , b,  \n', dialect, 3)).toBe(' a , b,  \n');
    expect(rows('"a" | " b "  | c', { ...dialect, delimiter: ' | ' }, 3)).toBe('a, b ,c\n');
  });

  it.each<[string, string, Partial<Dialect>]>([
    ['in an unquoted value', `5' pipe,x`, { quote: "'" }],
    ['behind a space', ' "a",x', {}],
    ['with text behind it', '"a" b,x', { ignoresSpaceAroundQuotes: true }],
    ['escaped by a backslash', '"5\\" pipe",x', { delimiter: ',', newline: 'lf' }],
  ])('%s is stray', (_, text, dialect) => {
    const { rejects } = scanEveryWay(`${text}\n1,2\n`, {
      columns: texts(2),
      dialect: { newline: 'lf', ...dialect },
    });
    expect(brief(rejects)).toEqual([[1, 1, 'a:stray_quote', text]]);
  });

  it('left open end with their line', () => {
    const { rejects, accepted } = scanEveryWay(`1,'a\n2,b\n3,c`, {
      columns: texts(2),
      dialect: { quote: "'" },
    });
    expect(brief(rejects)).toEqual([[1, 1, 'b:unterminated_quote', "1,'a"]]);
    expect(accepted.toString()).toBe('2,b\n3,c\n');
  });
});

describe('backslashes', () => {
  it('are read as PostgreSQL and MySQL write them', () => {
    expect(rows('a\\tb\\nc\\rd\\be\\ff\\vg\\\\h\\Zi\n', textFormat, 1)).toBe(
      '"a\tb\nc\rd\be\ff\vg\\h\x1ai"\n',
    );
    expect(rows('a\\\tb\\\nc\\\r\nd\\é\\"\n', textFormat, 1)).toBe('"a\tb\nc\r\ndé"""\n');
    expect(rows('"5\\" pipe","a""b\\\\"\n', backslash, 2)).toBe('"5"" pipe","a""b\\"\n');
    expect(rows('a\\||b||\n', { ...textFormat, delimiter: '||' }, 2)).toBe('a||b,\n');
  });

  it('\\N is NULL, unquoted and by itself', () => {
    expect(rows('\\N\t\t\\\\N\n', textFormat, 3)).toBe(',,"\\N"\n');
    const columns = [column('a', { notNull: true }), column('b', { textWhenEmpty: true })];
    const { accepted, rejects } = scanEveryWay('x\t\\N\n\\N\t\n', { columns, dialect: textFormat });
    expect(accepted.toString()).toBe('x,\n');
    expect(brief(rejects)).toEqual([[2, 2, 'a:missing_value', '\\N\t']]);
  });

  it('are read before the row rule sees the values', () => {
    const seen: (string | null)[][] = [];
    const rowRule = (values: readonly (string | null)[]) => {
      seen.push([...values]);
      return null;
    };
    scanChunks([Buffer.from('a\\tb\t\\N\t\n')], { columns: texts(3), dialect: textFormat, rowRule });
    expect(seen).toEqual([['a\tb', null, null]]);
  });

  it.each(['\\x41', '\\101', 'a\\N', '\\.', 'C:\\Users', 'x\\'])('%s is an invalid escape', (value) => {
    const { rejects, accepted } = scanEveryWay(`${value}`, { columns: texts(1), dialect: textFormat });
    expect(brief(rejects)).toEqual([[1, 1, 'a:invalid_escape', value]]);
    expect(rejects[0]!.errors[0]!.value).toBe(value);
    expect(accepted.length).toBe(0);
  });

  it('\\0 is a NUL, and "\\N" in quotes is no NULL', () => {
    const { rejects } = scanEveryWay('\\0,"\\N"\n', { columns: texts(2), dialect: backslash });
    expect(brief(rejects)).toEqual([[1, 1, 'a:nul_byte b:invalid_escape', '\\0,"\\N"']]);
  });

  it('count the lines of newlines behind them, in rows that are rejected too', () => {
    const input = { columns: texts(2), dialect: { ...backslash, newline: 'lf' as const } };
    const text = 'a\\\nb,1\n"x\\\ny"z,1\nc"\\\n3,4\n5,"6\\\n7\n8,9\n\\x\\\n,2\n10,11';
    const { rejects, accepted, counters } = scanEveryWay(text, input);
    expect(accepted.toString()).toBe('"a\nb",1\n8,9\n10,11\n');
    expect(brief(rejects)).toEqual([
      [3, 2, 'a:stray_quote', '"x\\\ny"z,1'],
      [5, 3, 'a:stray_quote', 'c"\\\n3,4'],
      [7, 4, 'b:unterminated_quote', '5,"6\\\n7'],
      [10, 6, 'a:invalid_escape', '\\x\\\n,2'],
    ]);
    expect(counters.line).toBe(12);
  });

  it('a row that newlines behind backslashes make too long is rejected with its first bytes', () => {
    const text = `${'a\\\n'.repeat(10)}b\n1\n"${'c\\\n'.repeat(9)}\n2\n3`;
    const { rejects, accepted } = scanEveryWay(text, {
      columns: texts(1),
      dialect: backslash,
      maxRowBytes: 20,
    });
    expect(brief(rejects).map(([line, row, code]) => [line, row, code])).toEqual([
      [1, 1, '*:row_too_large'],
      [13, 3, '*:row_too_large'],
    ]);
    expect(accepted.toString()).toBe('1\n2\n3\n');
  });
});

describe("newline: 'lf'", () => {
  const dialect = (start: string) =>
    dialectOf(',', { ...nothingDeclared, newline: 'lf' }, Buffer.from(start));

  it('a lone CR is content', () => {
    expect(rows('a\rb,"c\rd"\n\r,e\n', dialect('h\n'), 2)).toBe('"a\rb","c\rd"\n"\r",e\n');
    expect(rows('a\rb,"c\rd"\r\ne,f\n', dialect('h\r\n'), 2)).toBe('"a\rb","c\rd"\ne,f\n');
  });

  it('so is one before the LF where the first line ends with LF', () => {
    expect(rows('a,b\r\n', dialect('h\n'), 2)).toBe('a,"b\r"\n');
    const { counters } = scanEveryWay('a\r\n\r\nb\n', { columns: texts(1), dialect: dialect('h\n') });
    expect(counters).toMatchObject({ rows: 3, line: 4 });
  });
});

describe('a misplaced quote', () => {
  const reasonOf = (text: string, dialect: Partial<Dialect> = {}) =>
    scanEveryWay(text, { columns: texts(2), dialect }).rejects[0]!.errors.at(-1)!.reason;

  it.each([
    ['1, "Smith, John"', /: set the import’s file.spaceAroundQuotes to 'ignore'$/],
    ['"Ada" ,x', /: set the import’s file.spaceAroundQuotes to 'ignore'$/],
    ['="0012",x', /; ="…" is how spreadsheets keep text: set the column’s excelText to 'formula'$/],
    ['1,"5\\" pipe"', /; if a backslash escapes quotes, set the import’s file.escape to 'backslash'$/],
    ['"a\\",b"', /; if a backslash escapes quotes, set the import’s file.escape to 'backslash'$/],
    ['1,"the end\\""', /^a quoted value is not closed; if a backslash escapes quotes/],
    ['5" pipe,x', /text follows a closing quote$/],
    ['"Ada" Lovelace,x', /text follows a closing quote$/],
  ])('in %j says what may be meant', (text, reason) => {
    expect(reasonOf(text)).toMatch(reason);
  });

  it('says nothing of what is declared already', () => {
    expect(reasonOf('1, "a" b', { ignoresSpaceAroundQuotes: true })).toMatch(/text follows a closing quote$/);
    expect(reasonOf('1,"a\\" b" c', { escape: 'backslash' })).toMatch(/text follows a closing quote$/);
  });
});

describe('hostile input', () => {
  const lines = (line: string) => line.repeat(Math.ceil((1024 * 1024) / line.length));
  const dialect: Partial<Dialect> = {
    delimiter: '||||||||||',
    quote: "'",
    escape: 'backslash',
    ignoresSpaceAroundQuotes: true,
  };

  it.each([
    ['a quote in each line that would go on for the rest of the file', lines("a'||||||||||'x\n")],
    ['one open quote before quotes in pairs and behind backslashes', `'x\n${lines("''||||||||||\\'\n")}`],
    ['open quotes before more open quotes', lines("'x\n")],
    ['open quotes behind spaces', lines("   'x\n")],
    ['newlines behind backslashes, quoted and not', `${lines('x\\\n')}\n'${lines('x\\\n')}`],
    ['nothing but backslashes', lines('\\')],
    ['nothing but the beginnings of delimiters', lines('|||||||||x')],
    ['nothing but spaces', lines(' ')],
    ['nothing but CR', lines('\r')],
  ])('takes time in proportion to its size: %s', { timeout: 60_000 }, (_, input) => {
    const options = { columns: texts(2), maxRowBytes: 256 * 1024, dialect };
    const bytes = Buffer.from(input);
    const whole = scanChunks([bytes], options);
    expect(scanChunks(cut(bytes, 10_007), options).counters).toEqual(whole.counters);
    expect(whole.counters.offset).toBe(bytes.length);
  });
});
