import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Invocation, InvocationResult } from './function-worker.ts';
import { TaskError } from './task-error.ts';
import type { LocalFunction } from './template.ts';

/** The stack's Lambda functions, each in a worker thread with an environment of its own. */
export interface LocalFunctions {
  /**
   * Invokes the function of this ARN.
   *
   * @throws TaskError as Step Functions sees a function's error: the error's name, and Lambda's JSON as the cause
   */
  invoke(arn: string, payload: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Prepares the functions; a worker starts with the first invocation, as a cold start does.
 *
 * @param environment what Lambda and the account would provide: region, credentials, endpoints
 * @param logFolder takes one log file per function
 */
export function createFunctions(
  functions: readonly LocalFunction[],
  environment: Record<string, string>,
  logFolder: string,
): LocalFunctions {
  mkdirSync(logFolder, { recursive: true });
  const byArn = new Map(functions.map((each) => [each.arn, new FunctionHost(each, environment, logFolder)]));
  return {
    async invoke(arn, payload) {
      const host = byArn.get(arn);
      if (host === undefined) throw new TaskError('Lambda.ResourceNotFoundException', `Function not found: ${arn}`);
      return host.invoke(payload);
    },
    async close() {
      await Promise.all([...byArn.values()].map((host) => host.close()));
    },
  };
}

class FunctionHost {
  readonly #function: LocalFunction;
  readonly #environment: Record<string, string>;
  readonly #logFile: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #worker: Worker | null = null;
  #lastId = 0;

  constructor(definition: LocalFunction, environment: Record<string, string>, logFolder: string) {
    this.#function = definition;
    this.#environment = environment;
    this.#logFile = join(logFolder, `${definition.name}.log`);
  }

  async invoke(payload: unknown): Promise<unknown> {
    const worker = this.#worker ?? this.#start();
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    worker.postMessage({ id, payload: JSON.stringify(payload) } satisfies Invocation);
    const { timeoutSeconds } = this.#function;
    const timer = setTimeout(() => {
      this.#fail(new TaskError('Sandbox.Timedout', lambdaError('Sandbox.Timedout', `Task timed out after ${timeoutSeconds}.00 seconds`)));
      void this.#worker?.terminate();
      this.#worker = null;
    }, timeoutSeconds * 1000);
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const { file, handler, name, environment } = this.#function;
    const worker = new Worker(new URL('./function-worker.ts', import.meta.url), {
      workerData: { file, handler },
      env: { ...this.#environment, ...environment, AWS_LAMBDA_FUNCTION_NAME: name },
      stdout: true,
      stderr: true,
    });
    const log = createWriteStream(this.#logFile, { flags: 'a' });
    worker.stdout.pipe(log, { end: false });
    worker.stderr.pipe(log, { end: false });
    worker.on('message', (message: InvocationResult) => {
      const waiting = this.#waiting.get(message.id);
      if ('result' in message) return waiting?.resolve(JSON.parse(message.result));
      const { errorType } = JSON.parse(message.error) as { errorType: string };
      waiting?.reject(new TaskError(errorType, message.error));
    });
    worker.on('error', (error) => {
      this.#worker = null;
      this.#fail(new TaskError('Lambda.Unknown', lambdaError('Runtime.ExitError', String(error))));
    });
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #fail(error: TaskError): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
  }
}

function lambdaError(errorType: string, errorMessage: string): string {
  return JSON.stringify({ errorType, errorMessage });
}
