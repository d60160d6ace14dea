import type { ImportColumn, TableImport } from '../contract/definition/import-definition.ts';
import { type KeyMatch, matchKey } from '../contract/definition/key-pattern.ts';
import {
  type Constant,
  describeValue,
  isSource,
  tellsOfImport,
  type ValueSource,
} from '../contract/definition/values.ts';
import { ImportFailure } from '../contract/failures.ts';
import type { Characters } from './check/check-repertoire.ts';
import { fieldCheckFor } from './check/field-check.ts';
import { decodeMetadata } from './decode/metadata.ts';
import { transformFor } from './transform/transform.ts';
import { ParseProblem } from './transform/transform-parse.ts';
import type { FieldTransform, ValueBytes } from './transform/value.ts';

/** What goes into a column of every row: the same text (null: NULL), or the row's line. */
export interface RowValue {
  column: ImportColumn;
  text: string | null;
  isLine: boolean;
  /** Whether a column of the file wins. */
  unlessInFile: boolean;
  given: NonNullable<ImportColumn['given']>;
  /** Whether it came with the upload: in its key, or as metadata. */
  fromUpload: boolean;
}

/** What values are made of beside the definition. */
export interface ValueContext {
  /** The object's key, and the upload as people know it. */
  key: string;
  label: string;
  /** Of the object, names in lower case and without `x-amz-meta-`. */
  metadata: Readonly<Record<string, string>>;
  runId: string;
  importedAt: Date;
  /** The characters that the database can store. Default: all. */
  repertoire?: Characters | null;
}

/** What of a definition says how values are found. */
type ValueRules = Pick<TableImport, 'name' | 'prefix' | 'keyPattern' | 'values'>;

/**
 * The values of an upload's rows, in the definition's order, checked as a file's would be.
 *
 * @throws ImportFailure `KeyMismatch` for a key that the import's pattern does not read; `UploadValuesInvalid`, naming
 *   each value that is missing or is not what its column takes
 */
export function resolveValues(definition: ValueRules, context: ValueContext): RowValue[] {
  const parts = readKey(definition, context);
  const problems: string[] = [];
  const values = definition.values.map(({ column, value, unlessInFile }): RowValue => {
    const fromUpload = isSource(value) && (value.from === 'key' || value.from === 'metadata');
    const isLine = isSource(value) && value.from === 'line';
    const given = tellsOfImport(value) ? 'origin' : 'content';
    const common = { column, isLine, unlessInFile, fromUpload, given } as const;
    const found = isSource(value) ? readSource(value, column, parts, context) : textOf(value);
    if (found === undefined) {
      const { name } = value as Extract<ValueSource, { from: 'metadata' }>;
      problems.push(`column "${column.name}" takes x-amz-meta-${name}, and the object has no such metadata`);
      return { ...common, text: null };
    }
    const { text, problem } =
      found === null || isLine
        ? { text: found, problem: null }
        : checkText(column, found, fromUpload, context);
    if (problem !== null) {
      problems.push(`column "${column.name}" takes ${describeOrigin(value)}, which ${problem}`);
    }
    return { ...common, text };
  });
  if (problems.length === 0) return values;
  throw new ImportFailure(
    'UploadValuesInvalid',
    `${context.label} lacks what import "${definition.name}" needs beside the file: ${problems.join('; ')}.`,
  );
}

/** What a replace sets in rows that the file lacks; null: it deletes them. Throws as {@link resolveValues} does. */
export function resolveMarks(
  definition: ValueRules & Pick<TableImport, 'marks'>,
  context: ValueContext,
): RowValue[] | null {
  const { marks } = definition;
  return marks === null ? null : resolveValues({ ...definition, values: marks }, context);
}

/** @throws ImportFailure `KeyMismatch` */
function readKey(
  { name, prefix, keyPattern }: ValueRules,
  { key, label }: ValueContext,
): ReadonlyMap<string, string> {
  if (keyPattern === null) return new Map();
  const match: KeyMatch = matchKey(keyPattern, key.slice(prefix.length));
  if (match.kind === 'fits') return match.values;
  const how = match.kind === 'differs' ? 'does not fit' : 'fits in more than one way';
  throw new ImportFailure(
    'KeyMismatch',
    `The key of ${label} ${how} the pattern of import "${name}": behind ${prefix} it expects ${keyPattern.text}.`,
  );
}

/** The text of a value; undefined: the object lacks it. */
function readSource(
  value: ValueSource,
  column: ImportColumn,
  parts: ReadonlyMap<string, string>,
  { key, metadata, runId, importedAt }: ValueContext,
): string | null | undefined {
  switch (value.from) {
    case 'key':
      return parts.get(value.part)!;
    case 'metadata': {
      const text = metadata[value.name] ?? '';
      if (text !== '') return decodeMetadata(text);
      return value.default === undefined ? undefined : textOf(value.default);
    }
    case 'runId':
      return runId;
    case 'line':
      return '1';
    case 'importedAt':
      return timestampText(column, importedAt);
    case 'fileName':
      return key.slice(key.lastIndexOf('/') + 1);
  }
}

function textOf(value: Constant): string | null {
  return value === null ? null : String(value);
}

/** As PostgreSQL reads it to the same instant: UTC, and no more decimals than the column keeps. */
function timestampText({ type }: ImportColumn, at: Date): string {
  const [precision, zone] = type.kind === 'timestamp' ? [type.precision, type.withTimeZone] : [3, true];
  const [whole, decimals] = at.toISOString().slice(0, -1).split('.') as [string, string];
  const kept = precision === 0 ? '' : `.${decimals.slice(0, precision)}`;
  return `${whole}${kept}${zone ? 'Z' : ''}`;
}

/** Transforms and checks a text as one of the file; what is wrong with it is said without quoting it. */
function checkText(
  column: ImportColumn,
  given: string,
  fromUpload: boolean,
  { repertoire }: ValueContext,
): { text: string | null; problem: string | null } {
  let text = given;
  const bytes = Buffer.from(given);
  const transform = fromUpload ? transformFor(column) : null;
  if (transform !== null) {
    const value: ValueBytes = { bytes, start: 0, end: bytes.length };
    const problem = transformed(transform, value);
    if (problem !== null) return { text, problem };
    if (value.isNull === true) {
      return {
        text: null,
        problem: column.notNull ? 'the import makes NULL, and the column takes none' : null,
      };
    }
    text = value.bytes.toString('utf8', value.start, value.end);
  }
  if (text.includes('\0')) return { text, problem: 'has a NUL byte, which PostgreSQL cannot store' };
  const checked = Buffer.from(text);
  const problem = fieldCheckFor(column, repertoire ?? null)?.(checked, 0, checked.length) ?? null;
  return { text, problem: problem === null ? null : problem.reason };
}

function transformed(transform: FieldTransform, value: ValueBytes): string | null {
  try {
    return transform(value)?.reason ?? null;
  } catch (error) {
    if (!(error instanceof ParseProblem)) throw error;
    return `parse of the column does not take: ${error.message}`;
  }
}

function describeOrigin(value: Constant | ValueSource): string {
  if (!isSource(value)) return describeValue(value);
  if (value.from === 'key') return `{${value.part}} of the key`;
  return value.from === 'metadata' ? `x-amz-meta-${value.name}` : describeValue(value);
}

/**
 * What is wrong with the text of a constant for its column; null: nothing.
 *
 * @returns for the definition's author, so it may quote the constant
 */
export function findConstantProblem(column: ImportColumn, value: Constant): string | null {
  if (value === null) return null;
  const bytes = Buffer.from(String(value));
  const problem = fieldCheckFor(column)?.(bytes, 0, bytes.length) ?? null;
  return problem === null
    ? null
    : `${describeValue(value)} does not suit column "${column.name}": ${problem.reason}`;
}
