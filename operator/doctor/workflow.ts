import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { storageKeys } from '../../contract/storage-keys.ts';
import { optionalStates, stateNames } from '../../contract/workflow-data.ts';
import { type Connection, findResultsBucket } from '../connection.ts';
import { listExecutions } from '../list-executions.ts';
import type { Execution } from '../read-execution.ts';
import { parseSince } from '../time-text.ts';
import { errorFinding, type Finding, failed, ok, unknown } from './finding.ts';

/** How many executions of the last day are read: each failed one costs two requests. */
const RECENT = 50;

/** Whether the state machine is there, and of this version. */
export async function examineStateMachine({ sfn, stateMachineArn }: Connection): Promise<Finding> {
  const what = 'state machine';
  try {
    const { status, definition } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const { States } = JSON.parse(definition!) as { States: object };
    const missing = Object.values(stateNames).filter(
      (name) => !(name in States) && !optionalStates.includes(name),
    );
    if (missing.length > 0) {
      return failed(
        what,
        `${stateMachineArn} has no states ${missing.join(', ')}.`,
        'It is another state machine (say which with --state-machine <arn>), or of another version than this: deploy, or check out the version that is deployed.',
      );
    }
    if (status === 'ACTIVE') return ok(what, `${stateMachineArn} is ACTIVE.`);
    return failed(what, `${stateMachineArn} is ${status}.`, 'Somebody is removing it: deploy it again.');
  } catch (error) {
    return errorFinding('failed', what, error);
  }
}

/** The newest executions of the last day; the newest of all at any rate, since it tells of the upload bucket. */
export async function recentExecutions(connection: Connection): Promise<Execution[]> {
  const executions: Execution[] = [];
  for await (const execution of listExecutions(connection)) {
    if (executions.length > 0 && new Date(execution.startedAt) < parseSince('1d')) break;
    executions.push(execution);
    if (executions.length === RECENT) break;
  }
  return executions;
}

/** Whether the system caused a failure among {@link recentExecutions}. Nobody waits for the rows of a dry run. */
export function examineExecutions(recent: Execution[] | Error): Finding {
  const what = 'executions';
  if (recent instanceof Error) return errorFinding('failed', what, recent);
  if (recent.length === 0) {
    return unknown(
      what,
      'There is none yet.',
      'Upload a file under the prefix of an import: an execution starts within seconds.',
    );
  }
  const failures = recent.filter(({ failure, dryRun }) => failure?.blame === 'system' && !dryRun);
  const lastDay = `the newest ${recent.length} of the last day`;
  if (failures.length === 0) return ok(what, `None of ${lastDay} failed because of the system.`);
  const names = [...new Set(failures.map(({ failure }) => failure!.name))].join(', ');
  return failed(
    what,
    `${failures.length} of ${lastDay} failed because of the system: ${names}.`,
    '`npm run ops -- list --blame system --since 1d` shows them and `show` says what to put right; then `npm run ops -- redrive --failed-since 1d`.',
  );
}

/** Whether reports and reject files can be listed and read. */
export async function examineResults(connection: Connection): Promise<Finding> {
  const what = 'results bucket';
  try {
    const Bucket = await findResultsBucket(connection);
    await connection.s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }));
    await connection.s3
      .send(new GetObjectCommand({ Bucket, Key: storageKeys.progress('doctor', 'none') }))
      .catch((error: Error) => {
        // With permission to list and read, S3 reports a missing key; without permission to read, it denies access first.
        if (error.name !== 'NoSuchKey') throw error;
      });
    return ok(what, `${Bucket} can be read.`);
  } catch (error) {
    return errorFinding('failed', what, error);
  }
}
