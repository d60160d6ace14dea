import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Longer than any process breaks a lock (microseconds), so what is older was left behind by one that was killed. */
const GUARD_MS = 10_000;

/**
 * Takes a directory for this process; what it returns gives it back. A lock whose process is gone is taken over.
 *
 * @throws Error naming the process that has it
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'stack.lock');
  const own = `${file}.${process.pid}`;
  writeFileSync(own, identify(process.pid));
  try {
    for (;;) {
      try {
        // A link appears whole: nobody ever reads a lock that is not written yet.
        linkSync(own, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = lockHolder(directory);
      if (holder !== null) {
        throw new Error(
          `A local stack is running on ${directory} already (process ${holder}): use it, or stop it first. If that is no local stack, delete ${file}.`,
        );
      }
      breakLock(directory, file);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** The process that has the directory; null where there is none, or none that lives. */
export function lockHolder(directory: string): number | null {
  let text: string;
  try {
    text = readFileSync(join(directory, 'stack.lock'), 'utf8');
  } catch {
    return null;
  }
  const pid = Number(text.split(' ')[0]);
  return pid > 0 && isAlive(pid) && identify(pid) === text ? pid : null;
}

/** Removes a lock of a dead process: one process at a time, lest the second removes what the first has taken since. */
function breakLock(directory: string, file: string): void {
  const guard = `${file}.breaking`;
  try {
    mkdirSync(guard);
  } catch {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > GUARD_MS) rmSync(guard, { recursive: true, force: true });
    // Somebody else is about to break it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    return;
  }
  try {
    if (lockHolder(directory) === null) rmSync(file, { force: true });
  } finally {
    rmdirSync(guard);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The process's id and, where the system tells, when it began: after a reboot the id may be somebody else's. */
function identify(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The 22nd field; the second, the command in parentheses, may hold spaces. (proc_pid_stat(5), starttime)
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return `${pid} `;
  }
}
