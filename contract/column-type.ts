import type { PgColumn } from 'drizzle-orm/pg-core';

/** What a column stores, as far as the importer checks it before PostgreSQL sees it. */
export type ColumnType =
  | { kind: 'text'; maxLength: number | null }
  | { kind: 'enum'; values: readonly string[] }
  | { kind: 'integer'; min: bigint; max: bigint }
  /** `precision` total digits of which `scale` after the point; null = unlimited. */
  | { kind: 'numeric'; precision: number | null; scale: number | null }
  | { kind: 'float'; bits: 32 | 64 }
  | { kind: 'boolean' }
  | { kind: 'date' }
  /** `precision`: digits of the fractional second that are kept, 0 to 6. */
  | { kind: 'time'; precision: number; withTimeZone: boolean }
  | { kind: 'timestamp'; precision: number; withTimeZone: boolean }
  | { kind: 'uuid' }
  | { kind: 'json'; binary: boolean }
  /** Any other type: PostgreSQL itself reads the value. */
  | { kind: 'other'; sqlType: string };

const integerRanges: Record<string, readonly [bigint, bigint]> = {
  smallint: [-32768n, 32767n],
  smallserial: [-32768n, 32767n],
  integer: [-2147483648n, 2147483647n],
  serial: [-2147483648n, 2147483647n],
  bigint: [-9223372036854775808n, 9223372036854775807n],
  bigserial: [-9223372036854775808n, 9223372036854775807n],
};

/** Reads a Drizzle column's type from its SQL type, e.g. `varchar(40)`, `timestamp (3) with time zone`. */
export function columnTypeOf(column: PgColumn): ColumnType {
  const sqlType = column.getSQLType();
  if (column.enumValues !== undefined && column.enumValues.length > 0) {
    return { kind: 'enum', values: column.enumValues };
  }
  const match = /^([a-z ]+?)\s*(?:\(\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?\))?\s*(with time zone)?$/.exec(sqlType);
  const base = match?.[1];
  const first = match?.[2] === undefined ? null : Number(match[2]);
  const second = match?.[3] === undefined ? null : Number(match[3]);
  const withTimeZone = match?.[4] !== undefined;
  if (base !== undefined && base in integerRanges) {
    const [min, max] = integerRanges[base]!;
    return { kind: 'integer', min, max };
  }
  switch (base) {
    case 'text':
      return { kind: 'text', maxLength: null };
    case 'varchar':
      return { kind: 'text', maxLength: first };
    case 'char':
      return { kind: 'text', maxLength: first ?? 1 };
    case 'numeric':
      return { kind: 'numeric', precision: first, scale: first === null ? null : (second ?? 0) };
    case 'real':
      return { kind: 'float', bits: 32 };
    case 'double precision':
      return { kind: 'float', bits: 64 };
    case 'boolean':
      return { kind: 'boolean' };
    case 'date':
      return { kind: 'date' };
    case 'time':
    case 'timestamp':
      return { kind: base, precision: first ?? 6, withTimeZone };
    case 'uuid':
      return { kind: 'uuid' };
    case 'json':
    case 'jsonb':
      return { kind: 'json', binary: base === 'jsonb' };
    default:
      return { kind: 'other', sqlType };
  }
}
