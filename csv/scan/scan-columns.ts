import type { ImportColumn } from '../../contract/definition/import-definition.ts';
import type { Characters } from '../check/check-repertoire.ts';
import { fieldCheckFor } from '../check/field-check.ts';
import type { OpenedFile } from '../open-file.ts';
import { transformFor } from '../transform/transform.ts';
import { type Dialect, isTextFormat } from './dialect.ts';
import type { ScanColumn } from './reject.ts';

/**
 * What the scanner has to know of a file's columns.
 *
 * @param repertoire the characters that the database can store; null: all
 */
export function scanColumns(
  file: Pick<OpenedFile, 'columns'> & { header: { names: readonly string[] }; dialect?: Dialect },
  repertoire: Characters | null = null,
): (ScanColumn | null)[] {
  const { columns, header, dialect } = file;
  const isText = dialect !== undefined && isTextFormat(dialect);
  return columns.map((column, index) =>
    column === null
      ? null
      : {
          header: header.names[index]!,
          notNull: column.notNull,
          transform: transformFor(column),
          check: fieldCheckFor(column, repertoire),
          nullWhenQuotedEmpty: isNullWhenQuotedEmpty(column),
          textWhenEmpty: isTextWhenEmpty(column) || (isText && hasEmptyValue(column)),
        },
  );
}

/** Whether `""` is NULL for a column: for every type that has no empty value, and where the import says so. */
export function isNullWhenQuotedEmpty({ type, transformations: { empty } }: ImportColumn): boolean {
  return empty === 'null' || (type.kind !== 'text' && empty !== 'text');
}

/** Whether nothing between delimiters is the empty text for a column, rather than NULL. */
export function isTextWhenEmpty({ transformations: { empty } }: ImportColumn): boolean {
  return empty === 'text';
}

/** Whether a column's type has an empty value, as far as is known, and the import does not make it NULL. */
function hasEmptyValue({ type, transformations: { empty } }: ImportColumn): boolean {
  return (type.kind === 'text' || type.kind === 'other') && empty !== 'null';
}
