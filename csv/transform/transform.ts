import type { ColumnType } from '../../contract/definition/column-type.ts';
import type { ImportColumn } from '../../contract/definition/import-definition.ts';
import { booleansTransform } from './transform-boolean.ts';
import { dateTransform, timestampTransform } from './transform-date.ts';
import { numberTransform } from './transform-number.ts';
import { caseTransform, fullWidthTransform, trimTransform } from './transform-text.ts';
import type { FieldTransform } from './value.ts';

/** The declared transformations of a column in their order; null where there are none that touch bytes. */
export function transformFor({
  type,
  transformations,
}: Pick<ImportColumn, 'type' | 'transformations'>): FieldTransform | null {
  const read = readTransform(type, transformations);
  return inOrder(read === null ? textSteps(transformations) : [...textSteps(transformations), read]);
}

/** The transformations that come before the one that reads the column's type; null where there are none. */
export function textTransformFor(transformations: ImportColumn['transformations']): FieldTransform | null {
  return inOrder(textSteps(transformations));
}

function textSteps({ trim, fullWidth, case: letters }: ImportColumn['transformations']): FieldTransform[] {
  const steps: FieldTransform[] = [];
  if (trim === true) steps.push(trimTransform());
  if (fullWidth === 'ascii') steps.push(fullWidthTransform());
  if (letters !== undefined) steps.push(caseTransform(letters));
  return steps;
}

function inOrder(steps: readonly FieldTransform[]): FieldTransform | null {
  if (steps.length <= 1) return steps[0] ?? null;
  return (value) => {
    for (const step of steps) {
      // Nothing is left: whether that is NULL or a text is not for the next step to say.
      if (value.start === value.end) return null;
      const problem = step(value);
      if (problem !== null) return problem;
    }
    return null;
  };
}

/** The transformation that reads the column's type as the file writes it. */
function readTransform(
  type: ColumnType,
  { date, timestamp, zone, number, booleans }: ImportColumn['transformations'],
): FieldTransform | null {
  if (type.kind === 'date' && date !== undefined) return dateTransform(date);
  if (type.kind === 'timestamp' && (timestamp !== undefined || zone !== undefined)) {
    return timestampTransform(timestamp ?? null, zone ?? null, type);
  }
  if (number !== undefined) return numberTransform(number, type.kind === 'integer');
  return booleans === undefined ? null : booleansTransform(booleans);
}
