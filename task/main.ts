import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import { placeSchema } from '../contract/environment.ts';
import { exitCodes, failureKind } from '../contract/failures.ts';
import { visibleInLogs } from '../contract/visible-text.ts';
import { AttemptRunner } from './attempt-runner.ts';
import { findLog } from './find-log.ts';

/** ECS sends SIGKILL after stopTimeout; whatever still hangs ten seconds after SIGTERM is left behind. */
const STOP_WITHIN_MS = 9_000;

const logger = new Logger({ serviceName: 'importer', jsonReplacerFn: visibleInLogs });
const stop = new AbortController();
process.on('SIGTERM', () => {
  logger.warn('SIGTERM: stopping');
  stop.abort(new DOMException('SIGTERM', 'AbortError'));
  setTimeout(() => process.exit(exitCodes.stopped), STOP_WITHIN_MS).unref();
});

// A log that nobody takes any more is no reason to fail, least of all to tell that failure to the same log, and so on.
for (const log of [process.stdout, process.stderr]) log.on('error', () => {});

const runner = new AttemptRunner(new S3Client({ maxAttempts: 5 }), logger);

// A library's timer or stream may throw at nobody: that, too, must end with a report and an exit code of the list.
process.on('uncaughtException', (error) => {
  void fail(error).then((code) => process.exit(code));
});

process.exitCode = await main();

/** Carries out the attempt that the environment describes; resolves to the exit code. */
async function main(): Promise<number> {
  try {
    const { failure } = await runner.run({
      environment: process.env,
      signal: stop.signal,
      log: await findLog(placeSchema.parse(process.env).ECS_CONTAINER_METADATA_URI_V4),
    });
    return failure === null ? exitCodes.done : (failureKind(failure.name).exitCode ?? exitCodes.ours);
  } catch (error) {
    return fail(error);
  }
}

async function fail(error: unknown): Promise<number> {
  return (await runner.fail(error)).exitCode;
}
