import { and, eq } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import type { DatabaseRejectCode } from '../../contract/reject-codes.ts';
import type { Progress } from '../../contract/report.ts';
import type { Upload } from '../../contract/upload.ts';

/** The importer's own schema in the target database. The application may read it. */
export const ledgerSchema = pgSchema('csv_import');

/** What has become of a run so far. `queued`: an importer was started and has no free slot. `already-imported`: its bytes were in before, by another upload of them. */
export const runStatuses = [
  'queued',
  'running',
  'imported',
  'already-imported',
  'superseded',
  'failed',
] as const;
export type RunStatus = (typeof runStatuses)[number];

/** A run with one of these was the last word on its key at its time; the ledger never takes that back. */
export const endedWell = ['imported', 'already-imported'] satisfies RunStatus[];

/** What came with an upload beside its bytes, as text by column: parts of its key, and metadata. */
export type UploadValues = Readonly<Record<string, string | null>>;

const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** One row per run. `imported` is written in the transaction that writes the rows, never apart from it. */
export const runs = ledgerSchema.table(
  'runs',
  {
    runId: text('run_id').primaryKey(),
    import: text('import').notNull(),
    bucket: text('bucket').notNull(),
    key: text('key').notNull(),
    /** Version id; or the ETag where the bucket keeps no versions, and uploads of the same bytes share it. */
    version: text('version').notNull(),
    etag: text('etag').notNull(),
    size: bigint('size', { mode: 'number' }).notNull(),
    /** S3's, padded, so that it compares as text; empty where unknown. */
    sequencer: text('sequencer').notNull(),
    /** What came with the upload beside its bytes, by column; null: nothing that the import takes. */
    uploadValues: jsonb('upload_values').$type<UploadValues>(),
    status: text('status', { enum: runStatuses }).notNull(),
    /** How many times an importer was started for this run. */
    attempts: integer('attempts').notNull().default(0),
    lastAttempt: text('last_attempt').notNull(),
    /** The attempt that has the lock of the key and loads; a batch of any other attempt does not commit. */
    loadingAttempt: text('loading_attempt'),
    /**
     * The run's place among those of its key in the order in which they wrote to the table: the greatest has written
     * last. Assigned under the key's lock; null: it has never written. A run in batches has its place before its first
     * batch commits.
     */
    wrote: bigint('wrote', { mode: 'number' }),
    executionArn: text('execution_arn').notNull(),
    /** Where the last attempt's report is, or will be, in the results bucket. */
    reportKey: text('report_key').notNull(),
    /** Of the last attempt, rewritten while it runs: `bytes_read / size` is how far it is. */
    bytesRead: count('bytes_read'),
    rowsRead: count('rows_read'),
    rowsInserted: count('rows_inserted'),
    rowsUpdated: count('rows_updated'),
    rowsUnchanged: count('rows_unchanged'),
    rowsSkipped: count('rows_skipped'),
    rowsDuplicate: count('rows_duplicate'),
    rowsDeleted: count('rows_deleted'),
    rowsRejected: count('rows_rejected'),
    /** Skipped, and not among those read. */
    rowsEmpty: count('rows_empty'),
    /** What the last attempt is doing; null where it has ended, or an older importer ran it. */
    phase: text('phase').$type<Progress['phase']>(),
    /** When an attempt was last heard of, which is every two seconds while it runs. Later than that, it was killed. */
    updatedAt: instant('updated_at').notNull().defaultNow(),
    /** The last attempt's failure, as contract/failures.ts has it. */
    failure: text('failure'),
    failureMessage: text('failure_message'),
    failureBlame: text('failure_blame', { enum: ['file', 'system'] }),
    failureRetryable: boolean('failure_retryable'),
    failureAdvice: text('failure_advice'),
    /** Where the last attempt's reject files are in the results bucket; null where it has none. */
    rejectErrorsKey: text('reject_errors_key'),
    rejectedRowsKey: text('rejected_rows_key'),
    firstStartedAt: instant('first_started_at').notNull().defaultNow(),
    startedAt: instant('started_at').notNull().defaultNow(),
    endedAt: instant('ended_at'),
  },
  (table) => [
    // How applications find the run of an upload.
    index('runs_version').on(table.import, table.bucket, table.key, table.version),
    // How long recent runs took is what a waiting run's guess is made from.
    index('runs_ended').on(table.endedAt),
    index('runs_key').on(table.import, table.bucket, table.key, table.sequencer),
  ],
);
export type LedgerRun = typeof runs.$inferSelect;

/** The condition of all runs of one import and key. */
export function sameKeyAs(importName: string, { bucket, key }: Upload) {
  return and(eq(runs.import, importName), eq(runs.bucket, bucket), eq(runs.key, key));
}

/** One row per run that waits for a slot. A row of a run that died, or never came back, counts for nothing. */
export const waiting = ledgerSchema.table(
  'waiting',
  {
    runId: text('run_id').primaryKey(),
    import: text('import').notNull(),
    bucket: text('bucket').notNull(),
    key: text('key').notNull(),
    /** As in `runs`. */
    sequencer: text('sequencer').notNull(),
    /** When it polled for the first time: its place in the queue. */
    since: instant('since').notNull().defaultNow(),
    /**
     * When it polled last for a slot that it could have taken, which an importer that stays does twice a second;
     * `-infinity` while an earlier upload of its key comes first.
     */
    askedAt: instant('asked_at').notNull().defaultNow(),
    /** When it is expected to poll again; when it polled last, while an importer stays and polls. */
    returnsAt: instant('returns_at').notNull().defaultNow(),
    /** Whether its importer has left, to be started again; else one asks, or was killed. */
    away: boolean('away').notNull().default(false),
    /** Which attempt asked last: what another one ends as does not concern it. */
    attempt: text('attempt'),
  },
  (table) => [index('waiting_since').on(table.since)],
);

/** A row that only the database could tell to be wrong; never its content. */
export interface RefusedRow {
  row: number;
  code: DatabaseRejectCode;
  /** Names in the database of the columns at fault. */
  columns: string[];
  reason: string;
}

/** One row per committed batch, written in the transaction that writes the batch's rows. */
export const checkpoints = ledgerSchema.table(
  'checkpoints',
  {
    runId: text('run_id')
      .notNull()
      .references(() => runs.runId, { onDelete: 'cascade' }),
    /** Where in the file's text (UTF-8, uncompressed) the batch begins, and the first byte behind it. */
    startOffset: bigint('start_offset', { mode: 'number' }).notNull(),
    endOffset: bigint('end_offset', { mode: 'number' }).notNull(),
    /** The line at `end_offset`. */
    nextLine: bigint('next_line', { mode: 'number' }).notNull(),
    /** The batch's first row. */
    firstRow: bigint('first_row', { mode: 'number' }).notNull(),
    rowsRead: count('rows_read'),
    rowsInserted: count('rows_inserted'),
    rowsUpdated: count('rows_updated'),
    rowsUnchanged: count('rows_unchanged'),
    rowsSkipped: count('rows_skipped'),
    rowsDeleted: count('rows_deleted'),
    rowsDuplicate: count('rows_duplicate'),
    rowsRejected: count('rows_rejected'),
    rowsEmpty: count('rows_empty'),
    commentLines: count('comment_lines'),
    /** Those of the rejected rows that only the database could tell to be wrong. */
    refused: jsonb('refused').$type<RefusedRow[]>().notNull(),
    attempt: text('attempt').notNull(),
    committedAt: instant('committed_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.startOffset] })],
);
export type Checkpoint = typeof checkpoints.$inferSelect;
