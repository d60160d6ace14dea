import { describe, expect, it } from 'vitest';
import { createFormat } from '../../../../../operator/console/page/format/format.ts';
import {
  fileNameOf,
  showInvisible,
  splitInvisible,
} from '../../../../../operator/console/page/format/untrusted-text.ts';
import { chooseLanguage } from '../../../../../operator/console/page/messages/messages.ts';

/** Intl puts spaces of several kinds between a number and its unit. */
const plain = (text: string) => text.replaceAll(/\s/gu, ' ');

describe('durations', () => {
  const [en, ja] = [createFormat('en', 'UTC'), createFormat('ja', 'Asia/Tokyo')];
  it.each([
    [-1, '0.0 sec', '0.0 秒'],
    [0.44, '0.4 sec', '0.4 秒'],
    [9.96, '10 sec', '10 秒'],
    [59.7, '1 min', '1 分'],
    [185, '3 min 5 sec', '3 分 5 秒'],
    [7200, '2 hr', '2 時間'],
    [7812, '2 hr 10 min', '2 時間 10 分'],
    [3 * 86_400 + 4 * 3600 + 59, '3 days 4 hr', '3 日 4 時間'],
  ])('%d seconds', (seconds, english, japanese) => {
    expect(plain(en.duration(seconds))).toBe(english);
    expect(plain(ja.duration(seconds)).replaceAll(' ', '')).toBe(japanese.replaceAll(' ', ''));
  });

  it.each([
    [-5, 'now', '今'],
    [3.4, '3 seconds ago', '3 秒前'],
    [185, '3 minutes ago', '3 分前'],
    [7300, '2 hours ago', '2 時間前'],
    [90_000, 'yesterday', '昨日'],
    [40 * 86_400, '40 days ago', '40 日前'],
  ])('%d seconds ago', (seconds, english, japanese) => {
    expect(plain(en.ago(seconds))).toBe(english);
    expect(plain(ja.ago(seconds))).toBe(japanese);
  });

  it('numbers, sizes and times', () => {
    expect(en.number(1_234_567)).toBe('1,234,567');
    expect(plain(en.bytes(999))).toBe('999 byte');
    expect(plain(en.bytes(1_840_000))).toBe('1.8 MB');
    expect(plain(en.time('2026-11-24T08:15:30Z'))).toBe('Nov 24, 2026, 8:15:30 AM');
    expect(plain(ja.time('2026-11-24T08:15:30Z'))).toBe('2026/11/24 17:15:30');
  });
});

describe('what strangers have typed', () => {
  it('shows the characters that cannot be seen, apart from those that can', () => {
    expect(splitInvisible('a\tb\n\u0000\u202ec')).toEqual([
      { text: 'a', invisible: false },
      { text: '⇥', invisible: true },
      { text: 'b', invisible: false },
      { text: '⏎\\u0000\\u202e', invisible: true },
      { text: 'c', invisible: false },
    ]);
    expect(splitInvisible('')).toEqual([]);
    expect(showInvisible('顧客 𠮷\u200b.csv')).toBe('顧客 𠮷\\u200b.csv');
  });

  it('leaves joiners where they belong, and shows them elsewhere', () => {
    const joined = '👩\u200d👩\u200d👧 👩🏽\u200d💻 ❤\ufe0f\u200d🔥 می\u200cخواهم क्\u200dष';
    expect(showInvisible(joined)).toBe(joined);
    expect(showInvisible('pay\u200dpal \u200d👧')).toBe('pay\\u200dpal \\u200d👧');
  });

  it('calls a file by the end of its key', () => {
    expect(fileNameOf('uploads/customers/a.csv')).toBe('a.csv');
    expect(fileNameOf('uploads/customers/')).toBe('uploads/customers/');
  });
});

describe('the language', () => {
  it.each([
    [['ja-JP', 'en'], 'ja'],
    [['fr-FR', 'ja'], 'ja'],
    [['en-GB', 'ja'], 'en'],
    [['', 'de'], 'en'],
    [[], 'en'],
  ] as const)('for %j is %s', (preferred, language) => {
    expect(chooseLanguage(preferred)).toBe(language);
  });
});
