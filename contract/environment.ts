import { z } from 'zod';
import { uploadSchema } from './upload.ts';

/**
 * What RunImporter writes into the container's environment, once per attempt. Names are API: a container of
 * your own may be started by the same workflow.
 */
export const importerEnvironmentSchema = z.object({
  S3_BUCKET: z.string().min(1),
  S3_KEY: z.string().min(1),
  S3_VERSION_ID: z.string().default(''),
  S3_ETAG: z.string().min(1),
  S3_SIZE: z.coerce.number().int().nonnegative(),
  S3_SEQUENCER: z.string().default(''),
  IMPORT_NAME: z.string().min(1),
  RUN_ID: z.string().regex(/^[A-Za-z0-9-]+$/),
  /** `<execution name>.<redrive count>.<n>`: unique for each start of the importer. */
  ATTEMPT: z.string().regex(/^[^/\s]{1,200}$/),
  EXECUTION_ARN: z.string().default(''),
  RESULTS_BUCKET: z.string().min(1),
  DRY_RUN: z.enum(['true', 'false']).default('false'),
  /**
   * How often this run has polled for a slot already. Unset by whoever cannot wait and poll again, such as an
   * execution of an older definition: the importer then waits for a slot itself.
   */
  POLLS: z.coerce.number().int().nonnegative().optional(),
});

/** How many runs load at once, and whether an importer that has to wait may leave and come back. */
export const slotSettingsSchema = importerEnvironmentSchema.pick({ POLLS: true }).extend({
  /** For the runs of all imports together; set by the stack, unset: any number. */
  MAX_CONCURRENT_RUNS: z.coerce.number().int().positive().optional(),
});

/** Where the importer runs, for its metrics and for links; said by the task definition and by ECS. */
export const placeSchema = z.object({
  STACK_NAME: z.string().default('none'),
  /** Set by ECS alone: answers with the task, the container and its log. */
  ECS_CONTAINER_METADATA_URI_V4: z.string().default(''),
});

/** Where the database is: a URL, or an RDS secret handed over by ECS, with what the secret lacks beside it. */
export const databaseEnvironmentSchema = z
  .object({
    /** As libpq reads it; docs/deploy.md has its parameters. */
    DATABASE_URL: z.string().optional(),
    DATABASE_SECRET: z.string().optional(),
    /** Before the secret's host, port and dbname: a login that somebody made by hand has none of them. */
    DATABASE_HOST: z.string().min(1).optional(),
    DATABASE_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
    DATABASE_NAME: z.string().min(1).optional(),
    /** `verify` (default for a secret): TLS, checked against the RDS certificate bundle. */
    DATABASE_TLS: z.enum(['verify', 'off']).optional(),
    /** A PEM file of certificate authorities that `verify` trusts beside those of the bundle. */
    DATABASE_CA_FILE: z.string().min(1).optional(),
  })
  .refine((env) => env.DATABASE_URL !== undefined || env.DATABASE_SECRET !== undefined, {
    error: 'set DATABASE_URL, or DATABASE_SECRET to the JSON of an RDS secret',
  });

/** Where the database is for the function for small uploads, which reads no secret: it logs in by an IAM token of RDS. */
export const iamDatabaseSchema = z.object({
  DATABASE_HOST: z.string().min(1),
  DATABASE_PORT: z.coerce.number().int().min(1).max(65_535).default(5432),
  DATABASE_NAME: z.string().min(1).default('postgres'),
  DATABASE_IAM_USER: z.string().min(1),
  DATABASE_CA_FILE: z.string().min(1).optional(),
});

/** The JSON inside an RDS secret, after what the environment says instead. */
export const databaseSecretSchema = z.object({
  host: z.string(),
  port: z.coerce.number().int().default(5432),
  username: z.string(),
  password: z.string(),
  dbname: z.string().default('postgres'),
});

/** One attempt, as the importer understands it. */
export const attemptSchema = importerEnvironmentSchema.transform((env) => ({
  importName: env.IMPORT_NAME,
  runId: env.RUN_ID,
  attempt: env.ATTEMPT,
  executionArn: env.EXECUTION_ARN,
  resultsBucket: env.RESULTS_BUCKET,
  dryRun: env.DRY_RUN === 'true',
  upload: uploadSchema.parse({
    bucket: env.S3_BUCKET,
    key: env.S3_KEY,
    versionId: env.S3_VERSION_ID,
    etag: env.S3_ETAG,
    size: env.S3_SIZE,
    sequencer: env.S3_SEQUENCER,
  }),
}));
export type Attempt = z.infer<typeof attemptSchema>;
