import { describe, expect, it } from 'vitest';
import type { ColumnRules } from '../../../../../contract/definition/column-options.ts';
import type { ColumnType } from '../../../../../contract/definition/column-type.ts';
import { fieldCheckFor } from '../../../../../csv/check/field-check.ts';
import { reasonInJapanese } from '../../../../../operator/console/page/messages/ja-reasons.ts';

const text: ColumnType = { kind: 'text', maxLength: null };
const date: ColumnType = { kind: 'date' };

describe('what a rule demands, in Japanese', () => {
  it.each<[ColumnType, ColumnRules, string, string]>([
    [text, { minLength: 3 }, 'x', '3 文字以上で入力してください'],
    [text, { maxLength: 3 }, 'xxxx', '3 文字以内で入力してください'],
    [date, { min: '2026-01-31' }, '2026-01-01', '2026-01-31 以上にしてください'],
    [date, { max: '2026-01-31' }, '2026-02-01', '2026-01-31 以下にしてください'],
    [text, { email: true }, 'x', 'メールアドレス (name@example.com など) の形式にしてください'],
    [text, { pattern: /^\d{3}$/ }, 'x', '決められた形式 (/^\\d{3}$/) にしてください'],
    [text, { oneOf: ['a', 'b'] }, 'x', '次のいずれかにしてください: '],
  ])('%j %j', (type, rules, value, japanese) => {
    const bytes = Buffer.from(value);
    const problem = fieldCheckFor({ type, rules })!(bytes, 0, bytes.length);
    expect(reasonInJapanese(problem!.reason)).toContain(japanese);
  });

  it('is told by the code’s meaning elsewhere', () => {
    expect(reasonInJapanese('must be a whole number')).toBeNull();
  });
});
