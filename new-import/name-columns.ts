import { translateJapanese } from './japanese-words.ts';
import { isReservedColumn } from './reserved-words.ts';

/** What a column is called in the database and in TypeScript. */
export interface ColumnName {
  name: string;
  property: string;
}

/** Far below PostgreSQL's 63 bytes, so that a column's definition stays on one line. */
const LONGEST_NAME = 40;

/**
 * Readable names for the headers, in their order: words in snake_case, Japanese ones in English or as romaji, or
 * `column3` where nothing can be made of a header. No two mean the same, and none is another column's header.
 */
export function nameColumns(headers: readonly string[]): ColumnName[] {
  const taken = new Set<string>();
  return headers.map((header, index) => {
    const others = new Set(headers.filter((other) => other !== header));
    const wanted = wordsOf(header).join('_') || `column${index + 1}`;
    for (let number = 1; ; number++) {
      const name = fitName(wanted, number);
      const property = camelCase(name);
      const free = [name, property].every((each) => !taken.has(each) && !others.has(each));
      if (!free) continue;
      taken.add(name).add(property);
      return { name, property };
    }
  });
}

/** A name for a table or an import, from a file's name; empty where nothing can be made of it. */
export function nameFrom(text: string, separator: '_' | '-'): string {
  const name = wordsOf(text).join('_');
  return name === '' ? '' : fitName(name, 1).replaceAll('_', separator);
}

/** snake_case as a property of TypeScript. */
export function camelCase(name: string): string {
  return name.replace(/_+(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Cut to its length, told from others by a number, and nobody's reserved word. */
function fitName(wanted: string, number: number): string {
  const suffix = number === 1 ? '' : `_${number}`;
  const name = wanted.slice(0, LONGEST_NAME - suffix.length).replace(/_+$/, '') + suffix;
  return isReservedColumn(name) ? `${name}_value` : name;
}

/** The words of a header in ASCII, Japanese ones in English; none where nothing can be made of it. */
export function wordsOf(header: string): string[] {
  const plain = header
    .normalize('NFKC')
    // CustomerID, customerId
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase();
  const english = /[\u3040-\u30ff\u3400-\u9fff]/.test(plain)
    ? translateJapanese(plain.replace(/\s/g, ''))
    : plain;
  if (english === null) return [];
  const words = english
    .replaceAll('#', ' number ')
    .replaceAll('%', ' percent ')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’]/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  // An identifier begins with a letter.
  return words.length > 0 && /^[0-9]/.test(words[0]!) ? ['column', ...words] : words;
}
