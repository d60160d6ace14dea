import { gzipSync, zstdCompressSync } from 'node:zlib';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { encodeText } from '../support/encode-text.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';
import { makeZip } from '../support/make-zip.ts';

const people = pgTable('people', { id: integer('id').primaryKey(), name: text('name'), note: text('note') });
const define = (changes: Partial<Parameters<typeof defineImport<typeof people>>[0]> = {}) =>
  defineImport({ name: 'people', prefix: 'people/', table: people, mode: 'append', ...changes });

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`drop schema if exists csv_import cascade; drop table if exists people;
    create table people (id integer primary key, name text, note text)`);
});

const rows = async () =>
  (await harness.sql`select id, name, note from people order by id`).map(({ id, name, note }) => [
    id,
    name,
    note,
  ]);
const run = async (content: string | Buffer, changes: Parameters<typeof define>[0] = {}) =>
  harness.run(await harness.put('people/a.csv', content), define(changes));

describe('delimiters and encodings that are found', () => {
  const western = [
    [1, 'Jürgen Groß', 'a, b'],
    [2, 'Hélène', '5 €'],
  ];
  const japanese = [
    [1, '佐藤　葵', 'サトウ, アオイ'],
    [2, '高橋㈱', 'ﾀｶﾊｼ～'],
  ];

  it.each([
    ['semicolons, Windows-1252', ';', 'windows-1252', western],
    ['tabs, UTF-8', '\t', 'utf-8', western],
    ['vertical bars, UTF-8', '|', 'utf-8', japanese],
    ['commas, Shift_JIS', ',', 'shift_jis', japanese],
    ['tabs, EUC-JP', '\t', 'euc-jp', japanese],
    ['semicolons, UTF-16LE', ';', 'utf-16le', japanese],
    ['commas, UTF-16BE', ',', 'utf-16be', western],
  ] as const)('%s', async (_, delimiter, encoding, expected) => {
    const lines = [['id', 'name', 'note'], ...expected].map((row) =>
      row.map((cell) => `"${cell}"`).join(delimiter),
    );
    const report = await run(encodeText(`${lines.join('\r\n')}\r\n`, encoding));
    expect(report).toMatchObject({
      outcome: 'imported',
      failure: null,
      file: { delimiter, encoding, compression: 'none', bytes: report.file!.uncompressedBytes },
    });
    expect(report.file!.encodingEvidence).not.toBe('');
    expect(report.file!.delimiterEvidence).toContain('the header fits the import');
    expect(await rows()).toEqual(expected);
  });

  it('UTF-16 with a byte order mark, many rows', async () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `${index};髙橋 ${index};`);
    const report = await run(encodeText(`\ufeffid;name;note\n${lines.join('\n')}`, 'utf-16le'));
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 50_000 } });
    expect((await harness.sql`select name from people where id = 49999`)[0]!.name).toBe('髙橋 49999');
  });
});

describe('undecodable bytes', () => {
  it.each([
    ['shift_jis', Buffer.from([0x83]), 'Shift_JIS'],
    ['euc-jp', Buffer.from([0xa4]), 'EUC-JP'],
    ['utf-16le', Buffer.from([0x00, 0xd8]), 'UTF-16'],
    ['utf-16be', Buffer.from([0xdc, 0x00]), 'UTF-16'],
    ['windows-1252', Buffer.from([0x81]), 'Windows-1252'],
  ] as const)('of %s cost their row, which rows.csv has as it stands', async (encoding, bad, name) => {
    const word = encoding === 'windows-1252' ? 'é' : '葵サトウ';
    const encode = (text: string) => encodeText(text, encoding);
    const mark = encoding.startsWith('utf-16') ? encode('\ufeff') : Buffer.alloc(0);
    const before = Buffer.concat([mark, encode(`id,name,note\n1,${word},\n2,${word}`)]);
    const badRow = Buffer.concat([encode(`2,${word}`), bad, encode(',"x"')]);
    const content = Buffer.concat([before, bad, encode(`,"x"\n3,${word},z\nfour,${word},\n`)]);
    const report = await run(content, { file: { encoding }, rejects: { maxRows: 2 } });
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 4, inserted: 2, rejected: 2 } });
    expect(await rows()).toEqual([
      [1, word, null],
      [3, word, 'z'],
    ]);
    const [first] = await harness.readCsv(report.rejects!.errorsKey);
    expect(first).toMatchObject({
      line: '3',
      row: '2',
      column: 'name',
      code: 'invalid_encoding',
      reason: `byte ${before.length + 1} of the file is not valid ${name}`,
      value: `${word}\ufffd`,
    });
    expect(await harness.read(report.rejects!.rowsKey)).toEqual(
      Buffer.concat([mark, encode('id,name,note\n'), badRow, encode(`\nfour,${word},\n`)]),
    );
  });

  it('in a file that began as plain ASCII say to name the encoding', async () => {
    const ascii = Array.from({ length: 80_000 }, (_, index) => `${index},Ada Lovelace,\n`).join('');
    const content = Buffer.concat([
      Buffer.from(`id,name,note\n${ascii}`),
      encodeText('90000,葵,\n', 'shift_jis'),
    ]);
    const report = await run(content);
    expect(report.failure).toMatchObject({ name: 'RowsRejected' });
    expect(report.rejects!.first[0]!.reason).toMatch(
      /is not valid UTF-8: the file has only ASCII before, so if it is not UTF-8, set the import’s file.encoding$/,
    );
    expect(await run(content, { file: { encoding: 'shift_jis' } })).toMatchObject({ outcome: 'imported' });
  });

  it('ISO-2022-JP, declared: rejected rows are given back in its own bytes, also from batches', async () => {
    const encoding = 'iso-2022-jp';
    const content = encodeText(
      'id,name,note\n1,佐藤 葵,"東京都, 港区"\nx,高橋,サトウ\n2,鈴木,"一\n二"\n',
      encoding,
    );
    expect((await run(content)).failure).toMatchObject({
      name: 'UndecodableFile',
      message: expect.stringContaining("Set the import’s file.encoding to 'iso-2022-jp'"),
    });
    const file = { encoding } as const;
    const report = await run(content, { file, rejects: { maxRows: 1 }, commit: { batchRows: 1, lanes: 2 } });
    expect(report).toMatchObject({ failure: null, counts: { inserted: 2, rejected: 1 }, file: { encoding } });
    expect(await rows()).toEqual([
      [1, '佐藤 葵', '東京都, 港区'],
      [2, '鈴木', '一\n二'],
    ]);
    const rejected = await harness.read(report.rejects!.rowsKey);
    expect(rejected).toEqual(encodeText('id,name,note\nx,高橋,サトウ\n', encoding));
  });

  it('rows.csv, corrected, is imported', async () => {
    const report = await run(encodeText('id;name;note\nx;佐藤;サトウ\n', 'shift_jis'), {
      rejects: { maxRows: 1 },
    });
    const rejected = await harness.read(report.rejects!.rowsKey);
    const corrected = Buffer.from(rejected.toString('latin1').replace('x', '7'), 'latin1');
    expect((await harness.run(await harness.put('people/b.csv', corrected), define())).outcome).toBe(
      'imported',
    );
    expect(await rows()).toEqual([[7, '佐藤', 'サトウ']]);
  });
});

describe('gzip', () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => `${index},Ada ${(index * 7919) % 10_007},\n`);
  const content = `id,name,note\n${lines.join('')}`;

  it('is imported, of several members too', async () => {
    const packed = Buffer.concat([gzipSync(content), gzipSync('90000,last,\n')]);
    const report = await harness.run(await harness.put('people/a.csv.gz', packed), define());
    expect(report).toMatchObject({
      outcome: 'imported',
      counts: { inserted: 30_001 },
      file: { compression: 'gzip', bytes: packed.length, uncompressedBytes: content.length + 12 },
    });
  });

  it('holds any encoding; reasons count bytes in the unpacked file', async () => {
    const text = encodeText('id,name,note\n1,佐藤 葵,サトウ アオイ\n2,高橋,タカハシ\n', 'shift_jis');
    const report = await run(gzipSync(Buffer.concat([text, Buffer.from('3,\x82,\n', 'latin1')])), {
      rejects: { maxRows: 1 },
    });
    expect(report).toMatchObject({ counts: { inserted: 2, rejected: 1 }, file: { encoding: 'shift_jis' } });
    expect(report.rejects!.first[0]!.reason).toBe(
      `byte ${text.length + 3} of the unpacked file is not valid Shift_JIS`,
    );
  });

  it('that is corrupt, cut off or followed by something imports nothing', async () => {
    const packed = gzipSync(content);
    const corrupt = Buffer.from(packed);
    corrupt[packed.length - 6]! ^= 1;
    for (const bytes of [corrupt, packed.subarray(0, -9), Buffer.concat([packed, Buffer.from('more')])]) {
      const report = await run(bytes);
      expect(report.failure).toMatchObject({ name: 'UndecodableFile', blame: 'file', retryable: false });
      expect(report.failure!.message).toMatch(/byte/);
      expect(await rows()).toEqual([]);
    }
  });

  it('that is a bomb imports nothing', async () => {
    const bomb = gzipSync(`id,name,note\n1,${'a'.repeat(100)},\n${'\n'.repeat(50_000_000)}`);
    const report = await run(bomb);
    expect(report.failure).toMatchObject({ name: 'UploadTooLarge', blame: 'file', retryable: false });
    expect(await rows()).toEqual([]);
    const tooLong = await run(gzipSync(content), { file: { maxBytes: 100_000 } });
    expect(tooLong.failure).toMatchObject({ name: 'UploadTooLarge' });
    expect(await rows()).toEqual([]);
  });
});

describe('ZIP and Zstandard', () => {
  const content = 'id,name,note\n1,Ada,\n2,Grace,\n';
  it.each([
    ['zip', 'people/a.zip', makeZip([{ name: 'a.csv', content }])],
    ['zstd', 'people/a.csv.zst', zstdCompressSync(content)],
  ])('%s is imported', async (compression, key, packed) => {
    const report = await harness.run(await harness.put(key, packed), define());
    expect(report).toMatchObject({
      outcome: 'imported',
      counts: { inserted: 2 },
      file: { compression, bytes: packed.length, uncompressedBytes: content.length },
    });
  });

  it.each([
    [
      'of several files',
      makeZip([
        { name: 'a.csv', content },
        { name: 'b.csv', content },
      ]),
      'has several files',
    ],
    ['cut off', zstdCompressSync(content).subarray(0, -3), 'ends in the middle'],
    ['compressed twice', gzipSync(gzipSync(content)), 'it is gzip inside of gzip'],
  ])('%s imports nothing', async (_, packed, message) => {
    const report = await run(packed);
    expect(report.failure).toMatchObject({ name: 'UndecodableFile', blame: 'file' });
    expect(report.failure!.message).toContain(message);
    expect(await rows()).toEqual([]);
  });
});

describe('encodings', () => {
  it.each([
    [
      'mixed',
      Buffer.concat([Buffer.from('id,name,note\n1,Müller,\n'), encodeText('2,Müller,\n', 'windows-1252')]),
    ],
    ['Polish', encodeText('id,name,note\n1,Paweł,\n2,Łukasz,Łódź\n', 'windows-1250')],
    ['late', encodeText(`id,name,note\n${'1,Jürgen,\n'.repeat(150_000)}2,Paweł,\n`, 'windows-1250')],
  ])('%s are not loaded as others', async (_, content) => {
    const report = await run(content);
    expect(report.failure).toMatchObject({ name: 'UndecodableFile', blame: 'file' });
    expect(await rows()).toEqual([]);
  });
});

describe('batches', () => {
  it.each([
    ['UTF-8 in ZIP', (text: string) => makeZip([{ name: 'a.csv', content: text }])],
    ['Shift_JIS in Zstandard', (text: string) => zstdCompressSync(encodeText(text, 'shift_jis'))],
    ['Shift_JIS', (text: string) => encodeText(text, 'shift_jis')],
    ['UTF-16 in gzip', (text: string) => gzipSync(encodeText(text, 'utf-16be'))],
  ])('of %s, with rows that are rejected, over two lanes', async (_, encode) => {
    const lines = Array.from({ length: 5000 }, (_, index) => `${index};葵サトウ ${index};\n`);
    lines[1234] = 'x1234;佐藤;\n';
    lines[4321] = 'x4321;ｱｵｲ～;\n';
    const report = await run(encode(`id;name;note\n${lines.join('')}`), {
      commit: { batchRows: 700, lanes: 2 },
      rejects: { maxRows: 2 },
    });
    expect(report).toMatchObject({
      outcome: 'imported',
      counts: { read: 5000, inserted: 4998, rejected: 2 },
    });
    expect((await harness.sql`select name from people where id = 4999`)[0]!.name).toBe('葵サトウ 4999');
    const rejected = await harness.read(report.rejects!.rowsKey);
    const { encoding } = report.file!;
    expect(new TextDecoder(encoding).decode(rejected)).toBe(`id;name;note\n${lines[1234]}${lines[4321]}`);
  });
});

describe('files that are no CSV', () => {
  it.each([
    ['a workbook', makeZip([{ name: 'xl/workbook.xml', content: '' }]), 'an Excel workbook (.xlsx)'],
    ['a Chinese file', encodeText('id,name\n1,王小明\n2,这是中国\n', 'gb18030'), 'could be GBK'],
  ])('%s', async (_, content, message) => {
    const report = await run(content);
    expect(report.failure).toMatchObject({
      name: 'UndecodableFile',
      message: expect.stringContaining(message),
    });
  });
});

describe('headers', () => {
  it.each([
    ['alone', 'id,name,note'],
    ['alone, with a byte order mark', '\ufeffid;name;note\r\n'],
    ['alone, compressed', gzipSync('id\tname\n')],
  ])('%s import nothing, well', async (_, content) => {
    expect(await run(content)).toMatchObject({ outcome: 'imported', counts: { read: 0, inserted: 0 } });
  });

  it('of one column need no delimiter', async () => {
    expect(await run('id\n1\n2')).toMatchObject({ outcome: 'imported', counts: { inserted: 2 } });
  });

  it('that are wrong in a file whose delimiter was found are told by name', async () => {
    const report = await run('id;nam;note\n1;a,b;c\n');
    expect(report.failure).toMatchObject({
      name: 'HeaderInvalid',
      message: expect.stringContaining('header 2 "nam" is no column of the import, did you mean "name"?'),
    });
  });

  it('of no delimiter say what was looked at', async () => {
    const report = await run('Monthly report\nid name\n1 Ada\n');
    expect(report.failure).toMatchObject({
      name: 'HeaderInvalid',
      message: expect.stringContaining(
        'split at semicolons, tabs or vertical bars the first line is no header',
      ),
    });
  });

  it('of 1,600 columns', async () => {
    const names = Array.from({ length: 1600 }, (_, index) => `c${index}`);
    const wide = pgTable('wide', Object.fromEntries(names.map((name) => [name, text(name)])));
    await harness.sql.unsafe(
      `drop table if exists wide; create table wide (${names.map((name) => `${name} text`)})`,
    );
    const definition = defineImport({ name: 'wide', prefix: 'wide/', table: wide, mode: 'append' });
    const lines = [names, names.map((_, index) => `${index}`)].map((row) => row.join(';'));
    const report = await harness.run(await harness.put('wide/a.csv', lines.join('\n')), definition);
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 1 } });
    expect((await harness.sql`select c0, c1599 from wide`)[0]).toEqual({ c0: '0', c1599: '1599' });
  });
});
