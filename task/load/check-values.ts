import { describeTable, type TableImport } from '../../contract/definition/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';
import type { RowValue } from '../../csv/index.ts';
import { refusesRows } from './database-failure.ts';
import type { Transaction } from './transaction.ts';

/**
 * Asks the database about values for columns of types that only it knows, before a row is read.
 *
 * @throws ImportFailure `UploadValuesInvalid`
 */
export async function checkOtherValues(
  sql: Transaction,
  definition: TableImport,
  values: readonly RowValue[],
): Promise<void> {
  for (const { column, text } of values) {
    if (column.type.kind !== 'other') continue;
    try {
      await sql.savepoint(() => sql.unsafe(`select $1::text::${column.sqlType}`, [text]));
    } catch (error) {
      if (!refusesRows(error)) throw error;
      throw new ImportFailure(
        'UploadValuesInvalid',
        `Import "${definition.name}" gives column "${column.name}" of ${describeTable(definition)} a value that type ${column.sqlType} does not take.`,
        { cause: error },
      );
    }
  }
}
