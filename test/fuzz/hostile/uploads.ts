import { deflateRawSync, gzipSync } from 'node:zlib';
import { headers } from '../../../samples/customers.ts';
import { Random } from '../../../samples/random.ts';

/** A file that somebody may upload as CSV, out of malice or by mistake. */
export interface HostileUpload {
  /** What it is, for messages. */
  what: string;
  /** The end of its key, behind the prefix. */
  key: string;
  body: Buffer;
}

const MiB = 1024 * 1024;
const header = headers.join(',');
const fine = ['7', 'Ada', 'ada@example.com', '', '', '1815-12-10', '12.50', '2026-01-01T00:00:00Z', ''];

/** A file of the customers' header and rows that are fine, but for one cell. */
function withCell(column: string, cell: string, rows = 3): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const row = fine.with(0, String(index + 1));
    return (index === rows - 1 ? row.with(headers.indexOf(column), cell) : row).join(',');
  });
  return `${[header, ...lines].join('\n')}\n`;
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, () => random.between(0, 255)));
}

/** The first bytes of what is often uploaded under the wrong name, with something behind. */
const magics = [
  Buffer.from('PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0'),
  Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
  Buffer.from('%PDF-1.7\n%âãÏÓ\n', 'latin1'),
  Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1'),
  Buffer.from('\x1f\x8b\x08\0\0\0\0\0\0\x03', 'latin1'),
  Buffer.from('BZh91AY&SY'),
  Buffer.from('(\xb5/\xfd', 'latin1'),
  Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1'),
  Buffer.from('{"a": [1, 2]}\n'),
  Buffer.from('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>'),
];

/** Numbers that are larger than anything that has to do with them. */
const numbers = [
  '1e999999999',
  '1e-999999999',
  '-1e131072',
  '0e9999999999',
  '9'.repeat(200_000),
  `0.${'0'.repeat(200_000)}1`,
];
const sql = [
  'customer_id); drop table customers; --',
  "' or 1=1 --",
  '"; delete from customers; select "',
  '$$; select 1; $$',
];
const formulas = [
  '=1+1',
  '@SUM(A1:A9)',
  "+1+cmd|'/C calc'!A0",
  '-2+3',
  '=HYPERLINK("http://x","y")',
  '\t=1',
  '\r=1',
  ' =1+1',
  'x;=1+1',
  '＝1+1',
];
const moments = [
  '99999-01-01',
  '99999-01-01T00:00:00Z',
  '-infinity',
  'infinity',
  'now',
  '0000-00-00',
  '2026-02-30',
  '294277-01-01',
];

type Make = (random: Random) => string | Buffer;

/** All kinds that are made within milliseconds. */
const light: Record<string, Make> = {
  'random bytes': (random) => randomBytes(random, random.between(1, 5000)),
  'random bytes behind a header': (random) =>
    Buffer.concat([Buffer.from(`${header}\n`), randomBytes(random, random.between(1, 5000))]),
  'only quotes': (random) => '"'.repeat(random.between(1, 100_000)),
  'only quotes behind a header': (random) => `${header}\n${'"'.repeat(random.between(1, 100_000))}`,
  'only newlines': (random) => random.pick(['\n', '\r', '\r\n', '\n\r']).repeat(random.between(1, 100_000)),
  'only NULs': (random) => Buffer.alloc(random.between(1, 100_000)),
  'only NULs behind a header': (random) =>
    Buffer.concat([Buffer.from(`${header}\n`), Buffer.alloc(random.between(1, 100_000))]),
  'only delimiters': (random) => random.pick([',', ';', '\t', '|']).repeat(random.between(1, 100_000)),
  'a quote in each line': (random) => `${header}\n${`"${','.repeat(8)}\n`.repeat(random.between(1, 2000))}`,
  'deep quotes': (random) => withCell('notes', quoted('"'.repeat(random.between(1, 50_000)))),
  'an odd number of quotes': (random) => withCell('notes', '"'.repeat(2 * random.between(1, 50_000) + 1)),
  'a file of another kind': (random) =>
    Buffer.concat([random.pick(magics), randomBytes(random, random.between(0, 3000))]),
  'a file of another kind behind a header': (random) =>
    Buffer.concat([Buffer.from(`${header}\n`), random.pick(magics)]),
  'a gzip file': (random) => gzipSync(withCell('notes', 'fine', random.between(1, 100))),
  'a gzip file that is cut': (random) => {
    const whole = gzipSync(withCell('notes', 'fine', 100));
    return whole.subarray(0, random.between(1, whole.length - 1));
  },
  'a gzip file with a broken byte': (random) => {
    const broken = Buffer.from(gzipSync(withCell('notes', 'fine', 100)));
    broken[random.between(0, broken.length - 1)]! ^= 1 << random.between(0, 7);
    return broken;
  },
  'a gzip file within a gzip file': () => gzipSync(gzipSync(withCell('notes', 'fine'))),
  'gzip files with rubbish behind': (random) =>
    Buffer.concat([gzipSync(withCell('notes', 'fine')), randomBytes(random, 50)]),
  'a bare deflate stream': () => deflateRawSync(withCell('notes', 'fine', 50)),
  'headers that are SQL': (random) =>
    `${[random.pick(sql), ...headers.slice(1)].map(quoted).join(',')}\n${fine.join(',')}\n`,
  'cells that are SQL': (random) =>
    withCell(random.pick(['name', 'notes', 'customer_id']), quoted(random.pick(sql))),
  'formula cells': (random) => withCell(random.pick(headers), quoted(random.pick(formulas))),
  'a formula in the header': (random) => `${header},${quoted(random.pick(formulas))}\n${fine.join(',')},x\n`,
  'huge numbers': (random) => withCell(random.pick(['credit_limit', 'customer_id']), random.pick(numbers)),
  'moments beyond time': (random) =>
    withCell(random.pick(['birthday', 'registered_at']), random.pick(moments)),
  'an escape that is none': (random) =>
    withCell('notes', random.pick(['\\.', '\\N', '\\0', '\\x00', '\u0000', '\\\\'])),
  'a bare end marker': (random) =>
    `${header}\n${fine.join(',')}\n\\.\n${fine.with(0, String(random.between(8, 99))).join(',')}\n`,
  'UTF-16 without a byte order mark': (random) =>
    Buffer.from(withCell('name', '名前'), random.pick(['utf16le', 'ucs2'])),
  'UTF-16 of an odd length': () =>
    Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from(withCell('name', '名前'), 'utf16le'),
      Buffer.from([0x41]),
    ]),
  'UTF-16 with halves of surrogate pairs': () =>
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${header}\n1,\ud800,\udc00\n`, 'utf16le')]),
  'UTF-32': () =>
    Buffer.from([0xff, 0xfe, 0, 0, ...[...header].flatMap((each) => [each.charCodeAt(0), 0, 0, 0])]),
  'three byte order marks': () => `\ufeff\ufeff\ufeff${withCell('name', 'Ada')}`,
  'mixed encodings': () =>
    Buffer.concat([
      Buffer.from(withCell('name', '名前')),
      Buffer.from('9,caf\xe9,\x82\xa0\x82\xa2,,,,,,\n', 'latin1'),
    ]),
  'overlong UTF-8': () =>
    Buffer.concat([
      Buffer.from(`${header}\n8,`),
      Buffer.from([0xc0, 0x80, 0xf5, 0x80, 0x80, 0x80]),
      Buffer.from(',,,,,,,\n'),
    ]),
  'headers many times over': (random) => `${`${header}\n`.repeat(random.between(2, 2000))}`,
  'a header of one name, many times': (random) =>
    `${Array(random.between(2, 3000)).fill('name').join(',')}\n`,
  'names of properties that objects have': () =>
    `__proto__,constructor,toString,${header}\na,b,c,${fine.join(',')}\n`,
  'headers of spaces and odd characters': (random) =>
    `${['\u3000', '\u200b', '\u202e', '\0', '\u0007'].map((each) => each.repeat(random.between(1, 60))).join(',')}\n`,
  'right-to-left and combining text': () => withCell('name', `\u202e${'\u0301'.repeat(60)}`),
  'rows of ever more values': (random) =>
    `${header}\n${Array.from({ length: random.between(1, 300) }, (_, count) => 'x,'.repeat(count)).join('\n')}`,
  'the same key in every row': (random) =>
    `${header}\n${`${fine.join(',')}\n`.repeat(random.between(2, 1000))}`,
  'keys that are one number in two forms': () =>
    `${header}\n${['7', '007', '+7', '"7"'].map((id) => fine.with(0, id).join(',')).join('\n')}`,
  'a billion laughs': () =>
    withCell(
      'notes',
      quoted(
        `<!DOCTYPE l [${Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i} "${`&l${i - 1};`.repeat(10)}">`).join('')}]>`,
      ),
    ),
  'deep JSON': (random) => withCell('notes', quoted('[{"a":'.repeat(random.between(100, 20_000)))),
  'an e-mail address that regular expressions fear': (random) =>
    withCell('email', `${'a@'.repeat(random.between(10, 5000))}.`),
};

/** All kinds that take megabytes, each once in a while. */
const heavy: Record<string, Make> = {
  'a field of 10 MB': () => withCell('notes', 'x'.repeat(10 * MiB)),
  'rows of one letter, many': () => `${header}\n${'x\n'.repeat(150_000)}`,
  'a quoted field of 10 MB': () => withCell('notes', quoted(`"${'x'.repeat(98)}\n`.repeat(MiB / 10))),
  'an open quote and 10 MB': () => withCell('notes', `"${`${'x'.repeat(99)}\n`.repeat(MiB / 10)}`),
  'a row of 10 million values': () => `${header}\n${','.repeat(10 * MiB)}\n`,
  'a line of 10 MB without a header': () => 'x'.repeat(10 * MiB),
  'a header of 100,000 columns': () =>
    `${Array.from({ length: 100_000 }, (_, index) => `c${index}`).join(',')}\n`,
  'a header of 1 MiB': () => `${'h'.repeat(MiB)}\n1\n`,
  'a header of 1 MiB less a byte, quoted': () => `"${'h'.repeat(MiB - 3)}"\n1\n`,
  'a million blank lines': () => `${header}\n${'\r\n'.repeat(MiB)}${fine.join(',')}\n`,
  'a gzip bomb': (random) => gzipSync(Buffer.alloc(random.between(50, 200) * MiB)),
  'a gzip bomb that begins as CSV': () => gzipSync(withCell('notes', 'x'.repeat(100 * MiB))),
  'a gzip bomb of rows': () => gzipSync(`${header}\n${`${fine.join(',')}\n`.repeat(1_000_000)}`),
};

/** One upload in so many is of a heavy kind. */
const HEAVY_EVERY = 20;

/** The upload of a number: the same for the same seed, whatever came before it. */
export function hostileUpload(seed: number, number: number): HostileUpload {
  const random = new Random(Math.imul(seed, 1_000_003) + number);
  const kinds = Object.entries(number % HEAVY_EVERY === HEAVY_EVERY - 1 ? heavy : light);
  const turn = number % HEAVY_EVERY === HEAVY_EVERY - 1 ? (number + 1) / HEAVY_EVERY - 1 : number;
  const [what, make] = kinds[(turn + seed) % kinds.length]!;
  return { what, key: `${number}-${oddKey(random)}.csv`, body: Buffer.from(make(random)) };
}

/** Part of a key, which may be of 1,024 bytes with its prefix and number, with characters that S3 takes and few programs expect. */
function oddKey(random: Random): string {
  const units = [
    'a',
    ' ',
    '+',
    '%',
    '%2F',
    '&',
    '?',
    '#',
    '=',
    "'",
    '"',
    '\\',
    '..',
    '~',
    '名',
    '😀',
    'é',
    '*',
    '|',
    ';',
    '$',
    '`',
  ];
  const most = random.chance(0.2) ? 990 : 40;
  let key = '';
  for (let unit = random.pick(units); Buffer.byteLength(key + unit) <= most; unit = random.pick(units))
    key += unit;
  return key;
}
