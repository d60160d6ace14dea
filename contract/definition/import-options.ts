import { PgTable } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import {
  type ColumnOptionsOf,
  type ColumnRules,
  columnOptionsSchema,
  columnRulesSchema,
} from './column-options.ts';
import { type FileOptions, fileOptionsSchema } from './file-options.ts';
import { type Constant, markSchema, type ValueOption, type ValueSource, valueSchema } from './values.ts';

export type * from './column-options.ts';
export * from './file-format.ts';
export type * from './file-options.ts';
export * from './values.ts';

/** How a file is committed in parts. */
export interface BatchCommit {
  /** Rows per batch; a batch also ends at 4 MiB, so that a lane holds no more in memory. */
  batchRows: number;
  /** Connections that load batches at the same time, 1 to 16. Default: 1. */
  lanes?: number;
  /**
   * Whether the whole file is checked before the first batch commits, so that a file over its reject limit leaves
   * nothing behind. `false` reads it only once; then the rows that are fine stay in. Default: true.
   */
  checkFirst?: boolean;
}

/** How many rejected rows still let the others in, and how many of them are written down. */
export type RejectOptions = ({ maxRows?: number } | { maxPercent: number }) & {
  /**
   * The most rows that errors.csv and rows.csv have. With more than these, a file that has more than are allowed is not
   * read to its end. Default: 100,000.
   */
  maxWritten?: number;
};

/** What becomes of rows, and of those that the table has. */
export type ImportMode = (typeof modes)[number];
const modes = ['append', 'insert', 'update', 'upsert', 'replace', 'delete'] as const;

type ColumnProperty<T extends PgTable> = keyof T['_']['columns'] & string;

/**
 * A row as a row rule sees it: the columns that the file has, by their properties, transformed, as COPY gets them;
 * NULL is null.
 */
export type RuledRow<P extends string = string> = Readonly<Partial<Record<P, string | null>>>;

/** What a user writes in `imports/<name>.ts`. Columns are named by their property in the Drizzle table. */
export interface ImportOptions<T extends PgTable = PgTable> {
  /** Lower-case letters, digits and hyphens; at most 40 characters. */
  name: string;
  /** Uploads whose keys begin with this are imported; ends with a slash. */
  prefix: string;
  table: T;
  /** What its files look like. */
  file?: FileOptions;
  /**
   * `append` inserts every row; `upsert` inserts new keys and updates what changed; `insert` leaves rows alone whose key
   * is there, `update` changes only these; `delete` deletes the rows whose keys the file lists; `replace` makes the
   * table equal to the file.
   */
  mode: ImportMode;
  /**
   * A text: what keys look like below the prefix, such as `{tenant}/{year}-{month}/*.csv`; its parts are values. A list:
   * as `keyColumns`.
   */
  key?: string | readonly ColumnProperty<T>[];
  /** The columns that identify a row, needed by `upsert`. Default: the table's primary key. */
  keyColumns?: readonly ColumnProperty<T>[];
  /** What goes into columns that the file does not have, by column. */
  values?: { [P in ColumnProperty<T>]?: ValueOption };
  /** Columns with a value that say whose rows an upload may change or delete. Default: all rows are. */
  scope?: readonly ColumnProperty<T>[];
  /** What becomes of rows of `update` and `delete` whose key the table lacks. Default: `reject` for `update`, else `skip`. */
  unknownKeys?: 'reject' | 'skip';
  /** A column, such as `updatedAt`: a row of the file that is older than the table's leaves that alone. */
  newerBy?: ColumnProperty<T>;
  /** What `replace` sets in rows that the file lacks, instead of deleting them. */
  missing?: { set: { [P in ColumnProperty<T>]?: Constant | ValueSource } };
  /**
   * Settings of PostgreSQL, such as `app.tenant_id`, that get the value of a column in each transaction that loads: for
   * row-level security.
   */
  setConfig?: Readonly<Record<string, ColumnProperty<T>>>;
  columns?: { [P in ColumnProperty<T>]?: ColumnOptionsOf<T['_']['columns'][P]> };
  rules?: { [P in ColumnProperty<T>]?: ColumnRules };
  /**
   * Looks at each row that is fine otherwise, and gives the reason to reject it, or null. It costs far more than the
   * rules of columns; the reason is shown in reports, so it should not hold values.
   */
  rowRule?: (row: RuledRow<ColumnProperty<T>>) => string | null;
  /** How many rejected rows still let the others in. Default: none, `{ maxRows: 0 }`. */
  rejects?: RejectOptions;
  /**
   * Which row of a key counts where a file has it more than once (`upsert`, `replace`): `last` lets the last one win,
   * `reject` refuses all but the first. Default: `last`.
   */
  duplicates?: 'last' | 'reject';
  /**
   * `file`: all of a file's accepted rows in one transaction, or none. Batches commit one by one, and an attempt
   * after a failure resumes behind the last one: for files of gigabytes. Default: `file`.
   */
  commit?: 'file' | BatchCommit;
  /** What to do with columns of the file that the table lacks. Default: `fail`. */
  unknownColumns?: 'fail' | 'ignore';
  /** How many runs of this import may load at once; more wait for a slot. Default: as many as the stack's limit. */
  maxConcurrentRuns?: number;
  /** One attempt's time limit. Default: the stack's, `limits.timeLimitMinutes`. */
  timeLimitMinutes?: number;
  /** How long one attempt waits, in all, for locks that other sessions hold on the table. Default: 10. */
  lockWaitMinutes?: number;
}

/** More than anybody corrects by hand; with a hundred columns at fault in each, errors.csv stays below 1 GB. */
const MAX_WRITTEN = 100_000;
const maxWritten = z
  .int({ error: 'use a whole number from 1 on' })
  .positive({ error: 'use a whole number from 1 on' })
  .default(MAX_WRITTEN);
/** Said by the union and by each of its parts: Zod asks either. */
const useRejects = {
  error: 'use { maxRows: 100 } or { maxPercent: 1 }; maxWritten: 5000 may stand beside either',
};

const keyColumns = z.array(z.string()).min(1, 'name at least one column, or leave it out');

/** Options of every import, whoever carries it out. */
export const commonOptions = {
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,39}$/,
      'use lower-case letters, digits and hyphens, at most 40, a letter first',
    ),
  prefix: z
    .string()
    .regex(
      /^[^/].*\/$/s,
      'write it without a slash at the start and with one at the end, such as "uploads/orders/"',
    ),
  timeLimitMinutes: z.number().int().min(1).max(10_080).optional(),
};

/** What {@link ImportOptions} must look like, with its defaults; the columns are checked against the table later. */
export const optionsSchema = z.strictObject({
  ...commonOptions,
  file: fileOptionsSchema.prefault({}),
  table: z.instanceof(PgTable, { error: 'pass a table made by pgTable() of drizzle-orm/pg-core' }),
  mode: z.enum(modes, { error: 'use "append", "insert", "update", "upsert", "replace" or "delete"' }),
  key: z
    .union([z.string(), keyColumns], {
      error: 'write what keys look like, such as "{tenant}/*.csv", or list columns',
    })
    .optional(),
  keyColumns: keyColumns.optional(),
  values: z.record(z.string(), valueSchema).optional(),
  scope: z.array(z.string()).min(1, 'name at least one column, or leave it out').optional(),
  unknownKeys: z.enum(['reject', 'skip'], { error: 'use "reject" or "skip"' }).optional(),
  newerBy: z.string().optional(),
  missing: z
    .strictObject(
      { set: z.record(z.string(), markSchema) },
      { error: 'use { set: { deletedAt: importedAt() } }, or leave it out' },
    )
    .optional(),
  setConfig: z.record(z.string(), z.string()).optional(),
  columns: z.record(z.string(), columnOptionsSchema).optional(),
  rules: z.record(z.string(), columnRulesSchema).optional(),
  rowRule: z
    .custom<(row: RuledRow) => string | null>((rule) => typeof rule === 'function', {
      error: 'pass a function that takes a row and returns a reason to reject it, or null',
    })
    .optional(),
  rejects: z
    .union(
      [
        z.strictObject({ maxRows: z.number().int().nonnegative().default(0), maxWritten }, useRejects),
        z.strictObject({ maxPercent: z.number().min(0).max(100), maxWritten }, useRejects),
      ],
      useRejects,
    )
    .default({ maxRows: 0, maxWritten: MAX_WRITTEN }),
  duplicates: z.enum(['last', 'reject'], { error: 'use "last" or "reject"' }).default('last'),
  commit: z
    .union(
      [
        z.literal('file'),
        z.strictObject({
          batchRows: z.number().int().positive(),
          lanes: z.number().int().min(1).max(16).default(1),
          checkFirst: z.boolean().default(true),
        }),
      ],
      { error: 'use "file", or { batchRows: 50_000, lanes: 4 } with 1 to 16 lanes' },
    )
    .default('file'),
  unknownColumns: z.enum(['fail', 'ignore']).default('fail'),
  maxConcurrentRuns: z.number().int().min(1).max(1000).optional(),
  lockWaitMinutes: z.number().min(0).max(10_080).default(10),
});
