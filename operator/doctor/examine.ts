import { GetBucketNotificationConfigurationCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { stateNames } from '../contract/workflow-data.ts';
import { type Connection, findResultsBucket } from './connection.ts';
import { listExecutions } from './list-executions.ts';
import { OperatorError } from './operator-error.ts';
import type { Execution } from './read-execution.ts';
import { parseSince } from './time-text.ts';

/** What one look at the system found. */
export interface Finding {
  what: string;
  /** `unknown` where it could not be looked at. */
  state: 'well' | 'ill' | 'unknown';
  found: string;
  /** What to do about it; null where it is well. */
  remedy: string | null;
}

/** How many executions of the last day are looked at: each that failed costs two requests. */
const LOOKED_AT = 50;

/**
 * Looks at the system as far as Step Functions and S3 tell of it. What cannot be asked becomes a finding, not an error.
 *
 * @param connecting the connection, which may fail: that is the first finding
 * @param uploadBucket null: the one of the newest execution's upload
 */
export async function examine(
  connecting: Promise<Connection>,
  uploadBucket: string | null,
): Promise<Finding[]> {
  let connection: Connection;
  try {
    connection = await connecting;
  } catch (error) {
    return [ill('connection', messageOf(error), remedyOf(error))];
  }
  const machine = await examineStateMachine(connection);
  if (machine.state === 'ill') return [machine];
  const recent = await recentExecutions(connection).catch((error: unknown) => error as Error);
  const bucket = uploadBucket ?? (recent instanceof Error ? null : (recent[0]?.upload?.bucket ?? null));
  return [
    machine,
    examineExecutions(recent),
    await examineResults(connection),
    await examineUploads(connection, bucket),
  ];
}

async function examineStateMachine({ sfn, stateMachineArn }: Connection): Promise<Finding> {
  try {
    const { status, definition } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const { States } = JSON.parse(definition!) as { States: object };
    const missing = Object.values(stateNames).filter((name) => !(name in States));
    if (missing.length > 0) {
      return ill(
        'state machine',
        `${stateMachineArn} has no states ${missing.join(', ')}.`,
        'It is another state machine (say which with --state-machine <arn>), or of another version than this: deploy, or check out the version that is deployed.',
      );
    }
    if (status === 'ACTIVE') return well('state machine', `${stateMachineArn} is ACTIVE.`);
    return ill(
      'state machine',
      `${stateMachineArn} is ${status}.`,
      'Somebody is removing it: deploy it again.',
    );
  } catch (error) {
    return ill('state machine', messageOf(error), remedyOf(error));
  }
}

async function recentExecutions(connection: Connection): Promise<Execution[]> {
  const executions: Execution[] = [];
  for await (const execution of listExecutions(connection)) {
    // The newest one at any rate: it tells of the upload bucket.
    if (executions.length > 0 && new Date(execution.startedAt) < parseSince('1d')) break;
    executions.push(execution);
    if (executions.length === LOOKED_AT) break;
  }
  return executions;
}

function examineExecutions(recent: Execution[] | Error): Finding {
  const what = 'executions';
  if (recent instanceof Error) return ill(what, messageOf(recent), remedyOf(recent));
  if (recent.length === 0) {
    return unknown(
      what,
      'There is none yet.',
      'Upload a file under the prefix of an import: an execution starts within seconds.',
    );
  }
  const failed = recent.filter(({ failure }) => failure?.blame === 'system');
  const lastDay = `the newest ${recent.length} of the last day`;
  if (failed.length === 0) return well(what, `The system is at fault for none of ${lastDay}.`);
  const names = [...new Set(failed.map(({ failure }) => failure!.name))].join(', ');
  return ill(
    what,
    `The system is at fault for ${failed.length} of ${lastDay}: ${names}.`,
    '`npm run ops -- list --blame system --since 1d` shows them and `show` says what to put right; then `npm run ops -- redrive --failed-since 1d`.',
  );
}

async function examineResults(connection: Connection): Promise<Finding> {
  const what = 'results bucket';
  try {
    const bucket = await findResultsBucket(connection);
    await connection.s3.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }));
    return well(what, `${bucket} can be read.`);
  } catch (error) {
    return ill(what, messageOf(error), remedyOf(error));
  }
}

async function examineUploads({ s3 }: Connection, bucket: string | null): Promise<Finding> {
  const what = 'upload bucket';
  if (bucket === null)
    return unknown(what, 'No execution tells which it is.', 'Name it with --bucket <name>.');
  try {
    const { EventBridgeConfiguration } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket: bucket }),
    );
    if (EventBridgeConfiguration !== undefined)
      return well(what, `${bucket} tells EventBridge of its objects.`);
    return ill(
      what,
      `${bucket} does not tell EventBridge of its objects, so that no upload starts an execution.`,
      'Switch it on, as docs/deploy.md says for a bucket of your own; then `npm run ops -- start <s3-uri>` for each upload that was missed.',
    );
  } catch (error) {
    if ((error as Error).name === 'NoSuchBucket')
      return ill(what, `There is no bucket ${bucket}.`, remedyOf(error));
    return unknown(
      what,
      `Whether ${bucket} tells EventBridge cannot be asked: ${messageOf(error)}`,
      remedyOf(error),
    );
  }
}

const well = (what: string, found: string): Finding => ({ what, state: 'well', found, remedy: null });
const ill = (what: string, found: string, remedy: string): Finding => ({ what, state: 'ill', found, remedy });
const unknown = (what: string, found: string, remedy: string): Finding => ({
  what,
  state: 'unknown',
  found,
  remedy,
});

function messageOf(error: unknown): string {
  const { name, message, code } = error as Error & { code?: string };
  return error instanceof OperatorError ? message : `${name}: ${message || code}`;
}

/** What to do about an error of the SDK, by its name. */
function remedyOf(error: unknown): string {
  const { name, code } = error as Error & { code?: string };
  if (error instanceof OperatorError) return 'As it says.';
  if (/Credential|ExpiredToken|InvalidClientToken|UnrecognizedClient|InvalidAccessKey|Signature/.test(name)) {
    return 'Sign in again (`aws sso login`, or new keys), and see that AWS_PROFILE names the right account.';
  }
  if (name === 'NotImplemented') return 'Nothing, on the local stack: its bucket tells of every object.';
  if (/AccessDenied|Forbidden/.test(name))
    return 'Ask for the permissions that docs/deploy.md lists for operators.';
  if (/DoesNotExist|NoSuchBucket|NotFound/.test(name)) {
    return 'See that AWS_PROFILE and AWS_REGION are those of the stack, and that it is deployed.';
  }
  if (/Region/.test(`${name} ${(error as Error).message}`))
    return 'Set AWS_REGION to the region of the stack.';
  if (code !== undefined)
    return 'See that this machine reaches the endpoint, and that AWS_ENDPOINT_URL_… is right where it is set.';
  return 'docs/runbook.md says what else to look at.';
}
