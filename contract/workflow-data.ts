import { z } from 'zod';
import { reportedFailureSchema } from './failures.ts';
import { uploadSchema } from './upload.ts';

/**
 * What does not change while a run goes on, made by ValidateUpload of the event. It lies under `$.run`, and the states
 * hand it on whole: a new field has its place here alone.
 */
export const runSchema = z.object({
  import: z.string(),
  runId: z.string(),
  upload: uploadSchema,
  /** `s3://bucket/key` with control characters made visible: what notifications call the upload. */
  label: z.string(),
  dryRun: z.boolean(),
  /** The family of the task definition that imports it. */
  taskFamily: z.string().default(''),
  /** One attempt's time limit. */
  timeLimitSeconds: z.number().int().positive().default(14_400),
  /** Spot costs less and may be interrupted; after a failure ExplainFailure puts all further attempts on FARGATE. */
  capacityProvider: z.enum(['FARGATE', 'FARGATE_SPOT']).default('FARGATE'),
  /** Where the next attempt runs; `lambda` only where the stack has a function for small uploads. */
  runsOn: z.enum(['fargate', 'lambda']).default('fargate'),
});
export type Run = z.infer<typeof runSchema>;

/** The workflow's data after ValidateUpload. */
export const validatedUploadSchema = z.object({
  run: runSchema,
  /** Counts the starts of the importer in this round of the execution, from 1; ExplainFailure raises it. */
  attempt: z.number().int().positive(),
  /** Those of the starts that found no free slot. */
  polls: z.number().int().nonnegative().default(0),
});
export type ValidatedUpload = z.infer<typeof validatedUploadSchema>;

/** Where a person looks next; null where there is no such thing (yet). */
export const failureLinksSchema = z.object({
  execution: z.string().nullable(),
  log: z.string().nullable(),
  report: z.string().nullable(),
  rejectedRows: z.string().nullable(),
  rejectErrors: z.string().nullable(),
});

/** What has the problem in a failure; `none` after a deliberate stop, which is neither the file's nor the system's. */
export const blameSchema = z.enum(['file', 'system', 'none']);
export type Blame = z.infer<typeof blameSchema>;

/** A failure as ExplainFailure hands it to the states after it. */
export const explainedFailureSchema = reportedFailureSchema.extend({
  blame: blameSchema,
  /** Whether RetryOrGiveUp starts the importer once more: retryable, validated, and attempts left. */
  retry: z.boolean(),
  /** How long BackOff waits before that. */
  backOffSeconds: z.number().int(),
  /** `$$.Execution.RedriveCount` when the failure was explained: ImportFailed fails until it has grown. */
  redriveCount: z.number().int(),
  links: failureLinksSchema,
  /** The import for notification filters, which take no null: its name, or `none`. */
  importName: z.string(),
  /** Subject (ASCII, at most 100 characters, as SNS demands) and text of the notification. */
  subject: z.string(),
  text: z.string(),
});
export type ExplainedFailure = z.infer<typeof explainedFailureSchema>;

/** What is known of an upload that ValidateUpload has rejected. */
export const rejectedUploadSchema = z.object({
  import: z.string().nullable(),
  runId: z.null(),
  upload: z.null(),
  /** As in {@link runSchema}; `an unknown upload` where the event names none. */
  label: z.string(),
  dryRun: z.literal(false),
});

/** The workflow's data after ExplainFailure. */
export const failedRunSchema = z.object({
  run: z.union([runSchema, rejectedUploadSchema]),
  attempt: z.number().int().positive(),
  polls: z.number().int().nonnegative(),
  failure: explainedFailureSchema,
});
export type FailedRun = z.infer<typeof failedRunSchema>;

/** The names of the states. They are API: operators, alarms and this project's tools know them by name. */
export const stateNames = {
  validateUpload: 'ValidateUpload',
  chooseCompute: 'ChooseCompute',
  runSmallImport: 'RunSmallImport',
  runImporter: 'RunImporter',
  readReport: 'ReadReport',
  checkOutcome: 'CheckOutcome',
  requeue: 'Requeue',
  waitForSlot: 'WaitForSlot',
  notifySuccess: 'NotifySuccess',
  notifyWithoutReport: 'NotifyWithoutReport',
  importSucceeded: 'ImportSucceeded',
  uploadIgnored: 'UploadIgnored',
  explainFailure: 'ExplainFailure',
  retryOrGiveUp: 'RetryOrGiveUp',
  backOff: 'BackOff',
  notifyFailure: 'NotifyFailure',
  importFailed: 'ImportFailed',
} as const;

/**
 * The error by which ValidateUpload says that an object is no upload but a tool's marker or temporary file. No failure: the
 * execution ends well, nobody is notified, and the error is in its output.
 */
export const UPLOAD_IGNORED = 'UploadIgnored';

/** Those of the states that a workflow may lack: they are for small uploads. */
export const optionalStates: readonly string[] = [stateNames.chooseCompute, stateNames.runSmallImport];

/** The states that start the importer. */
export function startsImporter(state: string | null | undefined): boolean {
  return state === stateNames.runImporter || state === stateNames.runSmallImport;
}

/** The ATTEMPT of one start of the importer, as RunImporter formats it. */
export function attemptId(executionName: string, redriveCount: number, attempt: number): string {
  return `${executionName}.${redriveCount}.${attempt}`;
}
