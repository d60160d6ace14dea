import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import type { TableImport } from '../contract/definition/define-import.ts';
import { type Attempt, attemptSchema, placeSchema, slotSettingsSchema } from '../contract/environment.ts';
import { asFailure, exitCodes, failureKind, ImportFailure } from '../contract/failures.ts';
import { describeUpload } from '../contract/upload.ts';
import { visibleInLogs } from '../contract/visible-text.ts';
import { loadImports } from '../imports/index.ts';
import { countAttempt } from './count-attempt.ts';
import { findLog } from './find-log.ts';
import { importUpload } from './import-upload.ts';
import { databaseTarget } from './load/connect.ts';
import { logFailure } from './log-failure.ts';
import { composeEarlyFailure } from './results/compose-report.ts';
import { ResultsStore } from './results/results-store.ts';
import type { Importer } from './run.ts';

/** ECS sends SIGKILL after stopTimeout; whatever still hangs ten seconds after SIGTERM is left behind. */
const STOP_WITHIN_MS = 9_000;
/** Another attempt on the same key may be an orphan that is about to finish; past this the workflow waits instead. */
const LOCK_WAIT_SECONDS = 600;

const logger = new Logger({ serviceName: 'importer', jsonReplacerFn: visibleInLogs });
const stop = new AbortController();
process.on('SIGTERM', () => {
  logger.warn('SIGTERM: stopping');
  stop.abort();
  setTimeout(() => process.exit(exitCodes.stopped), STOP_WITHIN_MS).unref();
});

// A log that nobody takes any more is no reason to fail, least of all to tell that failure to the same log, and so on.
for (const log of [process.stdout, process.stderr]) log.on('error', () => {});

// A library's timer or stream may throw at nobody: that, too, must end with a report and an exit code of the list.
process.on('uncaughtException', (error) => {
  void fail(error).then((code) => process.exit(code));
});

const place = placeSchema.parse(process.env);
let attempt: Attempt | undefined;
const s3 = new S3Client({ maxAttempts: 5 });
process.exitCode = await main();

/** Carries out the attempt that the environment describes; resolves to the exit code. */
async function main(): Promise<number> {
  try {
    attempt = parseEnvironment(attemptSchema);
    logger.appendKeys({
      import: attempt.importName,
      runId: attempt.runId,
      attempt: attempt.attempt,
      upload: describeUpload(attempt.upload),
      executionArn: attempt.executionArn,
    });
    logger.info('started', { size: attempt.upload.size, dryRun: attempt.dryRun });
    const definition = await findDefinition(attempt.importName);
    const report = await importUpload(attempt, definition, {
      s3,
      database: databaseTarget(process.env),
      logger,
      signal: stop.signal,
      lockWaitSeconds: LOCK_WAIT_SECONDS,
      log: await findLog(place.ECS_CONTAINER_METADATA_URI_V4),
      ...readSlotSettings(),
    });
    const { outcome, counts, seconds, failure } = report;
    logger.info(outcome, { outcome, counts, seconds });
    countAttempt(place.STACK_NAME, report);
    return failure === null ? exitCodes.done : (failureKind(failure.name).exitCode ?? exitCodes.ours);
  } catch (error) {
    return fail(error);
  }
}

/** Logs and reports what ended the attempt outside of the import itself; resolves to the exit code. */
async function fail(error: unknown): Promise<number> {
  const failure = asFailure(error);
  logFailure(logger, failure);
  if (attempt !== undefined) {
    const report = composeEarlyFailure(attempt, failure);
    countAttempt(place.STACK_NAME, report);
    await new ResultsStore(s3, attempt.resultsBucket)
      .writeReport(report)
      .catch((unwritten: unknown) => logFailure(logger, asFailure(unwritten)));
  }
  return failure.exitCode;
}

function parseEnvironment<S extends z.ZodType>(schema: S): z.output<S> {
  const environment = schema.safeParse(process.env);
  if (environment.success) return environment.data;
  const problems = environment.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ImportFailure(
    'UnexpectedError',
    `The importer's environment is not as agreed: ${problems.join('; ')}.`,
  );
}

function readSlotSettings(): Pick<Importer, 'maxConcurrentRuns' | 'polls'> {
  const { MAX_CONCURRENT_RUNS: maxConcurrentRuns, POLLS: polls } = parseEnvironment(slotSettingsSchema);
  return {
    ...(maxConcurrentRuns === undefined ? {} : { maxConcurrentRuns }),
    ...(polls === undefined ? {} : { polls }),
  };
}

async function findDefinition(name: string): Promise<TableImport> {
  const definition = (await loadImports()).find((each) => each.name === name);
  if (definition?.kind === 'container') {
    throw new ImportFailure(
      'DefinitionInvalid',
      `Import "${name}" brings a container of its own, but this is the project's importer: they were deployed at different times. Deploy again.`,
    );
  }
  if (definition !== undefined) return definition;
  throw new ImportFailure(
    'DefinitionInvalid',
    `This importer has no import "${name}": its image is older or newer than the workflow.`,
  );
}
