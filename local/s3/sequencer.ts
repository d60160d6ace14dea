// Sequencers: numbers that order what happened to a bucket's keys, growing through restarts.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Steps within one millisecond; 2^20 of them are more than a process can write objects. */
const STEPS_PER_MILLISECOND = 1n << 20n;
/** How far ahead the file reserves: one small write per ten seconds of activity. */
const RESERVED = 10_000n * STEPS_PER_MILLISECOND;

/**
 * A source of sequencers (16 hexadecimal digits, so they compare as text) kept in `directory`. They follow the
 * clock, but never go back when it does: what may have been given out before a kill is on disk beforehand.
 */
export function openSequencer(directory: string): () => string {
  const file = join(directory, 'sequencer');
  let last = readReserved(file);
  let reserved = last;
  return () => {
    const now = BigInt(Date.now()) * STEPS_PER_MILLISECOND;
    last = now > last ? now : last + 1n;
    if (last >= reserved) {
      const next = last + RESERVED;
      writeFileSync(`${file}.tmp`, next.toString(16));
      renameSync(`${file}.tmp`, file);
      reserved = next;
    }
    return last.toString(16).padStart(16, '0').toUpperCase();
  };
}

function readReserved(file: string): bigint {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0n;
    throw error;
  }
  if (/^[0-9a-f]{1,16}$/.test(text)) return BigInt(`0x${text}`);
  throw new Error(
    `${file} should hold one hexadecimal number, but holds ${JSON.stringify(text.slice(0, 40))}: remove the file if the clock was never set back.`,
  );
}
