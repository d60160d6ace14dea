import { bigint, index, integer, pgSchema, text, timestamp, unique } from 'drizzle-orm/pg-core';

/** The importer's own schema in the target database. The application may read it. */
export const ledgerSchema = pgSchema('csv_import');

/** What has become of a run so far. `already-imported`: its bytes were in before, under another version. */
export const runStatuses = ['running', 'imported', 'already-imported', 'superseded', 'failed'] as const;
export type RunStatus = (typeof runStatuses)[number];

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
    /** Version id, or the ETag where the bucket keeps no versions. */
    version: text('version').notNull(),
    etag: text('etag').notNull(),
    size: bigint('size', { mode: 'number' }).notNull(),
    /** Padded, so that it compares as text; empty where unknown. */
    sequencer: text('sequencer').notNull(),
    status: text('status', { enum: runStatuses }).notNull(),
    /** How many times an importer was started for this run. */
    attempts: integer('attempts').notNull().default(0),
    lastAttempt: text('last_attempt').notNull(),
    executionArn: text('execution_arn').notNull(),
    /** Where the last attempt's report is, or will be, in the results bucket. */
    reportKey: text('report_key').notNull(),
    /** Of the last attempt, rewritten while it runs: `bytes_read / size` is how far it is. */
    bytesRead: count('bytes_read'),
    rowsRead: count('rows_read'),
    rowsInserted: count('rows_inserted'),
    rowsUpdated: count('rows_updated'),
    rowsUnchanged: count('rows_unchanged'),
    rowsDuplicate: count('rows_duplicate'),
    rowsDeleted: count('rows_deleted'),
    rowsRejected: count('rows_rejected'),
    /** Name and message of the last attempt's failure. */
    failure: text('failure'),
    failureMessage: text('failure_message'),
    firstStartedAt: instant('first_started_at').notNull().defaultNow(),
    startedAt: instant('started_at').notNull().defaultNow(),
    endedAt: instant('ended_at'),
  },
  (table) => [
    unique('runs_upload').on(table.import, table.bucket, table.key, table.version),
    index('runs_key').on(table.import, table.bucket, table.key, table.sequencer),
  ],
);
export type LedgerRun = typeof runs.$inferSelect;
