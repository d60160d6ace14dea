import { expect, it } from 'vitest';
import { detectEncoding } from '../../../../csv/detect/detect-encoding.ts';
import { watchEncoding } from '../../../../csv/detect/watch-encoding.ts';
import { encodeText } from '../../../support/encode-text.ts';
import { collect, inChunks } from '../streams.ts';

const german = 'id;name\n'.concat(...Array(40).fill('1;Jürgen Groß\n2;Änne Müller\n'));
const japanese = 'id,name\n'.concat(...Array(40).fill('1,佐藤 葵\n2,サトウ アオイ\n'));
const watch = (bytes: Buffer, encoding: 'windows-1252' | 'shift_jis' | 'euc-jp') =>
  collect(watchEncoding(inChunks(bytes, 100), encoding));

it.each([
  ['windows-1252', german],
  ['shift_jis', japanese],
  ['euc-jp', japanese],
] as const)('%s passes as it is', async (encoding, text) => {
  for (const newline of ['\n', '\r\n', '\r']) {
    const bytes = encodeText(text.replaceAll('\n', newline), encoding);
    expect((await watch(bytes, encoding)).equals(bytes)).toBe(true);
  }
});

it.each([
  ['windows-1252', german, Buffer.from('3;Jürgen\n'), 'Line 82 has characters in UTF-8'],
  [
    'windows-1252',
    german,
    encodeText('3;Paweł\n', 'windows-1250'),
    'Line 82 has characters that are unusual',
  ],
  ['windows-1252', german, encodeText('3;佐藤 葵\n', 'shift_jis'), 'Line 82 has characters that are unusual'],
  ['shift_jis', japanese, Buffer.from('3,佐藤 葵\n'), 'Line 82 is UTF-8'],
  ['shift_jis', japanese, Buffer.from('3,佐藤\n'), 'Line 82 is UTF-8'],
  ['shift_jis', japanese, encodeText('3,Andrés\n', 'windows-1252'), 'Line 82 could be Windows-1252'],
  ['euc-jp', japanese, Buffer.from('3,佐藤 葵\n'), 'Line 82 is UTF-8'],
] as const)('%s fails where the rest is something else', async (encoding, text, other, message) => {
  for (const newline of ['\n', '\r\n', '\r']) {
    const lines = encodeText(text.replaceAll('\n', newline), encoding);
    await expect(watch(Buffer.concat([lines, other, lines]), encoding)).rejects.toThrow(
      expect.objectContaining({ name: 'UndecodableFile', message: expect.stringContaining(message) }),
    );
  }
});

it.each([
  ['windows-1252', 'Müller'],
  ['shift_jis', '佐藤 葵'],
] as const)('a file of as much %s as UTF-8 is named', (encoding, name) => {
  const bytes = Buffer.concat([Buffer.from(`id,name\n1,${name}\n`), encodeText(`2,${name}\n`, encoding)]);
  expect(() => detectEncoding(bytes, true)).toThrow(/^Line 2 is UTF-8, but line 3 is not \(it could be /);
});
