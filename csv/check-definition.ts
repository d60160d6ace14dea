import type { ImportColumn, ImportDefinition } from '../contract/definition/import-definition.ts';
import { invalid, labelOf } from '../contract/definition/invalid-definition.ts';
import { isSource } from '../contract/definition/values.ts';
import { findConstantProblem } from './row-values.ts';
import { textTransformFor } from './transform/transform.ts';

/**
 * Checks what of a definition only checks and transformations of values can tell.
 *
 * @throws ImportFailure `DefinitionInvalid` for a constant that its column does not take, and for a word for true or false that the column's other transformations
 *   change, so that no value can be it
 */
export function checkDefinition(definition: ImportDefinition): void {
  if (definition.kind !== 'table') return;
  for (const { column, value } of definition.values) {
    const constant = isSource(value) ? (value.from === 'metadata' ? (value.default ?? null) : null) : value;
    const problem = findConstantProblem(column, constant);
    if (problem !== null) invalid(labelOf(definition), `values.${column.property}`, problem);
  }
  for (const { property, transformations } of definition.columns) {
    const unread = findUnreadWord(transformations);
    if (unread === null) continue;
    invalid(
      labelOf(definition),
      `columns.${property}.booleans`,
      `"${unread.word}" is never seen, since values are changed to "${unread.seen}" before; write that`,
    );
  }
}

function findUnreadWord(transformations: ImportColumn['transformations']): {
  word: string;
  seen: string;
} | null {
  const transform = textTransformFor(transformations);
  const { booleans } = transformations;
  if (transform === null || booleans === undefined) return null;
  for (const word of [...booleans.true, ...booleans.false]) {
    const bytes = Buffer.from(word);
    const value = { bytes, start: 0, end: bytes.length };
    transform(value);
    const seen = value.bytes.toString('utf8', value.start, value.end);
    if (seen !== word) return { word, seen };
  }
  return null;
}
