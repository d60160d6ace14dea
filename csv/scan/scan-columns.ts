import type { ImportColumn } from '../../contract/definition/import-definition.ts';
import type { Characters } from '../check/check-repertoire.ts';
import { fieldCheckFor, fieldEncoderFor } from '../check/field-check.ts';
import { hasEmptyWord, transformFor } from '../transform/transform.ts';
import { type Dialect, isTextFormat } from './dialect.ts';
import type { ScanColumn } from './reject.ts';
import type { CopyFormat } from './scanner-options.ts';

/**
 * What the scanner has to know of a file's columns.
 *
 * @param repertoire the characters that the database can store; null: all
 * @param format how rows are passed on
 */
export function scanColumns(
  file: {
    columns: readonly (ImportColumn | null)[];
    header: { names: readonly string[] };
    dialect?: Dialect;
  },
  repertoire: Characters | null = null,
  format: CopyFormat = 'csv',
): (ScanColumn | null)[] {
  const { columns, header, dialect } = file;
  const isText = dialect !== undefined && isTextFormat(dialect);
  return columns.map((column, index) =>
    column === null
      ? null
      : {
          header: header.names[index]!,
          // Whether a row of the table has a value to keep, only the database knows.
          notNull: column.notNull && column.transformations.empty !== 'keep',
          transform: transformFor(column),
          check: (format === 'binary' ? fieldEncoderFor : fieldCheckFor)(column, repertoire),
          nullWhenQuotedEmpty: isNullWhenQuotedEmpty(column),
          textWhenEmpty: column.transformations.empty === 'text' || (isText && hasEmptyValue(column)),
          quotesEmpty: column.transformations.empty === 'text' && makesNulls(column),
          takesFormula: takesFormula(column),
          transformsEmpty: hasEmptyWord(column.transformations),
        },
  );
}

/** Whether `""` is NULL for a column: for every type that has no empty value, and where the import says so. */
export function isNullWhenQuotedEmpty({ type, transformations: { empty } }: ImportColumn): boolean {
  return empty === 'null' || empty === 'keep' || (type.kind !== 'text' && empty !== 'text');
}

/** Whether COPY takes nothing between delimiters for the empty text, rather than NULL. */
export function isTextWhenEmpty(column: ImportColumn): boolean {
  return column.transformations.empty === 'text' && !makesNulls(column);
}

/** Whether transformations make NULLs, which COPY gets as nothing between delimiters. */
function makesNulls({ transformations }: ImportColumn): boolean {
  return (transformations.null?.length ?? 0) > 0 || transformations.parse !== undefined;
}

/** Whether a value of a column may be `="…"`, as spreadsheets keep text. */
export function takesFormula({ transformations: { excelText } }: ImportColumn): boolean {
  return [excelText].flat().includes('formula');
}

/** Whether a column's type has an empty value, as far as is known, and the import does not make it NULL. */
function hasEmptyValue({ type, transformations: { empty } }: ImportColumn): boolean {
  return (type.kind === 'text' || type.kind === 'other') && empty !== 'null';
}
