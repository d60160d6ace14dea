import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportDefinition, TableImport } from '../contract/definition/define-import.ts';
import { ImportFailure } from '../contract/failures.ts';
import { openFile } from '../csv/index.ts';
import { readChunks } from './read-chunks.ts';

/**
 * The import for a file of the user's: the one asked for, else the one that the file's name begins with, else the
 * only one there is, else the only one whose columns the file's header fits; a container of one's own, or an import for
 * files without a header, is never found that way.
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
  const stem = basename(file)
    .toLowerCase()
    .replace(/(\.[^.]+)?\.(?:gz|zip|zst)$|\.[^.]*$/, '');
  const named = definitions
    .filter(({ name }) => stem === name || stem.startsWith(`${name}-`) || stem.startsWith(`${name}_`))
    .toSorted((a, b) => b.name.length - a.name.length);
  if (named[0] !== undefined) return named[0];
  if (definitions.length === 1) return definitions[0]!;
  const withTable = definitions.filter((definition) => definition.kind === 'table');
  const fits = await Promise.all(withTable.map((definition) => fitsHeader(file, definition)));
  const fitting = withTable.filter((_, index) => fits[index]);
  if (fitting.length === 1) return fitting[0]!;
  throw new Error(
    `${fitting.length === 0 ? 'No import' : 'More than one import'} in imports/ fits the header of ${file}: say which with --import NAME (${names}).`,
  );
}

/** Whether the importer would take the file's header. */
async function fitsHeader(file: string, definition: TableImport): Promise<boolean> {
  try {
    // Where the import says what the columns are, nothing in the file does.
    if (Array.isArray(definition.file.header)) return false;
    const { size } = await stat(file);
    const { body } = await openFile(readChunks(file), size, definition);
    await body.return();
    return true;
  } catch (error) {
    if (error instanceof ImportFailure) return false;
    throw error;
  }
}
