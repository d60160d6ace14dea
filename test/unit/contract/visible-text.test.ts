import { describe, expect, it } from 'vitest';
import {
  isInvisible,
  visible,
  visibleInLogs,
  visibleJson,
  visibleLine,
  visibleLines,
} from '../../../contract/visible-text.ts';

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index));

describe('what is made visible', () => {
  it.each<[string, string[]]>([
    ['C0 and DEL', [...range(0, 0x1f), '\u007f']],
    ['C1', range(0x80, 0x9f)],
    [
      'what reorders a line',
      [...range(0x202a, 0x202e), ...range(0x2066, 0x2069), '\u200e', '\u200f', '\u061c'],
    ],
    [
      'what has no width',
      ['\u00ad', '\u180e', '\u200b', '\u200c', '\u200d', '\u2060', '\u2064', '\ufeff', '\u034f'],
    ],
    ['fillers that look like spaces', ['\u115f', '\u1160', '\u3164', '\uffa0']],
    ['separators of lines and paragraphs', ['\u2028', '\u2029']],
    ['marks of annotations', ['\ufff9', '\ufffa', '\ufffb']],
    ['tags', range(0xe0000, 0xe007f)],
    ['halves of characters', ['\ud83d', '\udc4d']],
  ])('%s', (_, characters) => {
    for (const character of characters) {
      expect(isInvisible(character)).toBe(true);
      expect(visible(`a${character}b`)).toMatch(/^a\\u(\{e00[0-9a-f]{2}\}|[0-9a-f]{4})b$/);
    }
  });

  it.each([
    ['Japanese', '顧客一覧 ㈱ﾃｽﾄ　様'],
    ['a variant of a kanji', '葛\u{e0100}飾区'],
    ['combining marks', 'e\u0301 が\u3099 नि'],
    ['emoji', '👍🏽 ❤\ufe0f 🇯🇵'],
    ['Arabic and Hebrew', 'مرحبا \u0600١ שלום'],
    ['spaces of every width', 'a\u00a0b\u2003c\u3000d'],
    ['a backslash', String.raw`C:\users\u0041`],
  ])('not %s', (_, text) => {
    expect([visible(text), visibleLine(text), visibleLines(text)]).toEqual([text, text, text]);
  });
});

it('line breaks: an escape, a space, or what they are', () => {
  const text = 'one \n two\u001b\r\nthree';
  expect(visible(text)).toBe('one \\u000a two\\u001b\\u000d\\u000athree');
  expect(visibleLine(text)).toBe('one two\\u001b three');
  expect(visibleLines(text)).toBe('one \n two\\u001b\\u000d\nthree');
});

it.each([undefined, 2])('JSON is the same data, without what cannot be seen', (space) => {
  const data = { 'k\u202e': ['\u009b\u{e0041}\u2028\ufeff', '\ud800', 'a\n\u001b', 'é👍'] };
  const json = visibleJson(data, space);
  expect(JSON.parse(json)).toEqual(data);
  expect([...json].filter((each) => each !== '\n' && isInvisible(each))).toEqual([]);
});

it('log lines: only what is text', () => {
  expect(['a\u009b\n', 7, null].map((value) => visibleInLogs('key', value))).toEqual(['a\\u009b\n', 7, null]);
});
