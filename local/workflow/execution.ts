import { readFileSync, truncateSync } from 'node:fs';
import { appendLine } from '../full-disk.ts';
import type { NewEvent, StoredEvent } from './history.ts';

export const executionStatuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

/**
 * One execution: nothing but its history, one JSON line per event in a file of its own. An event is on its way to
 * the disk before anything follows from it, so that kill -9 of the stack loses nothing that was told.
 */
export class Execution {
  readonly arn: string;
  readonly name: string;
  readonly events: StoredEvent[];
  readonly #file: string;

  constructor(arn: string, file: string, events: StoredEvent[] = []) {
    this.arn = arn;
    this.name = arn.split(':').at(-1)!;
    this.#file = file;
    this.events = events;
  }

  /**
   * Reads an execution. A last line that a crash has cut off is removed: it was never told to anybody, and what is
   * appended next must not become part of it.
   *
   * @throws Error where a line before that is damaged, or is no event as this version writes them
   */
  static read(arn: string, file: string): Execution {
    const bytes = readFileSync(file);
    const end = bytes.lastIndexOf('\n') + 1;
    const lines = bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
    const events = lines.map((line) => JSON.parse(line) as StoredEvent);
    const odd = events.findIndex((event, index) => event?.id !== index + 1 || typeof event.type !== 'string');
    if (odd !== -1) throw new Error(`line ${odd + 1} is not the event that belongs there`);
    if (events.length > 0 && typeof events[0]!.executionStartedEventDetails?.input !== 'string') {
      throw new Error('line 1 does not say with what the execution was started');
    }
    if (end < bytes.length) truncateSync(file, end);
    return new Execution(arn, file, events);
  }

  /**
   * Records an event: on the disk, or not at all.
   *
   * @throws Error of the file system
   */
  append(event: NewEvent): void {
    const last = this.events.at(-1);
    const stored = {
      id: (last?.id ?? 0) + 1,
      previousEventId: last?.id ?? 0,
      timestamp: Date.now(),
      ...event,
    } as StoredEvent;
    appendLine(this.#file, JSON.stringify(stored));
    this.events.push(stored);
  }

  get status(): ExecutionStatus {
    switch (this.events.at(-1)?.type) {
      case 'ExecutionSucceeded':
        return 'SUCCEEDED';
      case 'ExecutionFailed':
        return 'FAILED';
      case 'ExecutionTimedOut':
        return 'TIMED_OUT';
      case 'ExecutionAborted':
        return 'ABORTED';
      default:
        return 'RUNNING';
    }
  }

  /** Of the definition that it began with; undefined for one from before those were kept. */
  get revisionId(): string | undefined {
    return this.events[0]?.revisionId;
  }

  /** The JSON text that it was started with. */
  get input(): string {
    return this.events[0]?.executionStartedEventDetails?.input ?? '{}';
  }

  get startDate(): number {
    return this.events[0]?.timestamp ?? 0;
  }

  get stopDate(): number | null {
    return this.status === 'RUNNING' ? null : this.events.at(-1)!.timestamp;
  }

  get output(): string | null {
    return this.events.at(-1)?.executionSucceededEventDetails?.output ?? null;
  }

  /** Error and cause of an execution that ended badly. */
  get failure(): { error: string | null; cause: string | null } {
    const last = this.events.at(-1);
    const details =
      last?.executionFailedEventDetails ??
      last?.executionAbortedEventDetails ??
      last?.executionTimedOutEventDetails;
    return { error: details?.error ?? null, cause: details?.cause ?? null };
  }

  get redriveCount(): number {
    return this.events.filter(({ type }) => type === 'ExecutionRedriven').length;
  }

  get redriveDate(): number | null {
    return this.events.findLast(({ type }) => type === 'ExecutionRedriven')?.timestamp ?? null;
  }
}
