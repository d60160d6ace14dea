import { basename } from 'node:path';
import { type ImportDefinition, matchKey } from '../contract/definition/define-import.ts';

/** What a file is uploaded as. */
export interface UploadTarget {
  key: string;
  metadata: Record<string, string>;
}

/**
 * The key and the metadata that a file gets.
 *
 * @param options `key`: below the import's prefix, by default the file's name; `metadata`: `name=value` each
 * @throws Error for a key that the import's pattern does not read, and for metadata without a name
 */
export function chooseKey(
  definition: ImportDefinition,
  file: string,
  { key = basename(file), metadata = [] }: { key?: string; metadata?: readonly string[] },
): UploadTarget {
  const pattern = definition.kind === 'table' ? definition.keyPattern : null;
  if (pattern !== null && matchKey(pattern, key).kind !== 'fits') {
    throw new Error(
      `Import "${definition.name}" takes keys like ${definition.prefix}${pattern.text}, and "${key}" does not fit: name one with --key.`,
    );
  }
  return { key: definition.prefix + key, metadata: Object.fromEntries(metadata.map(readEntry)) };
}

function readEntry(entry: string): [string, string] {
  const at = entry.indexOf('=');
  if (at < 1) throw new Error(`--metadata "${entry}" is not understood: write it as user-id=ada.`);
  return [entry.slice(0, at), entry.slice(at + 1)];
}
