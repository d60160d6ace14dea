import type { ColumnType } from '../../contract/definition/column-type.ts';
import type { ImportColumn } from '../../contract/definition/define-import.ts';
import { identifier } from './identifier.ts';

/**
 * SQL: whether two rows differ in any of these columns, to the byte. Equality of a type will not do: it calls `ann` and
 * `Ann` equal under some collations, 1.0 and 1.00, or an interval of a month and one of 30 days; and json has none.
 */
export function differs(columns: readonly ImportColumn[], left: string, right: string): string {
  const terms: string[] = [];
  const others: string[] = [];
  for (const { name, type } of columns) {
    const column = identifier(name);
    if (isText(type)) {
      terms.push(`${left}.${column} collate "C" is distinct from ${right}.${column} collate "C"`);
    } else if (isComparedExactly(type)) {
      terms.push(`${left}.${column} is distinct from ${right}.${column}`);
    } else {
      others.push(column);
    }
  }
  // What PostgreSQL itself compares by in REFRESH MATERIALIZED VIEW CONCURRENTLY: the stored bytes.
  // https://www.postgresql.org/docs/current/functions-comparisons.html#COMPOSITE-TYPE-COMPARISON
  if (others.length > 0) {
    const row = (side: string) => `row(${others.map((column) => `${side}.${column}`).join(', ')})`;
    terms.push(`record_image_ne(${row(left)}, ${row(right)})`);
  }
  return terms.length === 0 ? 'false' : `(${terms.join(' or ')})`;
}

/** Whether the column's type is text, so that a collation decides what is equal. */
export function isText(type: ColumnType): boolean {
  return type.kind === 'text';
}

/** Whether equal values of the type are the same to the byte. */
export function isComparedExactly(type: ColumnType): boolean {
  switch (type.kind) {
    case 'integer':
    case 'boolean':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'uuid':
    case 'bit':
      return true;
    case 'numeric':
      return type.precision !== null;
    default:
      return false;
  }
}
