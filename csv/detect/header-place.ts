import { delimiters } from '../../contract/definition/file-format.ts';
import type { TableImport } from '../../contract/definition/import-definition.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { dialectOf } from '../scan/dialect.ts';
import { type HeaderPlace, readHeader } from './header.ts';
import { findMissing, mapHeader } from './map-header.ts';

/** How an import's header is found: with `find`, the first line that has all required columns. */
export function headerPlace(definition: TableImport): HeaderPlace {
  const { header, skipLines, comment } = definition.file;
  const { name, columns } = definition;
  const required = columns.filter((column) => column.required).map((column) => column.name);
  // A title may be the name of a column; one of several that nothing demands is no evidence.
  const least = required.length > 0 ? 1 : Math.min(2, columns.length);
  let closest: { line: number; matches: number; missing: string[] } | null = null;
  return {
    header,
    skipLines,
    comment,
    fits(names, line) {
      const { missing, matches } = findMissing(names, definition);
      if (matches > (closest?.matches ?? 0)) closest = { line, matches, missing };
      return missing.length === 0 && matches >= least;
    },
    notFound(lines) {
      const wanted =
        required.length > 0
          ? `all required columns (${required.join(', ')})`
          : `${least === 1 ? 'the column' : 'two columns'} of the import`;
      const near =
        closest === null || closest.missing.length === 0
          ? ''
          : ` Line ${closest.line} comes closest, and lacks ${closest.missing.join(', ')}.`;
      return new ImportFailure(
        'HeaderInvalid',
        `${lines === 1 ? 'The only line does not have' : `None of the first ${lines} lines has`} ${wanted}, so import "${name}" finds no header.${near}`,
      );
    },
  };
}

/**
 * The line further down that would be taken for the header, had the import `find`; null: there is none.
 *
 * @param start the first bytes of the text, and whether there are no more
 */
export function findLaterHeader(start: Buffer, whole: boolean, definition: TableImport): number | null {
  const { delimiter: declared } = definition.file;
  const fits = (names: readonly string[]) => {
    try {
      return mapHeader(names, definition).columns.length > 0;
    } catch (error) {
      if (error instanceof ImportFailure) return false;
      throw error;
    }
  };
  const place = { ...headerPlace(definition), header: 'find' as const, fits };
  for (const delimiter of declared === null ? delimiters : [declared]) {
    try {
      const found = readHeader(start, {
        dialect: dialectOf(delimiter, definition.file, start),
        final: whole,
        place,
      });
      if (found !== null && found.skippedLines > definition.file.skipLines) return found.headerLine;
    } catch (error) {
      if (!(error instanceof ImportFailure)) throw error;
    }
  }
  return null;
}
