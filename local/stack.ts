import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import postgres from 'postgres';
import { type LocalStackDescription, localAwsConfig } from '../contract/local-stack.ts';
import { type BusEvent, objectCreatedEvent, routeEvent, statusChangeEvent } from './events.ts';
import { createFunctions } from './functions.ts';
import { createNotifications, type Notification, type PublishRequest } from './notifications.ts';
import { removePostgres, startPostgres } from './postgres.ts';
import { type S3Server, startS3 } from './s3/server.ts';
import { findRunningStack, lockDirectory, removeStackFile, writeStackFile } from './stack-file.ts';
import { type Assembly, synthesise } from './synthesise.ts';
import { createMissingTables, planMissingTables } from './target-tables.ts';
import { TaskError } from './task-error.ts';
import { createTasks, type RunTaskRequest } from './tasks.ts';
import { type LocalTemplate, REGION, readTemplate } from './template.ts';
import { type StepFunctionsApi, startStepFunctionsApi } from './workflow/api.ts';
import { ApiError, Engine } from './workflow/engine.ts';
import type { Execution } from './workflow/execution.ts';

export { findRunningStack } from './stack-file.ts';

export interface LocalStackOptions {
  /** Where everything is kept. */
  directory: string;
  /** A PostgreSQL of the user's own; default: the embedded one. */
  databaseUrl?: string;
  /** Nothing in the workflow waits longer than this. Default: 5 seconds. */
  maxWaitSeconds?: number;
  /** Whether the embedded database survives a crash of the machine. Default: true. */
  fsync?: boolean;
  /** Preferred ports; another one is taken where one is in use. */
  ports?: { s3?: number; stepFunctions?: number; postgres?: number };
  /** More variables for the importer's processes. */
  containerEnvironment?: Record<string, string>;
  /** An assembly that is there already; default: the CDK app is synthesised. */
  assembly?: Assembly;
  onStatus?: (execution: Execution) => void;
  onState?: (execution: Execution, state: string) => void;
  onNotification?: (notification: Notification) => void;
}

export interface LocalStack {
  description: LocalStackDescription;
  /** Names of the tables that were created for the imports in the embedded database. */
  createdTables: string[];
  engine: Engine;
  /** Process ids of the importers that are running. */
  importers(): number[];
  /** Stops everything, importers first; may be called twice. */
  close(): Promise<void>;
}

const DEFAULT_MAX_WAIT_SECONDS = 5;
const DEFAULT_PORTS = { s3: 9000, stepFunctions: 8083, postgres: 54320 };

/**
 * Starts the whole system on this machine: synthesises the CDK app and runs what its template says, with embedded
 * parts. `local/BEHAVIOUR.md` says what is emulated and what is not.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const directory = resolve(options.directory);
  const unlock = lockDirectory(directory);
  // What has been started so far, to be stopped in the reverse order.
  const started: (() => Promise<unknown> | unknown)[] = [unlock];
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    const ports = { ...DEFAULT_PORTS, ...options.ports };
    const [assembly, database] = await Promise.all([
      options.assembly ?? synthesise(directory),
      prepareDatabase(options, directory, ports.postgres, started),
    ]);
    const template = readTemplate(assembly);
    const parts = await startParts(template, options, directory, database.url, ports, started);
    const description: LocalStackDescription = {
      pid: process.pid,
      endpoints: { s3: parts.s3.endpoint, stepFunctions: parts.api.endpoint },
      databaseUrl: database.url,
      uploadBucket: template.outputs.UploadBucketName!,
      resultsBucket: template.outputs.ResultsBucketName!,
      stateMachineArn: template.stateMachine.arn,
    };
    writeStackFile(directory, description);
    started.push(() => removeStackFile(directory));
    return {
      description,
      createdTables: database.createdTables,
      engine: parts.engine,
      importers: parts.importers,
      close: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Empties a stack's directory.
 *
 * @throws Error while a stack is running on it
 */
export async function resetLocalStack(directory: string): Promise<void> {
  const running = findRunningStack(directory);
  if (running !== null) {
    throw new Error(`A local stack is running on ${directory} (process ${running.pid}): stop it before you reset it.`);
  }
  await removePostgres(directory);
  await rm(directory, { recursive: true, force: true });
}

type Started = (() => Promise<unknown> | unknown)[];

async function prepareDatabase(
  options: LocalStackOptions,
  directory: string,
  port: number,
  started: Started,
): Promise<{ url: string; createdTables: string[] }> {
  const own = options.databaseUrl;
  let url = own;
  if (url === undefined) {
    const server = await startPostgres({ directory, port, ...(options.fsync === undefined ? {} : { fsync: options.fsync }) });
    started.push(() => server.stop());
    url = server.url;
  }
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  try {
    if (own === undefined) return { url, createdTables: await createMissingTables(sql) };
    const { missing, statements } = await planMissingTables(sql);
    if (missing.length > 0) {
      throw new Error(
        `The database of DATABASE_URL lacks ${missing.join(', ')}. Create what the imports write to:\n\n${statements.join('\n')}`,
      );
    }
    return { url, createdTables: [] };
  } finally {
    await sql.end();
  }
}

async function startParts(
  template: LocalTemplate,
  options: LocalStackOptions,
  directory: string,
  databaseUrl: string,
  ports: { s3: number; stepFunctions: number },
  started: Started,
): Promise<{ s3: S3Server; api: StepFunctionsApi; engine: Engine; importers: () => number[] }> {
  const logs = join(directory, 'logs');
  // The events of the last life are told again as soon as the endpoint is up: they wait for the engine.
  const ready = Promise.withResolvers<(event: BusEvent) => void>();
  const s3 = await startS3({
    directory: join(directory, 's3'),
    port: await freePort(ports.s3),
    buckets: template.buckets.map(({ name, versioned }) => ({ name, versioned })),
    onObjectCreated: async (created) => {
      const bucket = template.buckets.find(({ name }) => name === created.bucket);
      if (bucket?.eventBridge === true) (await ready.promise)(objectCreatedEvent(created));
    },
  });
  started.push(() => s3.close());

  const environment = {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: localAwsConfig.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localAwsConfig.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
  };
  const functions = createFunctions(template.functions, environment, logs);
  started.push(() => functions.close());
  const notifications = createNotifications(
    template.topicArns,
    join(directory, 'notifications.jsonl'),
    options.onNotification,
  );
  const tasks = createTasks(
    template.tasks,
    { ...environment, DATABASE_URL: databaseUrl, ...options.containerEnvironment },
    logs,
  );
  const client = new S3Client({ ...localAwsConfig, endpoint: s3.endpoint, forcePathStyle: true });

  const engine = new Engine({
    stateMachine: template.stateMachine,
    folder: join(directory, 'executions'),
    maxWaitSeconds: options.maxWaitSeconds ?? DEFAULT_MAX_WAIT_SECONDS,
    bindings: {
      'lambda:invoke': async (request: { FunctionName: string; Payload: unknown }) => ({
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        Payload: await functions.invoke(request.FunctionName, request.Payload),
      }),
      'ecs:runTask.sync': (request: RunTaskRequest, signal: AbortSignal) => tasks.run(request, signal),
      'sns:publish': async (request: PublishRequest) => notifications.publish(request),
      'aws-sdk:s3:getObject': (request: { Bucket: string; Key: string }) => getObject(client, request),
    },
  });
  const route = (event: BusEvent) =>
    routeEvent(event, template.rules, {
      notifications,
      startExecution(arn, name, input) {
        if (arn !== template.stateMachine.arn) throw new Error(`A rule starts ${arn}, which is not in the template.`);
        try {
          engine.start(name, input);
        } catch (error) {
          // The same event again: its execution is there.
          if (!(error instanceof ApiError && error.name === 'ExecutionAlreadyExists')) throw error;
        }
      },
    });
  engine.on('status', (execution) => {
    route(statusChangeEvent(describeStatus(execution, template.stateMachine.arn)));
    options.onStatus?.(execution);
  });
  engine.on('state', (execution, state) => options.onState?.(execution, state));
  engine.failInterrupted();
  const api = await startStepFunctionsApi(engine, template.stateMachine, await freePort(ports.stepFunctions));
  started.push(() => api.close());
  // Importers stop first: they still write their reports.
  started.push(() => tasks.close());
  started.push(() => engine.close());
  ready.resolve(route);
  return { s3, api, engine, importers: tasks.running };
}

function describeStatus(execution: Execution, stateMachineArn: string) {
  const { arn, name, status, startDate, stopDate, redriveCount, failure } = execution;
  return { executionArn: arn, stateMachineArn, name, status, startDate, stopDate, redriveCount, ...failure };
}

async function getObject(client: S3Client, { Bucket, Key }: { Bucket: string; Key: string }): Promise<unknown> {
  try {
    const { Body, ContentType, ETag } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return { Body: await Body!.transformToString(), ContentType, ETag };
  } catch (error) {
    const { name, message } = error as Error;
    throw new TaskError(`S3.${name.endsWith('Exception') ? name : `${name}Exception`}`, message);
  }
}

/** The preferred port where it is free, else 0: any. */
function freePort(preferred: number): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(0));
    probe.listen(preferred, '127.0.0.1', () => probe.close(() => done(preferred)));
  });
}
