import { resolve } from 'node:path';
import { loadImports } from '../imports/index.ts';
import { connectLocal } from '../operator/connection.ts';
import { startConsole } from '../operator/console/server/server.ts';
import { createSource } from '../operator/console/server/source.ts';
import type { LocalStackDescription } from '../operator/local-stack.ts';
import { type Cleanup, createCleanup } from './cleanup.ts';
import { prepareDatabase } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import type { Notification } from './notifications.ts';
import { keepPrivate } from './private-folders.ts';
import { removeStackFile, writeStackFile } from './stack-file.ts';
import { startParts } from './stack-parts.ts';
import { type Assembly, synthesise } from './synthesise.ts';
import type { LocalTasks } from './tasks.ts';
import { readTemplate } from './template.ts';
import type { Engine } from './workflow/engine.ts';
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
  ports?: { s3?: number; stepFunctions?: number; eventBridge?: number; postgres?: number };
  /** Serves the console page, too, at this port or another. */
  console?: { port: number };
  /** More variables for the importer's processes. */
  containerEnvironment?: Record<string, string>;
  /** Runs the tasks in another way than as processes; it is given what the account provides to every container. */
  runTasks?: (environment: Record<string, string>) => LocalTasks;
  /** An assembly that is there already; default: the CDK app is synthesised. */
  assembly?: Assembly;
  /** Breaks off the start: what has been started is stopped. */
  signal?: AbortSignal;
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
const DEFAULT_PORTS = { s3: 9000, stepFunctions: 8083, eventBridge: 8084, postgres: 54320 };

/**
 * Starts the whole system on this machine: synthesises the CDK app and runs what its template says, with embedded
 * parts. `local/BEHAVIOUR.md` says what is emulated and what is not.
 *
 * @throws Error in words for the person at the terminal; nothing is left running then
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const directory = resolve(options.directory);
  const { signal, maxWaitSeconds = DEFAULT_MAX_WAIT_SECONDS } = options;
  const ports = { ...DEFAULT_PORTS, ...options.ports };
  const cleanup = createCleanup();
  cleanup.add(lockDirectory(directory));
  keepPrivate(directory);
  try {
    const [synthesised, prepared] = await Promise.allSettled([
      options.assembly ?? synthesise(directory, signal),
      prepareDatabase({ ...options, directory, port: ports.postgres }, cleanup),
    ]);
    // Only when both have ended: a database that comes up after the cleanup would stay for ever.
    signal?.throwIfAborted();
    const [assembly, database] = [outcomeOf(synthesised), outcomeOf(prepared)];
    const template = readTemplate(assembly);
    const parts = await startParts(
      template,
      { ...options, directory, databaseUrl: database.url, maxWaitSeconds, ports },
      cleanup,
    );
    signal?.throwIfAborted();
    const description: LocalStackDescription = {
      pid: process.pid,
      endpoints: {
        s3: parts.s3.endpoint,
        stepFunctions: parts.api.endpoint,
        eventBridge: parts.eventRules.endpoint,
      },
      databaseUrl: database.url,
      uploadBucket: template.outputs.UploadBucketName!,
      resultsBucket: template.outputs.ResultsBucketName!,
      stateMachineArn: template.stateMachine.arn,
      logFolder: resolve(directory, 'logs'),
    };
    if (options.console !== undefined) {
      description.console = await serveConsole(description, options.console.port, cleanup);
    }
    writeStackFile(directory, description);
    cleanup.add(() => removeStackFile(directory));
    return {
      description,
      createdTables: database.createdTables,
      engine: parts.engine,
      importers: parts.importers,
      close: cleanup.run,
    };
  } catch (error) {
    // Why it did not start matters more than what could not be stopped.
    await cleanup.run().catch((unstopped: Error) => process.emitWarning(unstopped));
    throw error;
  }
}

async function serveConsole(
  description: LocalStackDescription,
  port: number,
  cleanup: Cleanup,
): Promise<string> {
  const connection = connectLocal(description);
  const source = createSource(async () => connection, await loadImports());
  const { url, close } = await startConsole(source, { port });
  cleanup.add(close);
  return url;
}

function outcomeOf<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'fulfilled') return settled.value;
  throw settled.reason;
}
