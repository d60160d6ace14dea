import type { ColumnType } from '../../contract/definition/column-type.ts';
import type { ImportColumn } from '../../contract/definition/import-definition.ts';
import { arrayCheck } from './check-array.ts';
import { bitCheck } from './check-bit.ts';
import { dateCheck, timeCheck, timestampCheck } from './check-date.ts';
import { intervalCheck } from './check-interval.ts';
import { jsonCheck } from './check-json.ts';
import { floatCheck, integerCheck, numericCheck } from './check-number.ts';
import { type Characters, repertoireCheck } from './check-repertoire.ts';
import { rulesCheck } from './check-rules.ts';
import { anyText, booleanCheck, enumCheck, lengthCheck, uuidCheck } from './check-text.ts';
import type { FieldCheck } from './field-problem.ts';

export type { FieldCheck, FieldProblem } from './field-problem.ts';

/**
 * What a value of the column must pass: its type, strictly (only forms that PostgreSQL reads to exactly the same
 * value), its rules, and what the database can store (default: anything). Null where any text will do. NULL is not a value and comes to no check.
 */
export function fieldCheckFor(
  column: Pick<ImportColumn, 'type' | 'rules'>,
  storable: Characters | null = null,
): FieldCheck | null {
  const checks = [
    typeCheck(column.type),
    rulesCheck(column),
    storable && repertoireCheck(storable, column.type),
  ].filter((check) => check !== null);
  const [first, second] = checks;
  if (first === undefined || second === undefined) return first ?? null;
  const both: FieldCheck = (bytes, start, end, out) =>
    first(bytes, start, end, out) ?? second(bytes, start, end);
  const third = checks[2];
  return third === undefined
    ? both
    : (bytes, start, end, out) => both(bytes, start, end, out) ?? third(bytes, start, end);
}

/**
 * The same for a column whose rows are written in binary: the value passes and is written.
 *
 * @see hasBinaryForm
 */
export function fieldEncoderFor(
  column: Pick<ImportColumn, 'type' | 'rules'>,
  storable: Characters | null = null,
): FieldCheck {
  const check = fieldCheckFor(column, storable);
  if (typeCheck(column.type) !== null && check !== null) return check;
  return check === null
    ? anyText
    : (bytes, start, end, out) => anyText(bytes, start, end, out) ?? check(bytes, start, end);
}

/** Whether values of the type can be written as its receive function takes them. */
export function hasBinaryForm({ kind }: ColumnType): boolean {
  return kind !== 'other' && kind !== 'array' && kind !== 'interval' && kind !== 'bit';
}

function typeCheck(type: ColumnType): FieldCheck | null {
  switch (type.kind) {
    case 'text':
      return type.maxLength === null ? null : lengthCheck(type.maxLength);
    case 'enum':
      return enumCheck(type.values);
    case 'integer':
      return integerCheck(type.min, type.max);
    case 'numeric':
      return numericCheck(type.precision, type.scale);
    case 'float':
      return floatCheck(type.bits);
    case 'boolean':
      return booleanCheck();
    case 'date':
      return dateCheck();
    case 'time':
      return timeCheck(type.precision, type.withTimeZone);
    case 'timestamp':
      return timestampCheck(type.precision, type.withTimeZone);
    case 'uuid':
      return uuidCheck();
    case 'json':
      return jsonCheck(type.binary);
    case 'interval':
      return intervalCheck(type.fields, type.precision);
    case 'bit':
      return bitCheck(type.length);
    case 'array':
      return arrayCheck(typeCheck(type.element), type.dimensions);
    case 'other':
      return null;
  }
}
