import { createInterface } from 'node:readline/promises';

/** Asks on the terminal; anything but y or yes is no. */
export async function confirm(question: string): Promise<boolean> {
  const readline = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await readline.question(`${question} [y/N] `).finally(() => readline.close());
  return /^y(es)?$/i.test(answer.trim());
}

/** Whether there is somebody to ask. */
export function isInteractive(json: boolean): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && !json;
}
