import { GetBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import type { ImportDefinition } from '../../contract/definition/define-import.ts';
import type { Connection } from '../connection.ts';
import { dryRunImports, type Timeouts } from './dry-run.ts';
import type { Target } from './find-target.ts';
import { errorFinding, type Finding, failed, ok, unknown } from './finding.ts';
import { examinePermissions } from './permissions.ts';
import { examineRules } from './rules.ts';
import { examineExecutions, examineResults, examineStateMachine, recentExecutions } from './workflow.ts';

export interface ExamineOptions {
  /** Those of this checkout; may fail, which is a finding. */
  imports: Promise<readonly ImportDefinition[]>;
  /** Null: the one that the rules name, or the newest execution's. */
  uploadBucket: string | null;
  /** Starts nothing: no dry runs, and no try at what changes something. */
  readOnly: boolean;
  /** With dry runs; default: as AWS needs it. */
  timeouts?: Timeouts;
  /** Called before the dry runs, which take minutes. */
  onDryRuns?: (imports: readonly ImportDefinition[]) => void;
}

/**
 * Checks the whole system, and yields each finding at once. What cannot be checked becomes a finding, not an error.
 *
 * @param connecting may fail: that is the first finding then, and the last
 */
export async function* examine(
  connecting: Promise<Target>,
  { imports, uploadBucket, readOnly, timeouts, onDryRuns }: ExamineOptions,
): AsyncGenerator<Finding> {
  const definitions = imports.catch((error: unknown) => error as Error);
  let target: Target;
  try {
    target = await connecting;
  } catch (error) {
    yield errorFinding('failed', 'connection', error);
    return;
  }
  const { connection, events } = target;
  const machine = await examineStateMachine(connection);
  yield machine;
  if (machine.state === 'failed') return;
  const recent = await recentExecutions(connection).catch((error: unknown) => error as Error);
  yield examineExecutions(recent);
  yield await examineResults(connection);

  const known = await definitions;
  if (known instanceof Error) yield failed('imports', known.message, 'Correct it as it says.');
  const rules = await examineRules(
    events,
    connection.stateMachineArn,
    known instanceof Error ? null : known,
    uploadBucket,
  );
  yield* rules.findings;
  const bucket = rules.bucket ?? (recent instanceof Error ? null : (recent[0]?.upload?.bucket ?? null));
  const uploads = await examineUploads(connection, bucket);
  yield uploads;
  yield await examinePermissions(connection, readOnly);

  if (known instanceof Error || known.length === 0) return;
  if (readOnly || bucket === null || uploads.state === 'failed') {
    yield untried(readOnly);
    return;
  }
  const matched = rules.matched ?? known;
  if (matched.some(({ kind }) => kind === 'table')) onDryRuns?.(matched);
  yield* dryRunImports(connection, matched, bucket, timeouts);
}

async function examineUploads({ s3 }: Connection, bucket: string | null): Promise<Finding> {
  const what = 'upload bucket';
  if (bucket === null) {
    return unknown(
      what,
      'Neither a rule nor an execution tells which it is.',
      'Name it with --bucket <name>.',
    );
  }
  try {
    const { EventBridgeConfiguration } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket: bucket }),
    );
    if (EventBridgeConfiguration !== undefined) {
      return ok(what, `${bucket} tells EventBridge of its objects.`);
    }
    return failed(
      what,
      `${bucket} does not tell EventBridge of its objects, so that no upload starts an execution.`,
      'Switch it on, as docs/deploy.md says for a bucket of your own; then `npm run ops -- start <s3-uri>` for each upload that was missed.',
    );
  } catch (error) {
    if ((error as Error).name === 'NoSuchBucket') return errorFinding('failed', what, error, `${bucket}:`);
    return errorFinding('unknown', what, error, `Whether ${bucket} tells EventBridge cannot be asked.`);
  }
}

function untried(readOnly: boolean): Finding {
  return unknown(
    'dry runs',
    'Only dry runs check secret, database, target tables and the importer’s permissions, and none was made.',
    readOnly
      ? 'Run it without --read-only.'
      : 'Correct the upload bucket as described above, and run it again.',
  );
}
