import type { Logger } from '@aws-lambda-powertools/logger';
import type { S3Client } from '@aws-sdk/client-s3';
import type { TableImport } from '../contract/definition/define-import.ts';
import type { Attempt } from '../contract/environment.ts';
import type { RowValue } from '../csv/index.ts';
import type { Patience } from './await-slot.ts';
import type { DatabaseTarget } from './load/connect.ts';
import type { LockWaits } from './load/lock-waits.ts';
import type { Repertoire } from './load/repertoire.ts';
import type { Sessions } from './load/sessions.ts';
import { type OpenedUpload, openUpload, type ResumePoint } from './open-upload.ts';
import type { ProgressJournal } from './results/progress-journal.ts';
import type { ResultsStore } from './results/results-store.ts';

/** What an attempt is carried out with, as the process or a test has it. */
export interface Importer {
  s3: S3Client;
  database: DatabaseTarget;
  logger: Logger;
  /** Aborted when the importer is told to stop. */
  signal: AbortSignal;
  /** How long to wait for another attempt on the same key. */
  lockWaitSeconds: number;
  /** How many runs may load at once; default: any number. */
  maxConcurrentRuns?: number;
  /** The console's page of this attempt's log, for people; default: there is none. */
  log?: string | null;
  /** How long it waits for a slot before it leaves, and how long it stays away at least. Default: a task's. */
  patience?: Patience;
  /** How often this run has polled before; default: it cannot come back, so it stays until it has a slot. */
  polls?: number;
}

/** What every step of an attempt works with. */
export interface Run {
  readonly attempt: Attempt;
  /** With the schema that the search path has found. */
  definition: TableImport;
  readonly importer: Importer;
  readonly results: ResultsStore;
  readonly progress: ProgressJournal;
  readonly locks: LockWaits;
  readonly sessions: Sessions;
  /** What goes into columns that the file does not have. */
  values: readonly RowValue[];
  /** What a replace sets in rows that the file lacks; null: it deletes them. */
  marks: readonly RowValue[] | null;
}

/** Opens the run's upload. `resumeAt`: not from the first row, but from there. */
export async function openRun(
  { importer, attempt, definition, sessions, values }: Run,
  resumeAt?: ResumePoint,
): Promise<OpenedUpload & { repertoire: Repertoire | null }> {
  const { upload } = attempt;
  const opened = await openUpload(importer.s3, upload, definition, importer.signal, {
    values,
    ...(resumeAt === undefined ? {} : { resumeAt }),
  });
  return { ...opened, repertoire: sessions.repertoire };
}
