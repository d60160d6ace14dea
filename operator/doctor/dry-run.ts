import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import {
  describeTable,
  type ImportDefinition,
  isSource,
  type TableImport,
} from '../../contract/definition/define-import.ts';
import { visibleLine } from '../../contract/visible-text.ts';
import type { Connection } from '../connection.ts';
import { explainError } from '../explain-error.ts';
import { type Execution, readExecution } from '../read-execution.ts';
import { describeAddress, type ObjectAddress } from '../results.ts';
import { describeSeconds } from '../time-text.ts';
import { findStartedExecution, type Uploaded, uploadFile } from '../upload-file.ts';
import { errorFinding, type Finding, failed, ok, unknown } from './finding.ts';
import { headerFile } from './header-file.ts';

/** Files of the doctor's begin so: docs/deploy.md allows operators to write and delete no others. */
const FILE_NAME = 'ops-doctor-';
/** Each polls its execution every two seconds, so all of them send five requests a second to Step Functions. */
const AT_ONCE = 10;

/** How long to wait, in milliseconds. */
export interface Timeouts {
  /** For an execution to be started. */
  eventMs: number;
  /** For its end. */
  endMs: number;
  /** Between two requests. */
  pollMs: number;
}

const defaultTimeouts: Timeouts = {
  // EventBridge takes seconds; what has not come by then does not come.
  eventMs: 90_000,
  // Four attempts of a task that takes a minute to start, with the waits between them (handlers/back-off.ts).
  endMs: 15 * 60_000,
  pollMs: 2_000,
};

/**
 * Tests imports with dry runs, several at once: uploads a file of only the header line, and reports the outcome as a
 * finding. This checks secret, database, table and the importer's permissions from where the importer runs, and commits
 * no row. The uploaded files are deleted.
 */
export async function* dryRunImports(
  connection: Connection,
  imports: readonly ImportDefinition[],
  bucket: string,
  timeouts: Timeouts = defaultTimeouts,
): AsyncGenerator<Finding> {
  for (let from = 0; from < imports.length; from += AT_ONCE) {
    const some = imports.slice(from, from + AT_ONCE);
    yield* await Promise.all(some.map((definition) => dryRun(connection, definition, bucket, timeouts)));
  }
}

async function dryRun(
  connection: Connection,
  definition: ImportDefinition,
  bucket: string,
  timeouts: Timeouts,
): Promise<Finding> {
  const what = `import ${definition.name}`;
  if (definition.kind === 'container') {
    return unknown(
      what,
      'A container of one’s own need not know dry runs, so it was not tried.',
      'Upload a small file, and see what `npm run ops -- show <file name>` says of it.',
    );
  }
  if (definition.keyPattern !== null || definition.values.some(isRequiredMetadata)) {
    return unknown(
      what,
      'Its rows take values from the key or the metadata of an upload, so it was not tried.',
      'Upload a small file with the metadata `dry-run` = `true`, and see what `npm run ops -- show <file name>` says.',
    );
  }
  const header = headerFile(definition);
  if (header === null) {
    return unknown(
      what,
      'No file of its header alone can be written here, so it was not tried.',
      'Upload a small file with the metadata `dry-run` = `true`, and see what `npm run ops -- show <file name>` says.',
    );
  }
  const key = `${definition.prefix}${FILE_NAME}${randomUUID().slice(0, 8)}${definition.file.extensions[0]}`;
  const since = new Date();
  try {
    const uploaded = await uploadFile(connection.s3, { bucket, key }, Readable.from(header), {
      dryRun: true,
    });
    const finding = await follow(connection, definition, uploaded, since, timeouts).catch((error: unknown) =>
      errorFinding('unknown', what, error, 'It could not be followed.'),
    );
    const left = await remove(connection, uploaded);
    return left === null ? finding : { ...finding, found: `${finding.found} ${left}` };
  } catch (error) {
    return errorFinding('unknown', what, error, 'It could not be tried.');
  }
}

function isRequiredMetadata({ value }: TableImport['values'][number]): boolean {
  return isSource(value) && value.from === 'metadata' && value.default === undefined;
}

async function follow(
  connection: Connection,
  definition: TableImport,
  uploaded: Uploaded,
  since: Date,
  { eventMs, endMs, pollMs }: Timeouts,
): Promise<Finding> {
  const what = `import ${definition.name}`;
  const arn = await findStartedExecution(connection, uploaded, since, { ms: eventMs, pollMs });
  if (arn === null) {
    return failed(
      what,
      `The upload of ${describeAddress(uploaded)} has started no execution within ${eventMs / 1000} s.`,
      'See what is said above of the rule and of the upload bucket; the dead-letter queue may hold the event (docs/runbook.md).',
    );
  }
  const execution = await end(connection, arn, { endMs, pollMs });
  if (execution !== null) return describe(definition, execution);
  const name = arn.split(':').at(-1)!;
  return unknown(
    what,
    `The dry run has not ended within ${endMs / 60_000} minutes.`,
    `\`npm run ops -- show ${name}\` says what it waits for.`,
  );
}

async function end(
  connection: Connection,
  executionArn: string,
  { endMs, pollMs }: Pick<Timeouts, 'endMs' | 'pollMs'>,
): Promise<Execution | null> {
  const giveUpAt = Date.now() + endMs;
  while (Date.now() < giveUpAt) {
    const { status } = await connection.sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return readExecution(connection, executionArn);
    await sleep(pollMs);
  }
  return null;
}

const DEPLOYED_OTHERWISE =
  'What is deployed is not what imports/ says: deploy, or check out the version that is deployed.';

/** What to do, where a dry run of a header line can say it more exactly than the failure's own advice. */
const remedies: Readonly<Record<string, string>> = {
  TaskNotStarted:
    'Put right what ECS says: an image that cannot be pulled (deploy again), a secret that is gone or that the task’s execution role may not read, subnets without a way out.',
  DatabaseUnavailable:
    'See that the database is up, that its security group lets the importer in, and that the secret has its address, user and password.',
  DatabaseMisconfigured:
    'Correct the database’s address as it says: docs/deploy.md, “Poolers” and “DATABASE_URL”.',
  TargetTableMismatch:
    'Create or alter the table as it says; or correct the definition in imports/, and deploy.',
  AccessDenied:
    'Give the importer what it names: docs/importer-user.sql for the database; for AWS, deploy again.',
  RunTimedOut: 'See in docs/runbook.md what keeps the importer.',
  UploadOutsidePrefix: DEPLOYED_OTHERWISE,
  UnsupportedExtension: DEPLOYED_OTHERWISE,
  HeaderInvalid: DEPLOYED_OTHERWISE,
  DefinitionInvalid: DEPLOYED_OTHERWISE,
};

function describe(definition: TableImport, { name, failure, seconds }: Execution): Finding {
  const what = `import ${definition.name}`;
  if (failure === null) {
    return ok(
      what,
      `A dry run succeeded in ${describeSeconds(seconds)}: importer, secret and database work, table ${describeTable(definition)} fits.`,
    );
  }
  return failed(
    what,
    `A dry run failed with ${failure.name}: ${visibleLine(failure.message)}`.trim(),
    remedies[failure.name] ?? `\`npm run ops -- show ${name}\` says what to do.`,
  );
}

/** Deletes what was uploaded; says what is left where that may not be. */
async function remove({ s3 }: Connection, uploaded: ObjectAddress): Promise<string | null> {
  try {
    await s3.send(new DeleteObjectCommand({ Bucket: uploaded.bucket, Key: uploaded.key }));
    return null;
  } catch (error) {
    return `${describeAddress(uploaded)} is left: ${explainError(error).found}`;
  }
}
