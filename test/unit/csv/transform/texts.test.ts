import { describe, expect, it } from 'vitest';
import type { ScanColumn } from '../../../../csv/scan/reject.ts';
import { scanColumns } from '../../../../csv/scan/scan-columns.ts';
import { scanEveryWay } from '../scan/scan.ts';
import { array, boolean, integer, rejects, text, turns } from './turns.ts';

describe('zeroWidth', () => {
  turns(
    'text',
    text,
    { zeroWidth: 'remove', trim: true },
    {
      '\u200e1': '1',
      'Ada\u200b': 'Ada',
      '\u200b \u00a0Grace\u00a0\ufeff': 'Grace',
      '\u2068Os\u00adaka\u2069': 'Osaka',
      'a\u200db': 'ab',
      '\u200b': '',
      '👨\u200d👩': '👨\u200d👩',
      'می\u200cخواهم': 'می\u200cخواهم',
    },
  );
  turns('integer', integer, { zeroWidth: 'remove' }, { '\u200e12\u200b': '12' });
});

describe('excelText', () => {
  turns(
    'both',
    text,
    { excelText: ['apostrophe', 'formula'] },
    {
      '="00123"': '00123',
      '="a""b"': 'a"b',
      '=""': '',
      "it's": "it's",
      '="a"b"': '="a"b"',
      '="a"&"b"': '="a"&"b"',
      '=1+1': '=1+1',
    },
  );
  turns('one', integer, { excelText: 'apostrophe' }, { "'-70": '-70', '15': '15' });
  rejects('one', integer, { excelText: 'apostrophe' }, 'invalid_integer', ["''70", '="70"', "70'"]);
  it('takes off one apostrophe', () => {
    const { accepted } = scan("''a,x\n", [column({ excelText: 'apostrophe' }), column({})]);
    expect(String(accepted)).toBe("'a,x\n");
  });
});

describe('normalize', () => {
  turns('NFC', text, { normalize: 'NFC' }, { 'カ\u3099': 'ガ', 'e\u0301': 'é', ｶﾞ: 'ｶﾞ', abc: 'abc' });
  turns('NFD', text, { normalize: 'NFD' }, { ガ: 'カ\u3099' });
  turns('NFKC', text, { normalize: 'NFKC' }, { ｶﾞ: 'ガ', '①': '1', '㍻': '平成' });
});

describe('null', () => {
  turns(
    'words',
    integer,
    { null: ['NULL', 'N/A', '\\N'], trim: true },
    {
      NULL: 'NULL',
      ' N/A ': 'NULL',
      '\\N': 'NULL',
      null: 'invalid_integer: must be a whole number',
      NULLS: 'invalid_integer: must be a whole number',
      '5': '5',
    },
  );
  turns(
    'as the file writes them',
    text,
    { null: ['Ｎ／Ａ'], fullWidth: 'ascii', case: 'lower' },
    {
      'Ｎ／Ａ': 'NULL',
      'N/A': 'NULL',
      'n/a': 'n/a',
    },
  );
});

describe('array', () => {
  turns(
    'of numbers',
    array(integer),
    { array: { separator: ';' }, trim: true, null: ['-'] },
    {
      '1;2;3': '{"1","2","3"}',
      '1; 2': '{"1","2"}',
      '5': '{"5"}',
      '1;-': '{"1",NULL}',
      '1;;2': 'invalid_integer: an element: must be a whole number',
      '1;2;': 'invalid_integer: an element: must be a whole number',
      '-': 'NULL',
    },
  );
  turns(
    'of texts',
    array(text),
    { array: { separator: ', ' } },
    {
      'a, b': '{"a","b"}',
      'a"b, c\\d': '{"a\\"b","c\\\\d"}',
      'NULL, {}': '{"NULL","{}"}',
      ', a': '{"","a"}',
    },
  );
});

describe('booleans', () => {
  turns(
    'the empty value',
    boolean,
    { booleans: { true: ['✓'], false: [''] }, trim: true },
    {
      '✓': 't',
      '': 'f',
      '  ': 'f',
      x: 'invalid_boolean: must be one of "✓", ""',
    },
  );
});

function column(
  transformations: Parameters<
    typeof import('../../../../csv/transform/transform.ts').transformFor
  >[0]['transformations'],
  type = text,
  notNull = false,
): ScanColumn {
  const header = 'c';
  const typed = {
    property: header,
    name: header,
    sqlType: '',
    required: false,
    aliases: [],
    position: null,
    rules: {},
  };
  return scanColumns({
    columns: [{ ...typed, type, transformations, notNull }],
    header: { names: [header] },
  })[0]!;
}

const scan = (body: string, columns: ScanColumn[]) => scanEveryWay(body, { columns });

describe('NULL', () => {
  it.each([
    ['quoted or not, text or not', 'NULL,"NULL",x\n', [{}, {}, {}], ',,x\n'],
    ['beside the empty text of a text', 'NULL,"",x\n', [{}, {}, {}], ',"",x\n'],
    ['beside the empty text that nothing is', 'NULL,,x\n', [{}, { empty: 'text' }, {}], ',"",x\n'],
  ] as const)('%s', (_, body, options, expected) => {
    const { accepted, rejects: rejected } = scan(
      body,
      options.map((each) => column({ null: ['NULL'], ...each })),
    );
    expect(rejected).toEqual([]);
    expect(String(accepted)).toBe(expected);
  });

  it('rejects the row where a value is demanded, and shows the word', () => {
    const { rejects: rejected } = scan('NULL,x\n', [column({ null: ['NULL'] }, integer, true), column({})]);
    expect(rejected[0]!.errors).toEqual([
      { column: 'c', code: 'missing_value', reason: 'the column must have a value', value: 'NULL' },
    ]);
  });
});

describe('the empty value as a boolean', () => {
  it('is no missing one, quoted or not', () => {
    const won = column({ booleans: { true: ['✓'], false: [''] } }, boolean, true);
    const { accepted, rejects: rejected } = scan('✓,,""\n', [won, won, won]);
    expect(rejected).toEqual([]);
    expect(String(accepted)).toBe('t,f,"f"\n');
  });
});
