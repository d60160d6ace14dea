import { z } from 'zod';
import { fileNames } from '../files/file-kinds.ts';

const measuredSchema = z.object({
  seconds: z.number(),
  processSeconds: z.number().nullable(),
  cpuSeconds: z.number().nullable(),
  peakBytes: z.number().nullable(),
});

/** What was measured of one contender, over all rounds. */
export const resultSchema = z.object({
  name: z.string(),
  title: z.string(),
  /** Whether it is our importer. */
  ours: z.boolean(),
  /** The contender that `ratio` is taken of. */
  against: z.string().nullable(),
  /** Rows and bytes that it loaded in each round. */
  rows: z.number().int(),
  bytes: z.number().int(),
  /** In the order in which they were measured; each was verified. */
  rounds: z.array(measuredSchema),
  /** Medians of the rounds. */
  median: measuredSchema,
  /** `median.seconds` for all rows of the file: where only a share of them was loaded, as many times as long. */
  secondsForAll: z.number(),
  /** `secondsForAll` divided by that of `against`; null where that was not measured. */
  ratio: z.number().nullable(),
  rowsPerSecond: z.number(),
  /** Of 1,000,000 bytes. */
  megabytesPerSecond: z.number(),
});
export type Result = z.infer<typeof resultSchema>;

/** What was promised, and what came of it. */
export const goalSchema = z.object({
  goal: z.string(),
  unit: z.enum(['×', 'MiB', 's per GB', 'MB/s']),
  atMost: z.number().nullable(),
  atLeast: z.number().nullable(),
  value: z.number(),
  met: z.boolean(),
});
export type Goal = z.infer<typeof goalSchema>;

/** One file, and everything that was measured with it in rounds. */
export const runSchema = z.object({
  file: z.object({
    name: z.enum(fileNames),
    rows: z.number().int(),
    columns: z.number().int(),
    bytes: z.number().int(),
  }),
  rounds: z.number().int(),
  /** The importer with a file of a few rows: what it takes to start, connect and end. */
  startUp: measuredSchema.nullable(),
  results: z.array(resultSchema),
  notMeasured: z.array(z.object({ name: z.string(), title: z.string(), reason: z.string() })),
  /** Contenders that failed or loaded something else than the file: there are no figures of them. */
  failed: z.array(z.object({ name: z.string(), title: z.string(), reason: z.string() })),
  goals: z.array(goalSchema),
});
export type Run = z.infer<typeof runSchema>;

/** What `--json` writes. */
export const resultsSchema = z.object({
  command: z.string(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  machine: z.object({
    cpu: z.string(),
    cores: z.number().int(),
    memoryGiB: z.number(),
    system: z.string(),
    node: z.string(),
    postgres: z.string(),
    /** Those of PostgreSQL's settings that the figures depend on. */
    settings: z.record(z.string(), z.string()),
  }),
  runs: z.array(runSchema),
});
export type Results = z.infer<typeof resultsSchema>;
