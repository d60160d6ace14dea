import type { ColumnType } from '../../contract/definition/column-type.ts';
import { listOf } from '../../contract/definition/date-options.ts';
import type { ImportColumn } from '../../contract/definition/import-definition.ts';
import { arrayTransform } from './transform-array.ts';
import { booleansTransform } from './transform-boolean.ts';
import { dateTransform, timestampTransform, timeTransform, truncateTransform } from './transform-date.ts';
import { excelTextTransform, normalizeTransform, zeroWidthTransform } from './transform-invisible.ts';
import { changeWord, nullTransform } from './transform-null.ts';
import { leadingZerosTransform, numberTransform } from './transform-number.ts';
import { parseTransform } from './transform-parse.ts';
import { caseTransform, fullWidthTransform, trimTransform } from './transform-text.ts';
import type { FieldTransform } from './value.ts';

type Transformations = ImportColumn['transformations'];

/** The declared transformations of a column in their order; null where there are none that touch bytes. */
export function transformFor({
  type,
  transformations,
  property = '',
}: Pick<ImportColumn, 'type' | 'transformations'> & { property?: string }): FieldTransform | null {
  const steps = textSteps(transformations);
  const words = transformations.null ?? [];
  if (words.length > 0) steps.push(nullTransform(words, textTransformFor(transformations)));
  steps.push(...caseSteps(transformations));
  if (transformations.parse !== undefined) steps.push(parseTransform(property, transformations.parse));
  steps.push(...readSteps(type, transformations));
  return inOrder(steps, hasEmptyWord(transformations));
}

/** Whether the empty value is one of the words for true and false. */
export function hasEmptyWord({ booleans }: Transformations): boolean {
  return booleans !== undefined && [...booleans.true, ...booleans.false].includes('');
}

/** The transformations of texts that come before words for NULL are looked for; null where there are none. */
export function textTransformFor(transformations: Transformations): FieldTransform | null {
  return inOrder(textSteps(transformations), false);
}

/** What the words for true and false are compared with, of a text. */
export function changeBooleanWord(word: string, transformations: Transformations): Buffer {
  const steps = [...textSteps(transformations), ...caseSteps(transformations)];
  return changeWord(word, inOrder(steps, false));
}

function textSteps({ zeroWidth, trim, excelText, fullWidth, normalize }: Transformations): FieldTransform[] {
  const steps: FieldTransform[] = [];
  if (zeroWidth === 'remove') steps.push(zeroWidthTransform());
  if (trim === true) steps.push(trimTransform());
  if (excelText !== undefined) steps.push(excelTextTransform(listOf(excelText)));
  if (fullWidth === 'ascii') steps.push(fullWidthTransform());
  if (normalize !== undefined) steps.push(normalizeTransform(normalize));
  return steps;
}

function caseSteps({ case: letters }: Transformations): FieldTransform[] {
  return letters === undefined ? [] : [caseTransform(letters)];
}

/** `emptyToo`: the last step is for the empty value, too. */
function inOrder(steps: readonly FieldTransform[], emptyToo: boolean): FieldTransform | null {
  if (steps.length <= 1) return steps[0] ?? null;
  const last = steps.length - 1;
  return (value) => {
    for (let index = 0; index <= last; index++) {
      // Nothing is left: whether that is NULL or a text is not for the next step to say.
      if (value.start === value.end && !(emptyToo && index === last)) continue;
      const problem = steps[index]!(value);
      if (problem !== null || value.isNull === true) return problem;
    }
    return null;
  };
}

/** The transformations that read the column's type as the file writes it. */
function readSteps(type: ColumnType, transformations: Transformations): FieldTransform[] {
  const { date, time, timestamp, zone, fraction, number, leadingZeros, booleans, array, trim } =
    transformations;
  const steps: FieldTransform[] = [];
  if (type.kind === 'date' && date !== undefined) steps.push(dateTransform(date, transformations));
  if (type.kind === 'time' && time !== undefined) steps.push(timeTransform(time));
  const clocked = type.kind === 'time' || type.kind === 'timestamp';
  if (clocked && fraction === 'truncate' && timestamp === undefined && time === undefined) {
    // Before a zone is added, which takes only what the column takes.
    steps.push(truncateTransform(type.precision));
  }
  if (type.kind === 'timestamp' && (timestamp !== undefined || zone !== undefined)) {
    steps.push(timestampTransform(timestamp ?? null, zone ?? null, type, transformations));
  }
  if (clocked && fraction === 'truncate') steps.push(truncateTransform(type.precision));
  if (number !== undefined) steps.push(numberTransform(number, type.kind === 'integer'));
  if (leadingZeros === 'drop') steps.push(leadingZerosTransform());
  if (array !== undefined) {
    const words = transformations.null ?? [];
    const elements = trim === true ? [trimTransform()] : [];
    if (words.length > 0) elements.push(nullTransform(words, null));
    steps.push(arrayTransform(array.separator, inOrder(elements, false)));
  }
  if (booleans !== undefined) steps.push(booleansTransform(booleans));
  return steps;
}
