import { describe, expect, it } from 'vitest';
import { detectEncoding } from '../../../../csv/detect/detect-encoding.ts';
import { encodeText } from '../../../support/encode-text.ts';

const detect = (bytes: Buffer) => detectEncoding(bytes, true);
const refused = (message: string) =>
  expect.objectContaining({ name: 'UndecodableFile', message: expect.stringContaining(message) });

describe('bytes that are plausible in two encodings are no evidence for either', () => {
  it.each([
    ['shift_jis', 'ああ'],
    ['shift_jis', 'あ田'],
    ['windows-1252', '“a–a'],
    ['windows-1252', 'don’t–a'],
  ])('%s: %s', (encoding, value) => {
    const bytes = encodeText(`id,value\n1,${value}\n`, encoding);
    expect(() => detect(bytes)).toThrow(refused('could be Shift_JIS'));
  });

  it('more of the same text decides', () => {
    const japanese = encodeText('id,value\n1,ああ\n2,佐藤さん\n3,カタカナ\n', 'shift_jis');
    expect(detect(japanese)).toMatchObject({ encoding: 'shift_jis' });
    const western = encodeText('id,value\n1,“a–a\n2,René\n3,Zoë\n', 'windows-1252');
    expect(detect(western)).toMatchObject({ encoding: 'windows-1252' });
  });
});
