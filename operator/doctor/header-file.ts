import type { FileDefinition, TableImport } from '../../contract/definition/define-import.ts';

/**
 * A file of an import that has no rows, only its header: every column that it may have, by its name in the database.
 *
 * @returns null where there is none: a name cannot be written in the import's encoding here, columns are at positions
 *   that leave others open, or the import's files have no header and empty rows are loaded
 */
export function headerFile({ columns, values, file }: TableImport): Buffer | null {
  const given = values.filter(({ unlessInFile }) => !unlessInFile).map(({ column }) => column);
  const { encoding, header, skipLines } = file;
  const sign = file.delimiter ?? ',';
  const names = placeNames(columns.filter((column) => !given.includes(column)));
  if (names === null) return null;
  const line = names.map((name) => write(name, { ...file, delimiter: sign })).join(sign);
  const without = sign.repeat(names.length - 1) || ' ';
  const lines = Array<string>(skipLines).fill('');
  if (Array.isArray(header)) {
    if (file.emptyRows === 'load') return null;
    // Something must be in a file; a row without a value is skipped.
    lines.push(without);
  } else if (typeof header === 'object' && 'rows' in header) {
    const others = Array<string>(header.rows - 1).fill(without);
    lines.push(...(header.names === 'last' ? [...others, line] : [line, ...others]));
  } else lines.push(line);
  if (typeof file.skipFooter === 'number') lines.push(...Array<string>(file.skipFooter).fill('end'));
  return encode(lines.map((each) => `${each}\n`).join(''), encoding);
}

/** The names in the order in which the import has them in the file; null where a position is left open. */
function placeNames(columns: TableImport['columns']): string[] | null {
  const placed = new Map(columns.map(({ position, name }) => [position, name]));
  const others = columns.filter(({ position }) => position === null).map(({ name }) => name);
  const names = columns.map((_, index) => placed.get(index + 1) ?? others.shift());
  return names.every((name) => name !== undefined) ? names : null;
}

function encode(text: string, encoding: TableImport['file']['encoding']): Buffer | null {
  // A byte order mark, so that no importer has to guess at the encoding of a few short lines.
  if (encoding === 'utf-16le') return Buffer.from(`\ufeff${text}`, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  if (/^\p{ASCII}*$/u.test(text)) return Buffer.from(text);
  return encoding === null || encoding === 'utf-8' ? Buffer.from(`\ufeff${text}`) : null;
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
