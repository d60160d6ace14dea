import type { Logger } from '@aws-lambda-powertools/logger';
import type { S3Client } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import type { TableImport } from '../contract/definition/define-import.ts';
import { type Attempt, attemptSchema, placeSchema, slotSettingsSchema } from '../contract/environment.ts';
import { asFailure, ImportFailure } from '../contract/failures.ts';
import type { Report } from '../contract/report.ts';
import { describeUpload } from '../contract/upload.ts';
import { loadImports } from '../imports/index.ts';
import { countAttempt } from './count-attempt.ts';
import { importUpload } from './import-upload.ts';
import { databaseTarget } from './load/connect.ts';
import { logFailure } from './log-failure.ts';
import { composeEarlyFailure } from './results/compose-report.ts';
import { ResultsStore } from './results/results-store.ts';
import type { Importer } from './run.ts';

/** Another attempt on the same key may be an orphan that is about to finish; past this the workflow waits instead. */
const LOCK_WAIT_SECONDS = 600;

/** What carries the importer: a task's process or a function. */
export interface Carrier extends Pick<Importer, 'signal' | 'log' | 'patience'> {
  /** The variables of {@link attemptSchema}, and where the database is. */
  environment: NodeJS.ProcessEnv;
}

/** One attempt from its environment to its report, logged and counted, whatever carries the importer. */
export class AttemptRunner {
  readonly #s3: S3Client;
  readonly #logger: Logger;
  readonly #stack: string;
  #attempt: Attempt | null = null;

  constructor(s3: S3Client, logger: Logger) {
    this.#s3 = s3;
    this.#logger = logger;
    this.#stack = placeSchema.parse(process.env).STACK_NAME;
  }

  /**
   * Carries out the attempt that the environment describes.
   *
   * @throws what {@link fail} takes, where the attempt ended outside of the import itself
   */
  async run({ environment, ...carrier }: Carrier): Promise<Report> {
    const attempt = parse(attemptSchema, environment);
    this.#attempt = attempt;
    this.#logger.appendKeys({
      import: attempt.importName,
      runId: attempt.runId,
      attempt: attempt.attempt,
      upload: describeUpload(attempt.upload),
      executionArn: attempt.executionArn,
    });
    this.#logger.info('started', { size: attempt.upload.size, dryRun: attempt.dryRun });
    const definition = await findDefinition(attempt.importName);
    const report = await importUpload(attempt, definition, {
      s3: this.#s3,
      database: databaseTarget(environment),
      logger: this.#logger,
      lockWaitSeconds: LOCK_WAIT_SECONDS,
      ...carrier,
      ...readSlotSettings(environment),
    });
    const { outcome, counts, seconds } = report;
    this.#logger.info(outcome, { outcome, counts, seconds });
    countAttempt(this.#stack, report);
    return report;
  }

  /** Logs and reports what ended the attempt outside of the import itself. */
  async fail(error: unknown): Promise<ImportFailure> {
    const failure = asFailure(error);
    logFailure(this.#logger, failure);
    if (this.#attempt !== null) {
      const report = composeEarlyFailure(this.#attempt, failure);
      countAttempt(this.#stack, report);
      await new ResultsStore(this.#s3, this.#attempt.resultsBucket)
        .writeReport(report)
        .catch((unwritten: unknown) => logFailure(this.#logger, asFailure(unwritten)));
    }
    return failure;
  }
}

function parse<S extends z.ZodType>(schema: S, environment: NodeJS.ProcessEnv): z.output<S> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ImportFailure(
    'UnexpectedError',
    `The importer's environment is not as agreed: ${problems.join('; ')}.`,
  );
}

function readSlotSettings(environment: NodeJS.ProcessEnv): Pick<Importer, 'maxConcurrentRuns' | 'polls'> {
  const { MAX_CONCURRENT_RUNS: maxConcurrentRuns, POLLS: polls } = parse(slotSettingsSchema, environment);
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
