import type { Execution } from './execution.ts';

/** How long after its end Step Functions redrives an execution. */
const REDRIVABLE_MS = 14 * 24 * 60 * 60 * 1000;

/** A redrive needs room for two more of the 25,000 events that a history can have. (RedriveExecution) */
const MAX_EVENTS = 24_999;

/** Whether an execution can be redriven, in the words of DescribeExecution. */
export function redriveStatus({ status, stopDate, events }: Execution): {
  redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE';
  redriveStatusReason?: string;
} {
  const notRedrivable = (reason: string) =>
    ({ redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason }) as const;
  if (status === 'RUNNING' || status === 'SUCCEEDED') {
    return notRedrivable(`Execution is ${status} and cannot be redriven`);
  }
  if (Date.now() - stopDate! > REDRIVABLE_MS) {
    return notRedrivable('Execution redrivable period exceeded');
  }
  if (events.length >= MAX_EVENTS) return notRedrivable('Execution history event limit exceeded');
  return { redriveStatus: 'REDRIVABLE' };
}
