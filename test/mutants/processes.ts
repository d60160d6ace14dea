import { type ChildProcess, spawn } from 'node:child_process';

export interface Ended {
  /** Null where it ran out of time. */
  code: number | null;
  output: string;
}

const running = new Set<ChildProcess>();

/** Runs Node on a script in a folder, with all that it starts, for so long at most. */
export async function runNode(
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string>; seconds: number },
): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it has started ends with it.
    detached: true,
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill(child);
  }, options.seconds * 1_000);
  const code = await new Promise<number | null>((done) => child.on('exit', done));
  clearTimeout(timer);
  running.delete(child);
  // A mutant may have left importers behind.
  kill(child);
  return { code: late ? null : (code ?? 1), output };
}

/** Ends whatever still runs. */
export function killAll(): void {
  for (const child of running) kill(child);
}

function kill({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}
