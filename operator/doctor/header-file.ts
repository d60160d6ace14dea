import type { FileDefinition, TableImport } from '../../contract/definition/define-import.ts';

/**
 * A file of an import that has only its header line: every column that it may have, by its name in the
 * database.
 *
 * @returns null where a name cannot be written in the import's encoding here
 */
export function headerFile({ columns, values, file }: TableImport): Buffer | null {
  const { encoding } = file;
  const delimiter = file.delimiter ?? ',';
  const given = values.filter(({ unlessInFile }) => !unlessInFile).map(({ column }) => column);
  const names = columns
    .filter((column) => !given.includes(column))
    .map(({ name }) => write(name, { ...file, delimiter }));
  const line = `${names.join(delimiter)}\n`;
  // A byte order mark, so that no importer has to guess at the encoding of one short line.
  if (encoding === 'utf-16le') return Buffer.from(`\ufeff${line}`, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(`\ufeff${line}`, 'utf16le').swap16();
  const isAscii = /^\p{ASCII}*$/u.test(line);
  if (isAscii) return Buffer.from(line);
  return encoding === null || encoding === 'utf-8' ? Buffer.from(`\ufeff${line}`) : null;
}

function write(name: string, file: Pick<FileDefinition, 'quote' | 'escape'> & { delimiter: string }): string {
  const hasBackslashes = file.escape === 'backslash';
  const escaped = hasBackslashes ? name.replaceAll('\\', '\\\\') : name;
  if (file.quote === 'none') {
    return hasBackslashes
      ? escaped.replaceAll(file.delimiter[0]!, `\\${file.delimiter[0]}`).replaceAll('\n', '\\n')
      : name;
  }
  const needsQuotes = /[\r\n]/.test(name) || [file.delimiter, file.quote].some((sign) => name.includes(sign));
  if (!needsQuotes) return escaped;
  const inside = escaped.replaceAll(file.quote, hasBackslashes ? `\\${file.quote}` : file.quote + file.quote);
  return file.quote + inside + file.quote;
}
