import type { TableImport } from '../../contract/definition/define-import.ts';
import type { RowValue } from '../../csv/index.ts';
import { isComparedExactly, isText } from './column-changes.ts';
import { identifier, literal } from './identifier.ts';
import { castableType } from './target-table.ts';
import type { Transaction } from './transaction.ts';

/** The values that say whose rows an upload may change; none: all rows. */
export type Scope = readonly RowValue[];

/** The scope of an upload with these values. */
export function scopeOf(definition: TableImport, values: readonly RowValue[]): Scope {
  return values.filter(({ column }) => definition.scope.includes(column.name));
}

/**
 * SQL: whether a row is in the scope. To the byte, since a collation may call two tenants equal; and by `=`, too, which
 * an index answers.
 *
 * @param row the name of the row's table in the statement
 */
export function inScope(scope: Scope, row: string): string {
  const terms = scope.map(({ column, text }) => {
    const name = `${row}.${identifier(column.name)}`;
    if (text === null) return `${name} is null`;
    const value = `${literal(text)}::${castableType(column.sqlType)}`;
    if (isText(column.type)) return `${name} = ${value} and ${name} collate "C" = ${value}`;
    const equal = `${name} = ${value}`;
    return isComparedExactly(column.type)
      ? equal
      : `${equal} and not record_image_ne(row(${name}), row(${value}))`;
  });
  // Of a NULL in the row, `=` says neither.
  return terms.length === 0 ? 'true' : `coalesce(${terms.join(' and ')}, false)`;
}

/** Sets, until the end of the transaction, what policies of the database ask for. */
export async function applySettings(
  sql: Transaction,
  { setConfig }: TableImport,
  values: readonly RowValue[],
): Promise<void> {
  for (const { setting, column } of setConfig) {
    const value = values.find((each) => each.column.name === column)!;
    await sql`select set_config(${setting}, ${value.text ?? ''}, true)`;
  }
}
