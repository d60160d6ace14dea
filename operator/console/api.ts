import type { ImportMode } from '../../contract/definition/define-import.ts';
import type { FailureName } from '../../contract/failures.ts';
import type { Progress, Report } from '../../contract/report.ts';
import type { StateStatus } from '../graph/state-status.ts';
import type { WorkflowDefinition } from '../graph/workflow-definition.ts';
import type { LogLine } from '../logs/log-line.ts';
import type { Execution } from '../read-execution.ts';
import type { LeftExecution } from '../redrive.ts';
import type { RejectFiles } from '../results.ts';
import type { StateVisit, TaskAttempt } from '../state-visits.ts';
import type { TimelineEntry } from '../timeline.ts';

// What the console's server answers its page: JSON, times in ISO 8601, durations in seconds. Types only, so that the
// page takes nothing of the server with it.

/** `GET /api/stack`: what the console looks at. */
export interface StackView {
  stateMachineArn: string;
  /** Whether it is the local stack of this folder. */
  local: boolean;
  /** Null where it could not be found out; then nothing can be uploaded. */
  uploadBucket: string | null;
  resultsBucket: string;
  imports: ImportSummary[];
  /** How often the page may ask, so that an account's Step Functions quota is left to others. */
  pollMs: number;
}

/** An import of this checkout's `imports/`. */
export interface ImportSummary {
  name: string;
  prefix: string;
  /** Null for an import with a container of its own. */
  mode: ImportMode | null;
  /** Null for an import with a container of its own. */
  table: string | null;
  /** Such as `.csv`, `.csv.gz`. */
  extensions: string[];
  /** Whether a dry run can be asked for. */
  dryRun: boolean;
}

/**
 * `GET /api/executions?import=&status=&blame=&search=&since=&until=&sort=&order=&limit=&page=`: those that meet all of
 * the conditions (`operator/select-executions.ts`), newest first unless sorted otherwise.
 */
export interface ExecutionPage {
  executions: ExecutionSummary[];
  /** How many meet the conditions, on all pages, as far as is known by now. */
  total: number;
  /** Which page this is, from 1, and how many there are. */
  page: number;
  pages: number;
  search: SearchState;
}

/** How far a search has come: it goes on while the answers that it has are shown. */
export interface SearchState {
  /** Executions that are known, and those of them whose details are still to be read. */
  known: number;
  unread: number;
  /** Whether older executions are still to be listed. */
  incomplete: boolean;
  /** Why the ledger cannot be read, so that everything takes longer; null where it can, or none is configured. */
  ledgerProblem: string | null;
}

/** An execution without its report, of which a list would be full. */
export type ExecutionHead = Omit<Execution, 'report'>;

export interface ExecutionSummary extends ExecutionHead {
  /** How far the importer is; null unless one runs and has said so. */
  progress: Progress | null;
}

/** `GET /api/executions/<name>` */
export interface ExecutionView {
  execution: ExecutionHead;
  /** The definition that this execution runs, which may be an older one. */
  workflow: WorkflowDefinition;
  /** The states that it has been in, as they stand now: of several visits, the last. */
  states: Record<string, StateStatus>;
  timeline: TimelineEntry[];
  progress: Progress | null;
  /** Of the last attempt that left one. */
  report: Report | null;
  rejects: RejectFiles | null;
  /** Why report and rejects cannot be read; null where they can, or where there is none. */
  problem: string | null;
  /** Pages of the AWS console; null on the local stack. */
  links: { execution: string | null; log: string | null };
  /** What a redrive would do; null: nothing speaks against it. */
  redriveWarning: string | null;
}

/** `GET /api/executions/<name>/states/<state>` */
export interface StateView {
  state: string;
  /** The last one first; none where the execution has not been in it. */
  visits: (Omit<StateVisit, 'attempts'> & {
    /** With the task's page in the AWS console; null on the local stack. */
    attempts: (TaskAttempt & { link: string | null })[];
  })[];
}

/** `GET /api/executions/<name>/log`: the last lines that its importers have logged. */
export interface LogView {
  lines: LogLine[];
  /** How many earlier lines are left out. */
  earlier: number;
}

/** `GET /api/executions/<name>/rejects`: the first hundred rows that were rejected. */
export interface RejectsView {
  /** How many there are. */
  total: number;
  byCode: Record<string, number>;
  header: string[];
  rejects: RejectView[];
  /** Set where the files lack rejected rows: they have the first `written`, and the file was read up to a line, or to its end. */
  partialFiles: { written: number; readToLine: number | null } | null;
}

/** How many rejects the console shows; the files have all. */
export const SHOWN_REJECTS = 100;

/** One rejected row. It is people's data: shown, never logged. */
export interface RejectView {
  /** Physical line of the upload where the row begins, from 1. */
  line: number;
  /** Number of the row, from 1 after the header. */
  row: number;
  /** All that is wrong with it. */
  errors: { column: string | null; code: string; reason: string; value: string }[];
  /** The row's cells in the header's order; null where the row cannot be split into cells, or is not in reach. */
  cells: string[] | null;
  /** Positions in `cells` of the invalid values. */
  invalid: number[];
}

// `GET /api/executions/<name>/files/rows.csv` and `…/errors.csv`: the reject files as downloads.
// `POST /api/executions/<name>/redrive`, `POST /api/executions/<name>/stop`: 204.

/** `POST /api/redrive-plan`, `{ names, blame }`: `blame` is `system` (default) or `any`. Nothing is redriven. */
export interface RedrivePlanView {
  /** Oldest first. */
  redrive: ExecutionHead[];
  leave: (Omit<LeftExecution, 'execution'> & { execution: ExecutionHead })[];
}

/** `POST /api/redrives`, `{ names }`: for each, whether Step Functions has refused it, and why. */
export interface RedriveResult {
  name: string;
  refused: string | null;
}

/** `POST /api/uploads?import=<name>&file=<file name>&dryRun=<true|false>`, the file as body: 201. */
export interface UploadView {
  bucket: string;
  key: string;
  versionId: string | null;
  /** Name of the execution that the upload started; null where none has started yet: it may still come. */
  execution: string | null;
}

/** `GET /api/overview?since=<1d>` */
export interface Overview {
  since: string;
  /**
   * Every hour from `since` to now, the empty ones too. An execution counts in the hour of its end; `rows` are those
   * read by imports that ended well: neither dry runs nor what was in already.
   */
  hours: {
    at: string;
    rows: number;
    succeeded: number;
    failed: number;
    stopped: number;
    /** Of the imports that ended well; null where none did. */
    medianSeconds: number | null;
    /** How often each failure happened, stops included. */
    failures: Record<string, number>;
  }[];
  /** Of the imports that ended well, in seconds; null where there is none. */
  durations: { median: number | null; p95: number | null; longest: number | null };
  /** The imports that took longest, the longest first. */
  slowest: ExecutionHead[];
  /** Importers that load now, and runs that wait for a slot; null where no ledger tells. */
  slots: { used: number; waiting: number } | null;
  failures: { name: FailureName | string; blame: 'file' | 'system' | null; count: number }[];
  totals: {
    executions: number;
    running: number;
    succeeded: number;
    failed: number;
    /** By somebody, on purpose. */
    stopped: number;
    rows: number;
    /** Of imports that failed for it, too; of these, where the ledger can be read. */
    rejected: number;
  };
  search: SearchState;
}

/** Of every answer that is no 2xx. */
export interface Problem {
  error: {
    /** An AWS error's name, or ours. */
    name: string;
    /** What is wrong and what to do, for people. */
    message: string;
  };
}
