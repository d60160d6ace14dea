import { execFileSync, spawn } from 'node:child_process';

/** Whether there is `script` of util-linux, which gives a process a terminal. */
export const hasTerminal = isUtilLinux();

/**
 * Runs a command on a terminal of its own (a pseudo-terminal), and types lines at it.
 *
 * @param typed each line is typed when its text has been shown: `[text, line]`
 * @returns what was shown, with its escape sequences, line breaks as `\n`; and the exit code
 */
export function runOnTerminal(
  command: string[],
  env: NodeJS.ProcessEnv,
  typed: readonly [shown: string, line: string][] = [],
): Promise<{ shown: string; code: number }> {
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', quoted, '/dev/null'], {
    env: { TERM: 'xterm', ...env },
  });
  const waiting = [...typed];
  let shown = '';
  child.stdout.on('data', (chunk) => {
    shown += chunk;
    const [next] = waiting;
    if (next === undefined || !shown.includes(next[0])) return;
    waiting.shift();
    child.stdin.write(`${next[1]}\n`);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ shown: shown.replaceAll('\r\n', '\n'), code: code ?? -1 }));
  });
}

function isUtilLinux(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8', stdio: 'pipe' }).includes('util-linux');
  } catch {
    return false;
  }
}
