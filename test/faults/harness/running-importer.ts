import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Attempt } from '../../../contract/environment.ts';

/** How an importer's process ended. */
export interface Ended {
  attempt: Attempt;
  /** As ECS has it: 128 plus the signal's number for one that was killed. */
  exitCode: number;
  /** What it wrote, for the message of a test that fails. */
  output: string;
  /** From its start to its end. */
  seconds: number;
}

/** An importer in a process of its own. */
export interface RunningImporter {
  attempt: Attempt;
  kill(signal: NodeJS.Signals): void;
  /** Nobody reads its log any more. */
  closeLog(): void;
  ended: Promise<Ended>;
}

const files = { task: 'main.mjs', function: 'invoke.mjs' } as const;

/** Far more than any attempt of this suite takes; six reads that stall take two minutes. */
const HANGS_AFTER_MS = 200_000;

/** What carries the importer: a task's process, or the function for small uploads, here in a process of its own, too. */
export type CarrierName = 'task' | 'function';

/** Starts the bundled importer, as ECS or Lambda would. */
export function startImporter(
  attempt: Attempt,
  environment: Record<string, string>,
  carrier: CarrierName = 'task',
): RunningImporter {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(inject('importerFolder'), files[carrier])], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    // Whatever befell it, it ends by itself.
    const hanging = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The importer has not ended after ${HANGS_AFTER_MS / 1000} s: ${output}`));
    }, HANGS_AFTER_MS);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(hanging);
      resolve({
        attempt,
        exitCode: code ?? 128 + constants.signals[signal ?? 'SIGKILL'],
        output,
        seconds: (performance.now() - startedAt) / 1000,
      });
    });
  });
  // Whoever awaits it sees the error.
  ended.catch(() => {});
  return {
    attempt,
    kill: (signal) => void child.kill(signal),
    closeLog: () => {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    ended,
  };
}
