import { type RejectCode, rejectCodes } from '../../contract/reject-codes.ts';
import type { FieldProblem } from './field-problem.ts';

/** A shape of values, and the option of the column that reads them. */
type Proposal = readonly [shape: RegExp, proposal: string];

const ofAny: readonly Proposal[] = [
  [/^\s*(NULL|null|None|nil|#?N\/?A|n\/?a|\\N|-+)\s*$/, 'if it means NULL, list it in null'],
  [/[\u200b\u200e\u200f\u2060-\u2064\u2066-\u2069\ufeff]/, "declare zeroWidth: 'remove'"],
  [/^\s|\s$/, 'declare trim: true'],
  [/[０-９]/, "declare fullWidth: 'ascii'"],
];
const ofNumbers: readonly Proposal[] = [
  [/\p{Sc}/u, 'declare number: { currency: true }'],
  [/%$/, "declare number: { percent: 'fraction' } or 'number'"],
  [/^\(.*\)$|\d-$|[▲△]/, "declare number: { negative: ['(1)', '1-', '▲1'] } as the file has it"],
  [/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/, "declare number: { thousands: ',' }, or decimal: ','"],
  [/^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/, "declare number: { thousands: '.' }"],
  [/^[+-]?\d+,\d+$/, "declare number: { decimal: ',' }"],
];

/** By code; what stands first is looked at first. */
const proposals: Partial<Record<RejectCode, readonly Proposal[]>> = {
  invalid_integer: [
    ...ofAny,
    [/^[+-]?\d+\.0+$/, "if 1.0 means 1, declare number: { zeroDecimals: 'drop' }"],
    ...ofNumbers,
  ],
  invalid_number: [...ofAny, ...ofNumbers],
  invalid_boolean: [...ofAny, [/./, 'declare the words of the file as booleans']],
  invalid_date: [...ofAny, [/\d/, "declare how the file writes days, such as date: 'D.M.YYYY'"]],
  invalid_time: [...ofAny, [/\d/, "declare how the file writes times, such as time: 'H:mm'"]],
  invalid_timestamp: [
    ...ofAny,
    [/\d/, "declare how the file writes timestamps, such as timestamp: 'D.M.YYYY H:mm'"],
  ],
};

/** The problem of a value, with the option that may read it, where the import declares no format for its column. */
export function withProposal(problem: FieldProblem, value: string): FieldProblem {
  if (problem.reason !== rejectCodes[problem.code]) return problem;
  const found = proposals[problem.code]?.find(([shape]) => shape.test(value));
  return found === undefined ? problem : { ...problem, reason: `${problem.reason}; ${found[1]}` };
}
