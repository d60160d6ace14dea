import type { Report } from '../../../contract/report.ts';
import type { Gate } from './gate.ts';
import type { NumberedAction } from './history.ts';

/** An action of a history, under way. */
export interface Running<Result> {
  /** Stands in the names of its sessions. */
  name: string;
  gate: Gate;
  /** Rejects only where something else went wrong than a history may want. */
  ended: Promise<Result>;
}

/** How an attempt ended. */
export interface EndedAttempt {
  kind: 'start';
  action: Extract<NumberedAction, { kind: 'start' }>;
  name: string;
  runId: string;
  /** Null where it could not be written. */
  report: Report | null;
  /** Why it could not. */
  error: unknown;
  /** Whether what was to befall it has. */
  stopped: boolean;
}

/** How a transaction of the application ended. */
export interface EndedTransaction {
  kind: 'application';
  action: Extract<NumberedAction, { kind: 'application' }>;
  committed: boolean;
}
