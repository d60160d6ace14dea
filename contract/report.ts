import { z } from 'zod';
import { compressions } from './definition/file-format.ts';
import { reportedFailureSchema } from './failures.ts';
import { uploadSchema } from './upload.ts';

/** How many rejects a report quotes; errors.csv has all of them. */
export const FIRST_REJECTS = 10;

/** Where an importer stopped reading: the row that was one too many. */
export const readToSchema = z.object({ line: z.number().int(), row: z.number().int() });
export type ReadTo = z.infer<typeof readToSchema>;

/** A rejected row, without its content: safe for logs, notifications and execution histories. */
export const rejectSummarySchema = z.object({
  /** Physical line of the file where the row begins, from 1. */
  line: z.number().int(),
  /** Number of the row, from 1 after the header. */
  row: z.number().int(),
  /** The header's name of the column at fault; null where it is the row as a whole. */
  column: z.string().nullable(),
  code: z.string(),
  reason: z.string(),
});
export type RejectSummary = z.infer<typeof rejectSummarySchema>;

/**
 * What became of the rows. Always: read = inserted + updated + unchanged + skipped + duplicates + rejected, and deleted
 * in mode `delete` (where the run imported anything). In mode `replace`, `deleted` counts rows of the table that the file
 * lacks.
 */
export const countsSchema = z.object({
  read: z.number().int(),
  inserted: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  /** Rows that the import leaves alone: keys that an insert finds, or an update or delete does not; older rows. */
  skipped: z.number().int().default(0),
  /** Rows whose key came again further down in the file: the last one won. */
  duplicates: z.number().int(),
  deleted: z.number().int(),
  rejected: z.number().int(),
  /** Rows of the file that hold no value and were skipped; not among those read. */
  emptyRows: z.number().int().default(0),
});
export type Counts = z.infer<typeof countsSchema>;

export const noCounts: Counts = {
  read: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  skipped: 0,
  duplicates: 0,
  deleted: 0,
  rejected: 0,
  emptyRows: 0,
};

/** How a run ended. */
export const outcomes = [
  'imported',
  'already-imported',
  'superseded',
  'dry-run',
  /** It was not the run's slotWait: the workflow waits and starts the importer again. */
  'queued',
  'failed',
] as const;

/** Where a run stands that waits for a slot; names and numbers only, for people who look at the execution. */
export const slotWaitSchema = z.object({
  /** What it waits for, in words. */
  reason: z.string(),
  /** Runs that load now, and runs that wait longer than this one. */
  running: z.number().int(),
  ahead: z.number().int(),
  /** How long this one has been waiting by now. */
  waitedSeconds: z.number().int().default(0),
  /** When to poll again: a guess from how long recent runs took. */
  waitSeconds: z.number().int(),
});
export type SlotWait = z.infer<typeof slotWaitSchema>;

/** Subject (ASCII, under 100 characters, as SNS demands) and text of a notification. */
export const noticeSchema = z.object({ subject: z.string(), text: z.string() });
export type Notice = z.infer<typeof noticeSchema>;

/** The JSON that says how one attempt of a run ended. It holds counts and keys, never cells. */
export const reportSchema = z.object({
  runId: z.string(),
  attempt: z.string(),
  import: z.string(),
  table: z.string(),
  upload: uploadSchema,
  executionArn: z.string(),
  outcome: z.enum(outcomes),
  /** The run that imported these bytes before (`already-imported`) or a later version of the key (`superseded`). */
  byRunId: z.string().nullable(),
  counts: countsSchema,
  /** How the bytes were read; null where the run ended before it knew. */
  file: z
    .object({
      encoding: z.string(),
      /** Why it was taken to be that; for people. */
      encodingEvidence: z.string(),
      delimiter: z.string(),
      /** Why it was taken to be that; for people. */
      delimiterEvidence: z.string(),
      /** Of the import's `file` options these, where they are not the default. */
      quote: z.string().optional(),
      escape: z.string().optional(),
      spaceAroundQuotes: z.string().optional(),
      newline: z.string().optional(),
      compression: z.enum(compressions),
      /** Columns of the file that no column of the table takes, ignored because the import allows it. */
      ignoredColumns: z.array(z.string()),
      /** Lines that were skipped: above the header, comments wherever they are, at the end. */
      skippedLines: z.number().int().default(0),
      commentLines: z.number().int().default(0),
      footerLines: z.number().int().default(0),
      /** What else was dropped; for people. */
      notes: z.array(z.string()).default([]),
      /** Of the object. */
      bytes: z.number().int(),
      /** Of the CSV file, as far as it was read where it is compressed. */
      uncompressedBytes: z.number().int(),
      /** The format of COPY in which its rows were loaded. */
      copyFormat: z.enum(['csv', 'binary']).default('csv'),
    })
    .nullable(),
  rejects: z
    .object({
      rowsKey: z.string(),
      errorsKey: z.string(),
      byCode: z.record(z.string(), z.number().int()),
      first: z.array(rejectSummarySchema).max(FIRST_REJECTS),
      /**
       * The lines that rows.csv has above the rows, and the names of the file's columns (empty: ignored); null: just a
       * header of one row, which has them.
       */
      above: z
        .object({ lines: z.number().int(), columns: z.array(z.string()) })
        .nullable()
        .default(null),
      /** How many rejected rows, the first, the two files have; null: all. */
      written: z.number().int().nullable().default(null),
      /** Set where the file was not read to its end, since more rows are rejected than are allowed and written. */
      readTo: readToSchema.nullable().default(null),
    })
    .nullable(),
  failure: reportedFailureSchema.nullable(),
  /** Set where the outcome is `queued`. */
  slotWait: slotWaitSchema.nullable().default(null),
  /** What the workflow tells people of a run that ended well; null where it failed or waits. */
  notice: noticeSchema.nullable().default(null),
  /** The console's page of the attempt's log; null outside AWS. */
  log: z.string().nullable().default(null),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  endedAt: z.string(),
  seconds: z.number(),
});
export type Report = z.infer<typeof reportSchema>;

/** What an attempt does; `waiting for …` says which session's lock is in the way. */
export const phaseSchema = z.union([
  z.enum(['starting', 'queued', 'checking', 'loading', 'merging', 'done']),
  z.templateLiteral(['waiting for ', z.string()]),
]);
export type Phase = z.infer<typeof phaseSchema>;

/** How far a running attempt has come; rewritten every few seconds. */
export const progressSchema = z.object({
  runId: z.string(),
  attempt: z.string(),
  phase: phaseSchema,
  rowsRead: z.number().int(),
  rowsRejected: z.number().int(),
  emptyRows: z.number().int().default(0),
  bytesRead: z.number().int(),
  bytesTotal: z.number().int(),
  startedAt: z.string(),
  updatedAt: z.string(),
});
export type Progress = z.infer<typeof progressSchema>;
