import { Worker } from 'node:worker_threads';
import { writeLog } from './full-disk.ts';
import type { WorkerAnswer } from './function-worker.ts';
import { TaskError } from './task-error.ts';
import type { LocalFunction } from './template.ts';

/**
 * One execution environment of a function: a worker thread with an environment of its own. As in Lambda it takes one
 * invocation at a time, and one that times out or crashes is not used again.
 */
export class FunctionSandbox {
  readonly #timeoutSeconds: number;
  readonly #worker: Worker;
  /** Settled by the worker; null while it has nothing to do. */
  #waiting: PromiseWithResolvers<string> | null = null;
  #usable = true;
  readonly #ready: Promise<unknown>;
  readonly #ended: Promise<void>;

  /** Starts at once, as a cold start does. */
  constructor(definition: LocalFunction, environment: Record<string, string>, logFile: string) {
    const { file, handler, name } = definition;
    this.#timeoutSeconds = definition.timeoutSeconds;
    this.#worker = new Worker(new URL('./function-worker.ts', import.meta.url), {
      workerData: { file, handler, timeoutSeconds: this.#timeoutSeconds },
      env: { ...environment, ...definition.environment, AWS_LAMBDA_FUNCTION_NAME: name },
      stdout: true,
      stderr: true,
    });
    const log = writeLog(logFile, [this.#worker.stdout, this.#worker.stderr], { flags: 'a' });

    const ready = Promise.withResolvers<unknown>();
    this.#ready = ready.promise;
    // Nobody may be waiting for it when it fails.
    this.#ready.catch(() => {});
    this.#worker.on('message', (message: WorkerAnswer) => {
      if ('ready' in message) ready.resolve(null);
      else if ('result' in message) this.#waiting?.resolve(message.result);
      else this.#waiting?.reject(asTaskError(message.error));
    });
    let reason = '';
    this.#worker.on('error', (error) => {
      reason = `: ${error}`;
    });
    const ended = Promise.withResolvers<void>();
    this.#ended = ended.promise;
    // Comes after an error too, and after process.exit() in a handler without one.
    this.#worker.on('exit', (code) => {
      this.#usable = false;
      const error = lambdaError(
        'Runtime.ExitError',
        `Runtime exited with error: exit status ${code}${reason}`,
      );
      ready.reject(error);
      this.#waiting?.reject(error);
      log.end();
      ended.resolve();
    });
  }

  /** False once an invocation has timed out or crashed. */
  get usable(): boolean {
    return this.#usable;
  }

  /** @throws TaskError as Step Functions sees a function's error */
  async invoke(payload: unknown): Promise<unknown> {
    this.#worker.ref();
    try {
      await this.#ready;
      return JSON.parse(await this.#ask(JSON.stringify(payload)));
    } finally {
      // An idle one keeps nobody.
      this.#worker.unref();
    }
  }

  #ask(payload: string): Promise<string> {
    const waiting = Promise.withResolvers<string>();
    this.#waiting = waiting;
    const seconds = this.#timeoutSeconds;
    // Lambda gives the loading of the code a time of its own, so it begins here.
    const timer = setTimeout(() => {
      this.#usable = false;
      waiting.reject(
        lambdaError('Sandbox.Timedout', `Error: Task timed out after ${seconds.toFixed(2)} seconds`),
      );
      void this.#worker.terminate();
    }, seconds * 1000);
    this.#worker.postMessage(payload);
    return waiting.promise.finally(() => {
      clearTimeout(timer);
      this.#waiting = null;
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
    await this.#ended;
  }
}

function asTaskError(json: string): TaskError {
  const { errorType } = JSON.parse(json) as { errorType: string };
  return new TaskError(errorType, json);
}

function lambdaError(errorType: string, errorMessage: string): TaskError {
  return new TaskError(errorType, JSON.stringify({ errorType, errorMessage }));
}
