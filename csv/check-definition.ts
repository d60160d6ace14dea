import { isSerial, type Moment, readDateFormat } from '../contract/definition/date-format.ts';
import { listOf } from '../contract/definition/date-options.ts';
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
import { narrowSigns } from './transform/number-signs.ts';
import { changeBooleanWord, textTransformFor } from './transform/transform.ts';
import { changeWord } from './transform/transform-null.ts';

/**
 * Checks what of a definition only the matching of headers, and checks and transformations of values, can tell.
 *
 * @throws ImportFailure `DefinitionInvalid` for a list of columns that does not fit the table, for a constant that its
 *   column does not take, and for a word or sign that the column's other transformations change so that no value can
 *   have it
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
        `columns.${property}.${unread.field}`,
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

type Transformations = ImportColumn['transformations'];

/** A word or sign that is changed before it is looked for, and what values have in its place. */
function findUnreadWord(transformations: Transformations): {
  field: string;
  word: string;
  seen: string;
} | null {
  const { booleans, zeroWidth, fullWidth, normalize, parse } = transformations;
  // What a function makes of values, nobody can tell.
  if (parse !== undefined) return null;
  for (const word of booleans === undefined ? [] : [...booleans.true, ...booleans.false]) {
    const seen = changeBooleanWord(word, transformations).toString();
    if (seen !== word) return { field: 'booleans', word, seen };
  }
  const inside = textTransformFor({
    ...(zeroWidth === undefined ? {} : { zeroWidth }),
    ...(fullWidth === undefined ? {} : { fullWidth }),
    ...(normalize === undefined ? {} : { normalize }),
  });
  for (const [field, word] of signsOf(transformations)) {
    const seen = changeWord(word, inside).toString();
    if (seen !== word) return { field, word, seen };
  }
  return null;
}

/** What options look for inside values, each with its option. */
function signsOf({ number, array, ...transformations }: Transformations): [field: string, sign: string][] {
  const { currency = [], negative = [] } = number ?? {};
  const signs: [string, string][] = [
    ...(currency === true ? [] : currency).map((sign): [string, string] => [
      'number.currency',
      narrowSigns(sign),
    ]),
    ...negative.map((way): [string, string] => ['number.negative', way]),
    ...(array === undefined ? [] : [['array.separator', array.separator] as [string, string]]),
  ];
  for (const what of ['date', 'time', 'timestamp'] satisfies Moment[]) {
    for (const format of listOf(transformations[what])) {
      const parts = isSerial(format) ? [] : readDateFormat(format, what);
      if (typeof parts === 'string') continue;
      for (const part of parts) if (part.kind === 'literal') signs.push([what, part.text]);
    }
  }
  return signs;
}

/** A word for NULL that becomes the empty value, which has a meaning of its own. */
function findEmptiedWord(transformations: Transformations): string | null {
  const before = textTransformFor(transformations);
  return transformations.null?.find((word) => changeWord(word, before).length === 0) ?? null;
}
