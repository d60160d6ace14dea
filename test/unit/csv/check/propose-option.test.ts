import { expect, it } from 'vitest';
import type { RejectCode } from '../../../../contract/reject-codes.ts';
import { fieldProblem } from '../../../../csv/check/field-problem.ts';
import { withProposal } from '../../../../csv/check/propose-option.ts';

it.each<[RejectCode, string, string]>([
  ['invalid_integer', '1.0', "; if 1.0 means 1, declare number: { zeroDecimals: 'drop' }"],
  ['invalid_integer', 'N/A', '; if it means NULL, list it in null'],
  ['invalid_integer', '-', '; if it means NULL, list it in null'],
  ['invalid_integer', ' 1', '; declare trim: true'],
  ['invalid_integer', '１２', "; declare fullWidth: 'ascii'"],
  ['invalid_integer', '1\u200b', "; declare zeroWidth: 'remove'"],
  ['invalid_integer', 'x', ''],
  ['invalid_number', '$5', '; declare number: { currency: true }'],
  ['invalid_number', '5%', "; declare number: { percent: 'fraction' } or 'number'"],
  ['invalid_number', '(5)', "; declare number: { negative: ['(1)', '1-', '▲1'] } as the file has it"],
  ['invalid_number', '1,234.5', "; declare number: { thousands: ',' }, or decimal: ','"],
  ['invalid_number', '1.234,5', "; declare number: { thousands: '.' }"],
  ['invalid_number', '1,5', "; declare number: { decimal: ',' }"],
  ['invalid_boolean', 'ja', '; declare the words of the file as booleans'],
  ['invalid_date', '5.1.2026', "; declare how the file writes days, such as date: 'D.M.YYYY'"],
  ['invalid_date', 'soon', ''],
  ['too_long', 'x', ''],
])('%s, %j: proposes %j', (code, value, proposal) => {
  const problem = fieldProblem(code);
  expect(withProposal(problem, value)).toEqual({ code, reason: problem.reason + proposal });
});

it('proposes nothing where a format is declared', () => {
  const problem = fieldProblem('invalid_date', 'must be a date as D.M.YYYY');
  expect(withProposal(problem, '2026-01-05')).toBe(problem);
});
