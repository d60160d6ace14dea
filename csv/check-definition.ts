import type {
  ImportColumn,
  ImportDefinition,
  TableImport,
} from '../contract/definition/import-definition.ts';
import { invalid, labelOf } from '../contract/definition/invalid-definition.ts';
import { isSource } from '../contract/definition/values.ts';
import { ImportFailure } from '../contract/failures.ts';
import { mapHeader } from './detect/map-header.ts';
import { findConstantProblem } from './row-values.ts';
import { changeBooleanWord, textTransformFor } from './transform/transform.ts';
import { changeWord } from './transform/transform-null.ts';

/**
 * Checks what of a definition only the matching of headers, and checks and transformations of values, can tell.
 *
 * @throws ImportFailure `DefinitionInvalid` for a list of columns that does not fit the table, for a constant that its
 *   column does not take, and for a word for NULL, true or false that the column's other transformations change so that
 *   no value can be it
 */
export function checkDefinition(definition: ImportDefinition): void {
  if (definition.kind !== 'table') return;
  checkHeaderList(definition);
  const label = labelOf(definition);
  for (const { column, value } of [...definition.values, ...(definition.marks ?? [])]) {
    const constant = isSource(value) ? (value.from === 'metadata' ? (value.default ?? null) : null) : value;
    const problem = findConstantProblem(column, constant);
    if (problem !== null) invalid(label, `values.${column.property}`, problem);
  }
  for (const { property, transformations } of definition.columns) {
    const unread = findUnreadWord(transformations);
    if (unread !== null) {
      invalid(
        label,
        `columns.${property}.booleans`,
        `"${unread.word}" is never seen, since values are changed to "${unread.seen}" before; write that`,
      );
    }
    const emptied = findEmptiedWord(transformations);
    if (emptied !== null) {
      invalid(
        label,
        `columns.${property}.null`,
        `nothing is left of "${emptied}" once values are changed; leave it out, and declare empty: "null" if the column is text`,
      );
    }
  }
}

/** The columns of files without a header are known before there is one. */
function checkHeaderList(definition: TableImport): void {
  const { header } = definition.file;
  if (!Array.isArray(header)) return;
  try {
    mapHeader(header, definition);
  } catch (error) {
    if (!(error instanceof ImportFailure)) throw error;
    const problem = error.message.replace(/^.*?problems?\): |\.( If the file .*)?$/gs, '');
    invalid(labelOf(definition), 'file.header', `the list does not fit the import: ${problem}`);
  }
}

function findUnreadWord(transformations: ImportColumn['transformations']): {
  word: string;
  seen: string;
} | null {
  const { booleans } = transformations;
  for (const word of booleans === undefined ? [] : [...booleans.true, ...booleans.false]) {
    const seen = changeBooleanWord(word, transformations).toString();
    if (seen !== word) return { word, seen };
  }
  return null;
}

/** A word for NULL that becomes the empty value, which has a meaning of its own. */
function findEmptiedWord(transformations: ImportColumn['transformations']): string | null {
  const before = textTransformFor(transformations);
  return transformations.null?.find((word) => changeWord(word, before).length === 0) ?? null;
}
