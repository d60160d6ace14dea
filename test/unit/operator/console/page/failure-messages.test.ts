import { describe, expect, it } from 'vitest';
import { describeLeftUnwritten } from '../../../../../contract/notice-text.ts';
import type { Report } from '../../../../../contract/report.ts';
import { describeFailure } from '../../../../../handlers/failure-notice.ts';
import { failureMessageInJapanese } from '../../../../../operator/console/page/messages/ja-failure-messages.ts';
import { judgeRejects } from '../../../../../task/load/reject-policy.ts';

const rejected = { read: 40, rejected: 20 };
const rejects = { written: 10, readTo: null } as Report['rejects'];

describe('failure messages in Japanese', () => {
  it.each([
    [
      { maxRows: 0, maxWritten: 10 },
      '40 行のうち 20 行が却下されました。この取り込み定義が許容する却下は 0 行までです。',
    ],
    [
      { maxRows: 5, maxWritten: 10 },
      '40 行のうち 20 行が却下されました。この取り込み定義が許容する却下は 5 行までです。',
    ],
    [
      { maxPercent: 1.5, maxWritten: 10 },
      '40 行のうち 20 行が却下されました。この取り込み定義が許容する却下は 全体の 1.5 %までです。',
    ],
  ])('rejected rows, as the importer words them: %j', (limit, japanese) => {
    const { text } = judgeRejects({ rejects: limit }, rejected);
    expect(failureMessageInJapanese(`${text}.`)).toBe(japanese);
    const first = {
      line: 2,
      row: 1,
      column: 'id',
      code: 'invalid_integer',
      reason: 'must be a whole number',
    };
    expect(failureMessageInJapanese(describeFailure(`${text}.`, [first], 20))).toBe(japanese);
    const lacking = describeLeftUnwritten(rejects, rejected)!;
    expect(failureMessageInJapanese(`${text}. ${lacking}`)).toBe(
      `${japanese}errors.csv と rows.csv には、却下された 20 行のうち最初の 10 行が入っています。`,
    );
  });

  it('a file that was not read to its end', () => {
    const readTo = { line: 12, row: 11 };
    const { text } = judgeRejects({ rejects: { maxRows: 0, maxWritten: 10 } }, { ...rejected, readTo });
    const lacking = describeLeftUnwritten({ ...rejects!, readTo }, rejected)!;
    expect(failureMessageInJapanese(`${text}. ${lacking}`)).toMatch(
      /^最初の 40 行のうち.*12 行目で読み取りを中止/,
    );
  });

  it('leave what they do not know to the meaning of the failure’s name', () => {
    expect(failureMessageInJapanese('Something else.')).toBeNull();
    expect(failureMessageInJapanese('')).toBeNull();
  });
});
