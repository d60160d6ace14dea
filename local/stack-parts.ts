import { createServer } from 'node:net';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { localAwsConfig } from '../operator/local-stack.ts';
import { ApiError } from './aws-json/api-error.ts';
import { type AwsJsonApi, type AwsJsonServer, startAwsJsonServer } from './aws-json/server.ts';
import type { Cleanup } from './cleanup.ts';
import { eventRulesApi } from './event-rules-api.ts';
import { objectCreatedEvent, routeEvent, statusChangeEvent } from './events.ts';
import { createFunctions } from './functions.ts';
import { createNotifications, type Notification } from './notifications.ts';
import { type S3Server, startS3 } from './s3/server.ts';
import { getObject } from './s3-task.ts';
import { createTasks, type LocalTasks } from './tasks.ts';
import { type LocalFunction, type LocalTemplate, REGION } from './template.ts';
import { stepFunctionsApi } from './workflow/api.ts';
import type { TaskBindings } from './workflow/bindings.ts';
import { Engine } from './workflow/engine.ts';
import type { Execution } from './workflow/execution.ts';

export interface PartsOptions {
  directory: string;
  databaseUrl: string;
  maxWaitSeconds: number;
  ports: { s3: number; stepFunctions: number; eventBridge: number };
  containerEnvironment?: Record<string, string>;
  runTasks?: (environment: Record<string, string>) => LocalTasks;
  onStatus?: (execution: Execution) => void;
  onState?: (execution: Execution, state: string) => void;
  onNotification?: (notification: Notification) => void;
}

export interface StackParts {
  s3: S3Server;
  api: AwsJsonServer;
  eventRules: AwsJsonServer;
  engine: Engine;
  /** Process ids of the importers that are running. */
  importers: () => number[];
}

/** Starts everything that the template describes but the database, and binds it together. */
export async function startParts(
  template: LocalTemplate,
  options: PartsOptions,
  cleanup: Cleanup,
): Promise<StackParts> {
  const { directory, ports } = options;
  const logs = join(directory, 'logs');
  // Uploads are told as soon as the endpoint is up, those of the last life first: they wait for the engine.
  const route = Promise.withResolvers<ReturnType<typeof createRoute>>();
  // Nobody may be waiting for it when the start fails.
  route.promise.catch(() => {});
  const s3 = await startS3({
    directory: join(directory, 's3'),
    port: await freePort(ports.s3),
    buckets: template.buckets,
    onObjectCreated: async (created) => {
      const bucket = template.buckets.find(({ name }) => name === created.bucket);
      if (bucket?.eventBridge === true) (await route.promise)(objectCreatedEvent(created));
    },
  });
  cleanup.add(() => {
    route.reject(new Error('the local stack is stopping'));
    return s3.close();
  });

  const environment = {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: localAwsConfig.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localAwsConfig.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
  };
  const provided = { ...environment, DATABASE_URL: options.databaseUrl, ...options.containerEnvironment };
  const functions = createFunctions(
    template.functions.map((each) => withDatabase(each, provided.DATABASE_URL)),
    environment,
    logs,
  );
  cleanup.add(() => functions.close());
  const client = new S3Client({ ...localAwsConfig, endpoint: s3.endpoint, forcePathStyle: true });
  cleanup.add(() => client.destroy());
  const notifications = createNotifications(
    template.topicArns,
    join(directory, 'notifications.jsonl'),
    options.onNotification,
  );
  const tasks = options.runTasks?.(provided) ?? createTasks(template.tasks, provided, logs);
  const bindings: TaskBindings = {
    'lambda:invoke': async (request: { FunctionName: string; Payload: unknown }) => ({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      Payload: await functions.invoke(request.FunctionName, request.Payload),
    }),
    'ecs:runTask.sync': tasks.run,
    'sns:publish': async (request: Parameters<typeof notifications.publish>[0]) =>
      notifications.publish(request),
    'aws-sdk:s3:getObject': (request: Parameters<typeof getObject>[1]) => getObject(client, request),
  };
  const engine = new Engine({
    stateMachine: template.stateMachine,
    folder: join(directory, 'executions'),
    maxWaitSeconds: options.maxWaitSeconds,
    bindings,
  });
  const routeTo = createRoute(template, notifications, engine);
  engine.on('status', (execution) => {
    options.onStatus?.(execution);
    routeTo(statusChangeEvent(execution, template.stateMachine.arn));
  });
  engine.on('state', (execution, state) => options.onState?.(execution, state));
  engine.failInterrupted();
  const serve = async (api: AwsJsonApi, port: number) => {
    const server = await startAwsJsonServer(api, await freePort(port));
    cleanup.add(() => server.close());
    return server;
  };
  const api = await serve(stepFunctionsApi(engine, template.stateMachine), ports.stepFunctions);
  const eventRules = await serve(eventRulesApi(template.rules), ports.eventBridge);
  // Importers stop first: they still write their reports.
  cleanup.add(() => tasks.close());
  cleanup.add(() => engine.close());
  route.resolve(routeTo);
  return { s3, api, eventRules, engine, importers: tasks.running };
}

/** A function that logs in to the database gets its URL in the place of an IAM login, which only RDS has. */
function withDatabase(definition: LocalFunction, databaseUrl: string): LocalFunction {
  if (!('DATABASE_IAM_USER' in definition.environment)) return definition;
  const others = Object.entries(definition.environment).filter(([name]) => !name.startsWith('DATABASE_'));
  return { ...definition, environment: { ...Object.fromEntries(others), DATABASE_URL: databaseUrl } };
}

function createRoute(
  template: LocalTemplate,
  notifications: ReturnType<typeof createNotifications>,
  engine: Engine,
) {
  const startExecution = (arn: string, name: string, input: string) => {
    if (arn !== template.stateMachine.arn) {
      throw new Error(`A rule starts ${arn}, which is not in the template.`);
    }
    try {
      engine.start(name, input);
    } catch (error) {
      // The same event again: its execution is there.
      if (!(error instanceof ApiError && error.name === 'ExecutionAlreadyExists')) throw error;
    }
  };
  return (event: Parameters<typeof routeEvent>[0]) =>
    routeEvent(event, template.rules, { notifications, startExecution });
}

/** The preferred port where it is free, else 0: any. */
function freePort(preferred: number): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(0));
    probe.listen(preferred, '127.0.0.1', () => probe.close(() => done(preferred)));
  });
}
