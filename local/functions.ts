import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FunctionSandbox } from './function-sandbox.ts';
import { createSemaphore } from './semaphore.ts';
import { TaskError } from './task-error.ts';
import type { LocalFunction } from './template.ts';

/** Execution environments of one function; a burst beyond waits, as it does at Lambda's concurrency limit. */
const MAX_SANDBOXES = 4;

/** The stack's Lambda functions. */
export interface LocalFunctions {
  /**
   * Invokes the function of this ARN.
   *
   * @throws TaskError as Step Functions sees a function's error: the error's name, and Lambda's JSON as the cause
   */
  invoke(arn: string, payload: unknown): Promise<unknown>;
  /** Ends what runs, without waiting for its results. */
  close(): Promise<void>;
}

/**
 * Prepares the functions; an execution environment starts with the first invocation that finds none idle.
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
  const hosts = new Map(functions.map((each) => [each.arn, createHost(each, environment, logFolder)]));
  return {
    async invoke(arn, payload) {
      const host = hosts.get(arn);
      if (host === undefined) {
        throw new TaskError('Lambda.ResourceNotFoundException', `Function not found: ${arn}`);
      }
      return host.invoke(payload);
    },
    async close() {
      await Promise.all([...hosts.values()].map((host) => host.close()));
    },
  };
}

function createHost(definition: LocalFunction, environment: Record<string, string>, logFolder: string) {
  const logFile = join(logFolder, `${definition.name}.log`);
  const semaphore = createSemaphore(MAX_SANDBOXES);
  const all = new Set<FunctionSandbox>();
  let idle: FunctionSandbox[] = [];
  const findIdle = () => {
    // One may have crashed since.
    idle = idle.filter(({ usable }) => usable);
    return idle.pop();
  };
  return {
    async invoke(payload: unknown): Promise<unknown> {
      const giveBack = await semaphore.take();
      const sandbox = findIdle() ?? new FunctionSandbox(definition, environment, logFile);
      all.add(sandbox);
      try {
        return await sandbox.invoke(payload);
      } finally {
        if (sandbox.usable) idle.push(sandbox);
        else all.delete(sandbox);
        giveBack();
      }
    },
    close: () => Promise.all([...all].map((sandbox) => sandbox.close())),
  };
}
