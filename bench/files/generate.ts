import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Random } from '../../samples/random.ts';
import { columnNames, type FileKind } from './file-kinds.ts';

/**
 * Whether a file is as generated, or has every tenth row changed, or is the first of them compressed, or has `||`
 * between values, which needs the slower reader.
 */
export type Variant = 'base' | 'changed' | 'gzip' | 'bars';

export interface GeneratedFile {
  path: string;
  bytes: number;
}

const SEED = 20_260_101;
/** Every so manieth row of the variant `changed` has other values. */
export const CHANGED_EVERY = 10;
/** Characters that are written at once. */
const CHUNK = 1024 * 1024;

/**
 * A file of so many rows, the same on every machine; kept under `directory` for the next time. A change of the
 * generator makes new ones.
 */
export async function generateFile(
  kind: FileKind,
  rows: number,
  variant: Variant,
  directory: string,
  signal: AbortSignal,
): Promise<GeneratedFile> {
  await mkdir(directory, { recursive: true });
  const name = `${kind.name}-${rows}-${generatorDigest()}-${variant}.csv${variant === 'gzip' ? '.gz' : ''}`;
  const path = join(directory, name);
  if (!existsSync(path)) {
    // Under another name until it is complete, so that what an interruption leaves is never taken for it.
    const unfinished = `${path}.unfinished`;
    const target = createWriteStream(unfinished);
    if (variant === 'gzip') {
      const plain = await generateFile(kind, rows, 'base', directory, signal);
      await pipeline(createReadStream(plain.path), createGzip(), target, { signal });
    } else {
      await pipeline(Readable.from(csvText(kind, rows, variant)), target, { signal });
    }
    await rename(unfinished, path);
  }
  return { path, bytes: statSync(path).size };
}

function* csvText(kind: FileKind, rows: number, variant: Exclude<Variant, 'gzip'>): Generator<string> {
  const random = new Random(SEED);
  const delimiter = variant === 'bars' ? '||' : ',';
  let text = csvLine(columnNames(kind.table), delimiter);
  for (let id = 1; id <= rows; id++) {
    const row = kind.row(random, id);
    const isChanged = variant === 'changed' && id % CHANGED_EVERY === 0;
    text += csvLine(isChanged ? kind.change(row) : row, delimiter);
    if (text.length >= CHUNK) {
      yield text;
      text = '';
    }
  }
  yield text;
}

function csvLine(cells: readonly string[], delimiter: string): string {
  const written = cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${written.join(delimiter)}\n`;
}

/** Tells generators apart: a digest of this folder's sources. */
function generatorDigest(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(import.meta.dirname).sort()) {
    hash.update(readFileSync(join(import.meta.dirname, file)));
  }
  return hash.digest('hex').slice(0, 8);
}
