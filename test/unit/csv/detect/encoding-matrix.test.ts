import { describe, expect, it } from 'vitest';
import type { Encoding } from '../../../../contract/definition/file-format.ts';
import { detectEncoding } from '../../../../csv/detect/detect-encoding.ts';
import { encodingNames } from '../../../../csv/detect/encoding-names.ts';
import { encodeText } from '../../../support/encode-text.ts';
import { japanese, rivals, western } from '../../../support/language-samples.ts';

const fileOf = (words: readonly string[], encoding: string) =>
  encodeText(`id,value\n${words.map((word, index) => `${index},${word}\n`).join('')}`, encoding);

/** As many rows as a sample has. */
const megabyteOf = (words: readonly string[], encoding: string) => {
  const file = fileOf(words, encoding);
  return Buffer.concat(Array(Math.floor(2 ** 20 / file.length)).fill(file));
};

/** Each word alone, and some together. */
function* partsOf(words: readonly string[]): Generator<readonly string[]> {
  for (const count of [1, 2, 5]) {
    for (let at = 0; at + count <= words.length; at += count) yield words.slice(at, at + count);
  }
  yield words;
}

/** The encoding that was found, or the message. */
function detect(bytes: Buffer): { encoding: string } | { message: string } {
  try {
    return { encoding: detectEncoding(bytes, true).encoding };
  } catch (error) {
    return { message: (error as Error).message };
  }
}

const cases = (samples: typeof western) =>
  Object.entries(samples).flatMap(([language, { encodings, words }]) =>
    encodings.map((encoding) => [language, encoding, words] as const),
  );

describe('is never read as other characters than were written', () => {
  it.each([...cases(western), ...cases(rivals), ...cases({ Japanese: japanese })])(
    '%s in %s',
    (_, encoding, words) => {
      const wrong: string[] = [];
      for (const part of partsOf(words)) {
        const bytes = fileOf(part, encoding);
        const found = detect(bytes);
        if (!('encoding' in found)) continue;
        const text = new TextDecoder(found.encoding).decode(bytes);
        // What is no character rejects its row.
        if (text === new TextDecoder(encoding).decode(bytes) || text.includes('\ufffd')) continue;
        wrong.push(`${part.join(' ')}: ${found.encoding}`);
      }
      expect(wrong).toEqual([]);
    },
  );
});

describe('is detected', () => {
  it.each([...cases(western), ...cases({ Japanese: japanese })])('%s in %s', (_, encoding, words) => {
    expect(detect(fileOf(words, encoding))).toEqual({ encoding });
    expect(detect(megabyteOf(words, encoding))).toEqual({ encoding });
  });
});

/** Encodings for which others with the same letters are named. */
const alike: Record<string, string> = { gb18030: 'gbk', 'iso-8859-13': 'windows-1257' };

describe('is refused with the encoding among the candidates', () => {
  it.each(cases(rivals))('%s in %s', (_, encoding, words) => {
    const name = encodingNames[(alike[encoding] ?? encoding) as Encoding];
    const refused = { message: expect.stringMatching(new RegExp(`could be .*${name}`)) };
    expect(detect(fileOf(words, encoding))).toEqual(refused);
    expect(detect(megabyteOf(words, encoding))).toEqual(refused);
  });
});

describe('of other words in a western file', () => {
  const german = western.German!.words;
  it.each(cases(rivals).filter(([, encoding]) => /^(windows-125[047]|iso-8859-(2|13))$/.test(encoding)))(
    '%s in %s',
    (_, encoding, words) => {
      const wrong = words.filter((word) => {
        const some = [...german.filter((each) => !/[\u2013-\u201e€]/.test(each)), word];
        const bytes = fileOf(some, encoding);
        const found = detect(bytes);
        return (
          'encoding' in found &&
          new TextDecoder(found.encoding).decode(bytes) !== new TextDecoder(encoding).decode(bytes)
        );
      });
      expect(wrong).toEqual([]);
    },
  );
});
