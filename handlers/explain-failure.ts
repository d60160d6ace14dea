import { z } from 'zod';
import { findImport } from '../contract/definition/define-import.ts';
import { failureKind } from '../contract/failures.ts';
import { readStoppedTask } from '../contract/stopped-task.ts';
import { describeUpload, uploadEventSchema } from '../contract/upload.ts';
import { attemptId, type FailedRun, validatedUploadSchema } from '../contract/workflow-data.ts';
import { loadImports } from '../imports/index.ts';
import { backOffSeconds } from './back-off.ts';
import { countFailure } from './count-failure.ts';
import {
  decideImporterFailure,
  decideSmallImportFailure,
  decideValidationFailure,
  type StateError,
} from './decide-failure.ts';
import { asEarlier, asToday } from './earlier-definitions.ts';
import { failureLinks } from './failure-links.ts';
import { describeFailure, failureNotice } from './failure-notice.ts';
import { findReport } from './find-report.ts';
import { lambda, logger } from './middleware.ts';
import { createS3Client } from './s3-client.ts';

// Once per execution environment, so that connections are kept between invocations.
const s3 = createS3Client();

/** Whatever comes in must come out explained: what does not fit is read as if it were missing. */
const inputSchema = z
  .object({
    state: z.unknown(),
    execution: z.object({
      id: z.string().catch(''),
      name: z.string().catch(''),
      redriveCount: z.number().int().catch(0),
      /** The event that the execution was started with. */
      input: z.unknown(),
    }),
  })
  .catch({ state: undefined, execution: { id: '', name: '', redriveCount: 0, input: undefined } });

const stateErrorSchema = z.object({
  error: z.object({ Error: z.string(), Cause: z.string().catch('') }),
});

const environmentSchema = z.object({
  STACK_NAME: z.string().default('none'),
  RESULTS_BUCKET: z.string().min(1),
  /** Starts of the importer in one round of an execution, the first included. */
  MAX_ATTEMPTS: z.coerce.number().int().positive().default(4),
  IMPORTER_CONTAINER: z.string().default('importer'),
  IMPORTER_LOG_GROUP: z.string().optional(),
});

/**
 * Says what failed, whose problem it is, what to do next, and whether the importer is to be started once more. Never
 * throws because of its input; it throws only when the function's environment is broken.
 */
export const handler = lambda(inputSchema, explainFailure);

async function explainFailure({ state, execution }: z.infer<typeof inputSchema>): Promise<FailedRun> {
  const environment = environmentSchema.parse(process.env);
  const error: StateError = stateErrorSchema.safeParse(state).data?.error ?? {
    Error: 'UnexpectedError',
    Cause: 'The workflow handed over no error.',
  };
  const validated = validatedUploadSchema.safeParse(asToday(state)).data;
  const { attempt, polls } = validated ?? { attempt: 1, polls: 0 };
  const run = validated?.run ?? null;
  const asked = run === null ? await guessUpload(execution.input) : { ...run, key: run.upload.key };
  const importName = asked.import ?? 'none';
  const about = { runId: run?.runId ?? 'none', executionArn: execution.id, upload: asked.label };
  logger.appendKeys({ import: importName, ...about });

  const task = run === null ? null : readStoppedTask(error.Cause, environment.IMPORTER_CONTAINER);
  const found =
    run === null
      ? null
      : await findReport(s3, environment.RESULTS_BUCKET, {
          runId: run.runId,
          // ECS's own word first: when this state itself is redriven, the count has grown since the attempt.
          attempt: task?.attempt ?? attemptId(execution.name, execution.redriveCount, attempt),
        });
  const report = found?.report ?? null;
  const decided =
    run === null
      ? decideValidationFailure(error)
      : run.runsOn === 'lambda'
        ? decideSmallImportFailure(error, report?.failure ?? null)
        : decideImporterFailure(error, { task, reported: report?.failure ?? null });

  const rejects = report?.rejects?.first ?? [];
  const rejected = report?.counts.rejected ?? 0;
  const unread = found?.report === null && failureKind(decided.name).leavesReport ? ` (${found.reason})` : '';
  const failure = {
    ...decided,
    message: describeFailure(`${decided.message}${unread}`, rejects, rejected),
  };
  const links = failureLinks({
    executionArn: execution.id,
    taskArn: task?.taskArn ?? null,
    functionLog: run?.runsOn === 'lambda' ? (report?.log ?? null) : null,
    resultsBucket: environment.RESULTS_BUCKET,
    reportKey: found?.report ? found.key : null,
    rowsKey: report?.rejects?.rowsKey ?? null,
    errorsKey: report?.rejects?.errorsKey ?? null,
    logGroup: environment.IMPORTER_LOG_GROUP ?? null,
    // Log streams begin with the family of the task definition.
    logStream: run?.taskFamily ? `${run.taskFamily}/${environment.IMPORTER_CONTAINER}` : null,
  });
  const notice = failureNotice({
    failure: { ...failure, message: describeFailure(`${decided.message}${unread}`, [], 0) },
    links,
    importName,
    label: asked.label,
    key: asked.key,
    runId: run?.runId ?? null,
    executionArn: execution.id,
    attempt,
    rejects,
    rejected,
  });
  // Starts that found no free slot are no failed attempts.
  const tried = attempt - polls;
  const retry = run !== null && failure.retryable && tried < environment.MAX_ATTEMPTS;
  logger.warn(`${failure.name}: ${failure.message}`, { failure: failure.name, attempt, retry });
  countFailure(failure, { stack: environment.STACK_NAME, import: importName, retry }, about);
  const next = {
    attempt: retry ? attempt + 1 : attempt,
    polls,
    failure: {
      ...failure,
      retry,
      backOffSeconds: retry ? backOffSeconds(tried) : 0,
      redriveCount: execution.redriveCount,
      links,
      importName,
      ...notice,
    },
  };
  // A function that came to its own end can do so again; one that was stopped or killed needs more than it has.
  const finished = report !== null && failure.name !== 'ImporterStopped';
  const handedOn: FailedRun['run'] =
    run === null
      ? { import: asked.import, runId: null, upload: null, label: asked.label, dryRun: false }
      : // Whatever ended it: the next attempt shall not be interrupted by Spot on top of that.
        { ...run, capacityProvider: 'FARGATE', runsOn: finished ? run.runsOn : 'fargate' };
  return { run: handedOn, ...next, ...asEarlier(handedOn, next.attempt, polls) };
}

/** What can be said of an upload that was refused: notifications should name the file and the import even so. */
async function guessUpload(
  event: unknown,
): Promise<{ import: string | null; label: string; key: string | null }> {
  const parsed = uploadEventSchema.safeParse(event);
  if (!parsed.success) return { import: null, label: 'an unknown upload', key: null };
  const { bucket, object } = parsed.data.detail;
  // A broken definition is likely what is being explained here.
  const definitions = await loadImports().catch(() => []);
  return {
    import: findImport(definitions, object.key)?.name ?? null,
    label: describeUpload({ bucket: bucket.name, key: object.key }),
    key: object.key,
  };
}
