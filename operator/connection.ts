import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { stateNames } from '../contract/workflow-data.ts';
import { Ledger } from './ledger.ts';
import {
  LOCAL_DIRECTORY,
  type LocalStackDescription,
  localAwsConfig,
  localStackSchema,
} from './local-stack.ts';
import { OperatorError } from './operator-error.ts';

/** Step Functions and S3, in an account or in the local stack, and the import workflow's ARN there. */
export interface Connection {
  sfn: SFNClient;
  s3: S3Client;
  stateMachineArn: string;
  /** Where a local stack takes uploads; left out in an account, where it has to be found out. */
  localUploadBucket?: string;
  /** Where a local stack keeps its logs; left out in an account, where CloudWatch Logs has them. */
  localLogFolder?: string;
  /** The importer's ledger; left out where no connection to its database is configured. */
  ledger?: Ledger;
}

export interface ConnectionOptions {
  /** Talk to AWS (or to `AWS_ENDPOINT_URL…`) by the standard SDK configuration, not to the local stack. */
  aws?: boolean;
  stateMachine?: string;
}

/** Step Functions throttles an account's requests for histories: a long list has to be patient. */
const patient = { maxAttempts: 8 };

/**
 * Finds out where to talk to: the running local stack, or AWS where that is asked for.
 *
 * @throws OperatorError
 */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } = process.env;
  if (isLocal(options)) return connectLocal(readLocalStack(), options.stateMachine);
  const sfn = new SFNClient(patient);
  // An endpoint of one's own rarely has a host name for each bucket.
  const s3 = new S3Client({
    forcePathStyle: (AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL) !== undefined,
  });
  const stateMachineArn = options.stateMachine ?? (await findStateMachine(sfn));
  const ledgerUrl = process.env.LEDGER_DATABASE_URL;
  return { sfn, s3, stateMachineArn, ...(ledgerUrl ? { ledger: new Ledger(ledgerUrl) } : {}) };
}

/** A connection to a local stack. */
export function connectLocal(stack: LocalStackDescription, stateMachine?: string): Connection {
  return {
    sfn: new SFNClient({ ...localAwsConfig, endpoint: stack.endpoints.stepFunctions }),
    s3: new S3Client({ ...localAwsConfig, endpoint: stack.endpoints.s3, forcePathStyle: true }),
    stateMachineArn: stateMachine ?? stack.stateMachineArn,
    localUploadBucket: stack.uploadBucket,
    ledger: new Ledger(stack.databaseUrl),
    localLogFolder: stack.logFolder ?? join(LOCAL_DIRECTORY, 'logs'),
  };
}

/** Gives the connection to what is there now: a local stack may have gone, and come back at other ports. */
export function createConnector(options: ConnectionOptions): () => Promise<Connection> {
  let found: { of: string; connection: Promise<Connection> } | null = null;
  return async () => {
    const of = isLocal(options) ? JSON.stringify(readLocalStack()) : 'account';
    if (found?.of === of) return found.connection;
    const connection = connect(options);
    const attempt = { of, connection };
    found = attempt;
    // What could not be found is looked for again.
    connection.catch(() => {
      if (found === attempt) found = null;
    });
    return connection;
  };
}

/** Whether the local stack is meant. */
export function isLocal({ aws }: ConnectionOptions): boolean {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SFN } = process.env;
  return aws !== true && (AWS_ENDPOINT_URL_SFN ?? AWS_ENDPOINT_URL) === undefined;
}

/** Asked once for a connection: a state machine keeps its results bucket. */
const resultsBuckets = new WeakMap<Connection, Promise<string>>();

/** Of RunImporter, as far as it is looked at. */
interface RunTaskParameters {
  Overrides?: { ContainerOverrides?: { Environment?: { Name: string; Value?: unknown }[] }[] };
}

/**
 * The bucket of reports, progress and reject files: the one that the workflow tells the importer.
 *
 * @throws OperatorError where the state machine is not the import workflow
 */
export function findResultsBucket(connection: Connection): Promise<string> {
  const known = resultsBuckets.get(connection);
  if (known !== undefined) return known;
  const asked = requestResultsBucket(connection);
  resultsBuckets.set(connection, asked);
  asked.catch(() => resultsBuckets.delete(connection));
  return asked;
}

async function requestResultsBucket({ sfn, stateMachineArn }: Connection): Promise<string> {
  const { definition } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const { States } = JSON.parse(definition!) as {
    States: Record<string, { Parameters?: RunTaskParameters }>;
  };
  const [container] = States[stateNames.runImporter]?.Parameters?.Overrides?.ContainerOverrides ?? [];
  const bucket = container?.Environment?.find(({ Name }) => Name === 'RESULTS_BUCKET')?.Value;
  if (typeof bucket === 'string') return bucket;
  throw new OperatorError(
    `${stateMachineArn} is not the import workflow: it has no state ${stateNames.runImporter} that names the results bucket. Say which with --state-machine <arn>.`,
  );
}

/**
 * What the local stack that runs in this folder says of itself.
 *
 * @throws OperatorError where none is running
 */
export function readLocalStack(): LocalStackDescription {
  const file = join(LOCAL_DIRECTORY, 'stack.json');
  try {
    const stack = localStackSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    // Throws where the process is gone: a stack that was killed leaves its file behind.
    process.kill(stack.pid, 0);
    return stack;
  } catch {
    throw new OperatorError(
      `No local stack is running here (${file}). Start it with \`npm run local\`, or pass --aws to talk to your account.`,
    );
  }
}

async function findStateMachine(sfn: SFNClient): Promise<string> {
  const found: { name?: string | undefined; stateMachineArn?: string | undefined }[] = [];
  for await (const { stateMachines = [] } of paginateListStateMachines({ client: sfn }, {})) {
    found.push(...stateMachines);
  }
  if (found.length === 1) return found[0]!.stateMachineArn!;
  if (found.length === 0) {
    throw new OperatorError(
      `There is no state machine in region ${await sfn.config.region()} of this account. See that AWS_PROFILE and AWS_REGION are those of the stack, and that it is deployed.`,
    );
  }
  throw new OperatorError(
    `Say which state machine with --state-machine <arn>: there are ${found.length} (${found.map(({ name }) => name).join(', ')}).`,
  );
}
