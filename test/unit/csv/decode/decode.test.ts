import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Encoding, encodings } from '../../../../contract/definition/define-import.ts';
import { decodeToUtf8 } from '../../../../csv/decode/decode.ts';
import { charactersOf, encodeText } from '../../../support/encode-text.ts';
import { collect, inChunks } from '../streams.ts';

const decode = async (bytes: Buffer, encoding: Encoding, ...sizes: number[]) =>
  collect(decodeToUtf8(inChunks(bytes, ...sizes), encoding).text);
const decoded = encodings.filter((encoding) => encoding !== 'utf-8');

/** Texts that an encoding can hold, half of it what CSV minds. */
function textIn(encoding: Encoding): fc.Arbitrary<string> {
  const syntax = fc.constantFrom('a', '"', ',', ';', '\t', '|', '\n', '\r\n', '\\', '1');
  const own =
    encoding === 'utf-8' || encoding.startsWith('utf-16')
      ? fc
          .string({ unit: 'binary', minLength: 1, maxLength: 3 })
          .map((text) => text.toWellFormed().replaceAll('\0', ''))
      : fc.constantFrom(...charactersOf(encoding as 'shift_jis'));
  return fc.array(fc.oneof(syntax, own), { maxLength: 40 }).map((parts) => parts.join(''));
}

const chunkSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe.each(encodings)('%s', (encoding) => {
  it('becomes the same text in UTF-8, wherever its chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(textIn(encoding), chunkSizes, async (text, sizes) => {
        const bytes = encodeText(text, encoding);
        expect((await decode(bytes, encoding, ...sizes)).toString()).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});

describe.each(['shift_jis', 'euc-jp', 'windows-1252'] as const)('%s', (encoding) => {
  it('has every character that TextDecoder knows', async () => {
    const text = charactersOf(encoding).join('\n');
    expect((await decode(encodeText(text, encoding), encoding)).toString()).toBe(text);
    expect(charactersOf(encoding).length).toBeGreaterThan(encoding === 'windows-1252' ? 120 : 7000);
  });
});

describe('iso-2022-jp', () => {
  it.each([
    ['a run that its line ends', '1b2442 467c4b5c 0a 61', '日本\na'],
    ['half-width kana, and back', '1b2849 3132 1b2842 2c', 'ｱｲ,'],
    ['the Roman set has a yen sign', '1b284a 5c 1b2842', '¥'],
    ['no character', '1b2442 467c 7f7f 1b2842 2c', '日\ufffd,'],
    ['ASCII that begins again', '1b2842 2c', ','],
    ['a byte with its highest bit', 'e9 2c', '\ufffd,'],
  ])('%s', async (_, hex, text) => {
    const bytes = await decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'), 'iso-2022-jp', 1);
    expect(bytes.toString()).toBe(text);
  });

  it('a run that never ends is no character, and takes neither memory nor time', async () => {
    const pairs = Buffer.alloc(8 * 1024 * 1024, 'F|');
    const bytes = Buffer.concat([Buffer.from('\x1b$B'), pairs]);
    const text = await decode(bytes, 'iso-2022-jp', 64 * 1024);
    expect(text[0]).toBe(0xff);
    expect(text.length).toBeGreaterThan(pairs.length / 2);
  });
});

describe('Chinese and Korean beyond what TextDecoder has', () => {
  it.each([
    ['gb18030', '81308434 8139ef30 90308130 94398130 e3329a35', '\u{a2}\u{3401}\u{10000}\u{1f12c}\u{10ffff}'],
    ['gbk', 'b1b1bea9 80 8140', '北京€丂'],
    ['euc-kr', '8141 c652 94ee b1e8 a2e6', '갂힣뷁김€'],
    ['big5', 'a5 5f a8 ca f9 d6', '北京碁'],
  ] as const)('%s %s', async (encoding, hex, text) => {
    const bytes = await decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'), encoding, 1);
    expect(bytes.toString()).toBe(text);
  });

  it.each([
    ['gb18030', 'a sequence of four that is cut', '81 30 84 0a', 'ff 30 ff 0a'],
    ['gb18030', 'one beyond Unicode', 'e3 32 9a 36 0a', 'ff 32 ff 36 0a'],
    ['gbk', 'a first byte before a quote', 'b1 22 2c', 'ff 22 2c'],
    ['windows-1250', 'undefined bytes', '81 b3', 'ff c5 82'],
  ] as const)('%s: %s', async (encoding, _, hex, expected) => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    for (const size of [1, bytes.length]) {
      expect((await decode(bytes, encoding, size)).toString('hex')).toBe(expected.replaceAll(' ', ''));
    }
  });
});

describe('CP932 and EUC-JP as they are found', () => {
  it.each([
    ['shift_jis', '8740 878a fbfc 8160 815f 817c 8161 e0ff', '①㈱髙～＼－∥\ufffd'],
    ['shift_jis', 'b6de 5c 7e', 'ｶﾞ\\~'],
    ['euc-jp', 'ada1 adea fce2 a1c1 8eb1 8fb0a1', '①㈱髙～ｱ丂'],
    ['windows-1252', '80 93 94 e9', '€“”é'],
  ] as const)('%s %s', async (encoding, hex, text) => {
    const bytes = await decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'), encoding);
    expect(bytes.toString()).toBe(text);
  });
});

describe('bytes that are no character', () => {
  it.each<[string, Encoding, string, string]>([
    ['a first byte before a newline', 'shift_jis', '61 82 0a 62', '61 ff 0a 62'],
    ['a first byte before a quote', 'shift_jis', '22 83 22 2c', '22 ff 22 2c'],
    ['a first byte before a comma', 'euc-jp', 'a4 2c a4 a2', 'ff 2c e3 81 82'],
    ['a pair without a meaning', 'shift_jis', '81 ad 61', 'ff 61'],
    ['a pair without a meaning that ends with ASCII', 'shift_jis', '85 7c 61', 'ff 7c 61'],
    ['a byte without a meaning', 'shift_jis', '61 a0 fd 80 ff 62', '61 ff ff ff ff 62'],
    ['a cut character at the end', 'shift_jis', '61 82', '61 ff'],
    ['a cut character of three bytes', 'euc-jp', '8f b0 0a', 'ff 0a'],
    ['another before ASCII', 'euc-jp', '8f 0a', 'ff 0a'],
    ['undefined bytes', 'windows-1252', '61 81 8d 8f 90 9d 62', '61 ff ff ff ff ff 62'],
    ['a lone high surrogate', 'utf-16le', '00d8 0a00', 'ff 0a'],
    ['a lone low surrogate', 'utf-16be', 'dc00 000a', 'ff 0a'],
    ['half a unit at the end', 'utf-16le', '6100 62', '61 ff'],
    ['a high surrogate at the end', 'utf-16be', '0061 d83d', '61 ff'],
  ])('%s (%s)', async (_, encoding, hex, expected) => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    for (let size = 1; size <= bytes.length; size++) {
      const text = await decode(bytes, encoding, size);
      expect(text.toString('hex')).toBe(expected.replaceAll(' ', ''));
    }
  });

  it.each(decoded)('swallow no newline, quote or delimiter, wherever chunks end: %s', async (encoding) => {
    const wide = encoding.startsWith('utf-16');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: wide ? 0 : 0x80, max: 255 }), { maxLength: 3 }),
        fc.constantFrom('\n', '"', ',', ';', '\t'),
        chunkSizes,
        async (odd, syntax, sizes) => {
          // In UTF-16 an odd byte would shift all units behind it, which nothing can tell.
          const even = wide ? odd.slice(0, 2 * (odd.length >> 1)) : odd;
          const after = encodeText(`${syntax}b`, encoding);
          const bytes = Buffer.concat([encodeText('a', encoding), Buffer.from(even), after]);
          const text = await decode(bytes, encoding, ...sizes);
          expect(text.subarray(-2).toString()).toBe(`${syntax}b`);
          expect(text).toEqual(await decode(bytes, encoding));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the way back', () => {
  it.each(decoded)('leads from each character to its own bytes: %s', async (encoding) => {
    const own = charactersOf(encoding.startsWith('utf-16') ? 'shift_jis' : encoding);
    const line = `${own.slice(0, 2).join('')},"${own.slice(-7).join('')}","x"\n`;
    const lines = 40_000;
    const wrong: number[] = [];
    const one = encodeText(line, encoding);
    const bytes = Buffer.concat(Array.from({ length: lines }, () => one));
    const { text, origin } = decodeToUtf8(inChunks(bytes, 100_001, 7, 64_000), encoding);
    const size = Buffer.byteLength(line);
    let seen = 0;
    let done = 0;
    for await (const chunk of text) {
      seen += chunk.length;
      // Every whole row that has come since, as the scanner refuses them.
      for (; (done + 1) * size <= seen; done++) {
        if (origin.offsetOf(done * size) !== done * one.length) wrong.push(done);
        if (done % 97 === 0) {
          const own = origin.bytesOf(Buffer.from(line.slice(0, -1)), done * size);
          expect(own.equals(encodeText(line.slice(0, -1), encoding))).toBe(true);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(done).toBe(lines);
    // A few MiB back is remembered, too.
    const back = Math.max(0, done - Math.floor((4 * 1024 * 1024) / size));
    expect(origin.offsetOf(back * size)).toBe(back * one.length);
  });

  it('keeps undecodable bytes as they are', async () => {
    const bytes = Buffer.from('61824142830a43', 'hex');
    const { text, origin } = decodeToUtf8(inChunks(bytes, 2), 'shift_jis');
    const whole = await collect(text);
    expect(origin.bytesOf(whole, 0)).toEqual(bytes);
  });
});
