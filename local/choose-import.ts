import { createReadStream } from 'node:fs';
import { basename, extname } from 'node:path';
import type { ImportDefinition } from '../contract/define-import.ts';
import { mapHeader, readHeader } from '../task/csv/header.ts';

/** Headers are looked for in so many first bytes of the file. */
const HEADER_BYTES = 1024 * 1024;

/**
 * The import for a file of the user's: the one asked for, else the one that the file's name begins with, else the
 * only one there is, else the only one whose columns the file's header fits.
 *
 * @throws Error that names the choices
 */
export async function chooseImport(
  definitions: readonly ImportDefinition[],
  file: string,
  wanted: string | undefined,
): Promise<ImportDefinition> {
  const names = definitions.map(({ name }) => name).join(', ');
  if (wanted !== undefined) {
    const found = definitions.find(({ name }) => name === wanted);
    if (found === undefined)
      throw new Error(`There is no import "${wanted}" in imports/; there are: ${names}.`);
    return found;
  }
  const stem = basename(file, extname(file)).toLowerCase();
  const named = definitions
    .filter(({ name }) => stem === name || stem.startsWith(`${name}-`) || stem.startsWith(`${name}_`))
    .toSorted((a, b) => b.name.length - a.name.length);
  if (named[0] !== undefined) return named[0];
  if (definitions.length === 1) return definitions[0]!;
  const start = await readStart(file);
  const fitting = definitions.filter((definition) => fits(start, definition));
  if (fitting.length === 1) return fitting[0]!;
  throw new Error(
    `${fitting.length === 0 ? 'No import' : 'More than one import'} in imports/ fits the header of ${file}: say which with --import NAME (${names}).`,
  );
}

async function readStart(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { end: HEADER_BYTES - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function fits(start: Buffer, definition: ImportDefinition): boolean {
  try {
    const header = readHeader(start, { delimiter: (definition.delimiter ?? ',').charCodeAt(0), final: true });
    if (header === null) return false;
    mapHeader(header.names, definition);
    return true;
  } catch {
    return false;
  }
}
