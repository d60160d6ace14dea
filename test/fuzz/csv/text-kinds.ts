import { type Kind, taken } from './kind.ts';
import { depthOf, hasHugeExponent, hasRepeatedKey, isJson } from './values.ts';

export function texts(build: Kind['build'], longest: number | null, edges: readonly string[]): Kind {
  return {
    build,
    typed: false,
    judge: (value) => taken(longest === null || [...value].length <= longest),
    codes: ['too_long'],
    edges,
  };
}

const jsons = [
  ...[
    '{}',
    '[]',
    'null',
    'true',
    '1',
    '-0',
    '"text"',
    '{"a":[1,null]}',
    '{a:1}',
    '[1,',
    '',
    ' 1 ',
    '1 2',
    "{'a':1}",
  ],
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\ud800\\ud800"',
    '"\\u00e9"',
    '"\\x"',
  ],
  ...[
    '"\\\\u0000"',
    '"\\\\\\u0000"',
    '"\\ud83dx\\ude00"',
    '{"\\u0000":1}',
    '01',
    '1.',
    '.5',
    '+1',
    '1e5',
    '1E+5',
  ],
  ...[
    '1e400',
    '-1e400',
    '1e131072',
    '1e-16384',
    '1e999999999',
    'NaN',
    'Infinity',
    '"\t"',
    '"\n"',
    '\u00a01',
    '\ufeff1',
  ],
  ...[
    '{"a":1,"a":2}',
    '{"a":1,}',
    '[,]',
    '[1]]',
    '"\\',
    '"\\"',
    '{"__proto__":1}',
    '"\u007f"',
    '"\u2028"',
    '\\.',
  ],
  ...['['.repeat(1000) + ']'.repeat(1000), '['.repeat(1001) + ']'.repeat(1001), '['.repeat(5000)],
  ...[`"${'['.repeat(3000)}"`, `[${'1,'.repeat(2000)}1]`, `{"a":${'9'.repeat(400)}}`],
];

export function documents(build: Kind['build'], binary: boolean): Kind {
  return {
    build,
    typed: true,
    judge(value, read) {
      if (!isJson(value) || read === null || depthOf(value) > 1000) return 'refused';
      if (binary && hasRepeatedKey(value)) return 'refused';
      // jsonb keeps numbers as numeric: what it would round is refused, and the docs do not say where that begins.
      return binary && hasHugeExponent(value) ? 'either' : 'taken';
    },
    codes: ['invalid_json'],
    edges: jsons,
  };
}

export const textEdges = [
  ...[
    '',
    ' ',
    'a',
    'NULL',
    'null',
    '\\N',
    '\\.',
    '\\',
    '=1+1',
    '@SUM(A1)',
    '-2+3',
    '+cmd|x',
    '=HYPERLINK("x")',
  ],
  ...[
    'hello',
    'hello!',
    'hell ',
    'hello ',
    '日本語文字',
    '日本語文字列',
    '😀😀😀😀😀',
    '👨‍👩‍👧',
    'é',
    'e\u0301',
  ],
  ...[
    '\u00a0',
    '\u3000',
    '\u2028',
    '\u0085',
    '\u200b',
    '\ufeff',
    '\u007f',
    '\u0001',
    '\u001a',
    '\t',
    '\v',
    '\f',
  ],
  ...[
    '5" pipe',
    '"',
    '""',
    '"""',
    'a"b"c',
    "O'Neil",
    "'; drop table fuzz; --",
    'a\nb',
    'a\r\nb',
    'a\rb',
    '\n',
    '\r',
  ],
  ...['a,b', 'a;b', 'a|b', 'a\tb', ',', ';', 'EOF', 'end-of-data', '\\.\n', '\n\\.\n', 'x'.repeat(1000)],
];
