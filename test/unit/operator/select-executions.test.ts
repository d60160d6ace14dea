import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../contract/report.ts';
import { bareExecution, type Execution } from '../../../operator/read-execution.ts';
import { type Selection, selectExecutions } from '../../../operator/select-executions.ts';

const links = { execution: null, log: null, report: null, rejectedRows: null, rejectErrors: null };
const failure = (name: string, blame: 'file' | 'system' | null, message = '') => ({
  ...{ name, blame, message, advice: '', links },
});
/** A minute older with each one. */
let age = 0;
const execution = (name: string, changes: Partial<Execution> = {}): Execution => ({
  ...bareExecution({
    executionArn: `arn:${name}`,
    name,
    status: (changes.status ?? 'SUCCEEDED') as 'SUCCEEDED',
    startDate: new Date(Date.UTC(2026, 10, 24, 12) - 60_000 * age++),
    stopDate: new Date(Date.UTC(2026, 10, 24, 13)),
  }),
  ...changes,
});
const rows = (read: number) => ({ counts: { ...noCounts, read } });
const key = (of: string) => ({ upload: { bucket: 'uploads', key: of } });

/** Newest first. */
const all = [
  execution('a', { ...key('uploads/user-2/customers.csv'), ...rows(10), import: 'customers' }),
  execution('b', {
    ...key('uploads/user-1/customers.csv'),
    ...rows(9),
    import: 'customers',
    runId: 'run-77',
  }),
  execution('c', { status: 'FAILED', failure: failure('RowsRejected', 'file', '3 of 5 rows are rejected') }),
  execution('d', { status: 'FAILED', failure: failure('ImporterStopped', null) }),
  execution('e', { status: 'ABORTED', failure: failure('ABORTED', null) }),
  execution('f', { status: 'TIMED_OUT', failure: failure('States.Timeout', 'system') }),
  execution('g', { status: 'RUNNING', ...key('uploads/カ\u3099ス１００％.csv'), import: 'gas' }),
];
const names = (selection: Selection) =>
  selectExecutions(all, selection)
    .map(({ name }) => name)
    .join('');

describe('executions', () => {
  it.each<[Selection, string]>([
    [{}, 'abcdefg'],
    [{ search: 'customers.csv' }, 'ab'],
    [{ search: ' USER-1  customers ' }, 'b'],
    [{ search: 'run-77' }, 'b'],
    [{ search: 's3://uploads/uploads/user-2' }, 'a'],
    [{ search: 'rows are rejected' }, 'c'],
    [{ search: 'rowsrejected' }, 'c'],
    [{ search: 'ガス100%' }, 'g'],
    [{ search: 'nothing of the kind' }, ''],
    [{ status: 'failed' }, 'cf'],
    [{ status: 'timed_out' }, 'f'],
    [{ status: 'aborted' }, 'de'],
    [{ status: 'running' }, 'g'],
    [{ blame: 'file' }, 'c'],
    [{ import: 'customers', search: 'user-2' }, 'a'],
    [{ since: new Date('2026-11-24T11:55:00Z') }, 'abcdef'],
    [{ since: new Date('2026-11-24T11:55:00Z'), until: new Date('2026-11-24T11:58:00Z') }, 'def'],
  ])('are chosen by all conditions: %j', (selection, expected) => {
    expect(names(selection)).toBe(expected);
  });

  it.each<[Selection, string]>([
    [{ sort: 'started', ascending: true }, 'gfedcba'],
    [{ sort: 'rows' }, 'abcdefg'],
    [{ sort: 'rows', ascending: true }, 'bacdefg'],
    [{ sort: 'file', ascending: true, import: 'customers' }, 'ba'],
    [{ sort: 'import', ascending: true }, 'abgcdef'],
    [{ sort: 'status', ascending: true }, 'decgabf'],
  ])('are sorted, those without a value last: %j', (selection, expected) => {
    expect(names(selection)).toBe(expected);
  });
});
