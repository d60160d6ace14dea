import type { TableImport } from '../../contract/definition/define-import.ts';

/**
 * A file of an import that has only its header line: every column that it may have, by its name in the
 * database.
 *
 * @returns null where a name cannot be written in the import's encoding here
 */
export function headerFile({ columns, values, file: { delimiter, encoding } }: TableImport): Buffer | null {
  const given = values.filter(({ unlessInFile }) => !unlessInFile).map(({ column }) => column);
  const sign = delimiter ?? ',';
  const line = `${columns
    .filter((column) => !given.includes(column))
    .map(({ name }) => quote(name, sign))
    .join(sign)}\n`;
  // A byte order mark, so that no importer has to guess at the encoding of one short line.
  if (encoding === 'utf-16le') return Buffer.from(`\ufeff${line}`, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(`\ufeff${line}`, 'utf16le').swap16();
  const isAscii = /^\p{ASCII}*$/u.test(line);
  if (isAscii) return Buffer.from(line);
  return encoding === null || encoding === 'utf-8' ? Buffer.from(`\ufeff${line}`) : null;
}

function quote(name: string, sign: string): string {
  return name.includes(sign) || /["\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
