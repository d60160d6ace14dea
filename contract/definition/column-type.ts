import { PgArray, type PgColumn } from 'drizzle-orm/pg-core';

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
  /** `fields`: the only ones that are kept, such as `day to hour`; null = all. */
  | { kind: 'interval'; fields: string | null; precision: number }
  | { kind: 'uuid' }
  | { kind: 'json'; binary: boolean }
  /** Exactly `length` binary digits. */
  | { kind: 'bit'; length: number }
  | { kind: 'array'; element: ColumnType; dimensions: number }
  /** Any other type: PostgreSQL itself reads the value. */
  | { kind: 'other'; sqlType: string };

const integerRanges: Record<string, readonly [bigint, bigint]> = {
  smallint: [-32768n, 32767n],
  integer: [-2147483648n, 2147483647n],
  bigint: [-9223372036854775808n, 9223372036854775807n],
};

/** Other names of the types, as custom types may be declared by them. */
const synonyms: Record<string, string> = {
  int2: 'smallint',
  smallserial: 'smallint',
  int: 'integer',
  int4: 'integer',
  serial: 'integer',
  int8: 'bigint',
  bigserial: 'bigint',
  'character varying': 'varchar',
  character: 'char',
  decimal: 'numeric',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  timestamptz: 'timestamp',
  timetz: 'time',
};

/** Reads a Drizzle column's type from its SQL type, e.g. `varchar(40)`, `timestamp (3) with time zone`. */
export function columnTypeOf(column: PgColumn): ColumnType {
  if (column instanceof PgArray) return arrayOf(column.baseColumn as PgColumn, sqlTypeOf(column));
  if (column.enumValues !== undefined && column.enumValues.length > 0) {
    return { kind: 'enum', values: column.enumValues };
  }
  return typeNamed(column.getSQLType());
}

/**
 * The column's type as SQL, e.g. `varchar(40)`, `"audit"."mood"[]`. Drizzle leaves the schema of an enum out, and its
 * name unquoted.
 */
export function sqlTypeOf(column: PgColumn): string {
  if (column instanceof PgArray) {
    const base = column.baseColumn as PgColumn;
    return sqlTypeOf(base) + column.getSQLType().slice(base.getSQLType().length);
  }
  const { enum: declared } = column as { enum?: { schema?: string | undefined; enumName: string } };
  if (declared === undefined) return column.getSQLType();
  const names = declared.schema === undefined ? [declared.enumName] : [declared.schema, declared.enumName];
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');
}

function arrayOf(base: PgColumn, sqlType: string): ColumnType {
  const inner = columnTypeOf(base);
  if (inner.kind === 'other') return { kind: 'other', sqlType };
  return inner.kind === 'array'
    ? { ...inner, dimensions: inner.dimensions + 1 }
    : { kind: 'array', element: inner, dimensions: 1 };
}

function typeNamed(sqlType: string): ColumnType {
  const match =
    /^([a-z][a-z0-9 ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?\))?\s*(with time zone|without time zone)?$/.exec(
      sqlType.toLowerCase(),
    );
  const written = match?.[1] ?? '';
  const base = synonyms[written] ?? written;
  const first = match?.[2] === undefined ? null : Number(match[2]);
  const second = match?.[3] === undefined ? null : Number(match[3]);
  const withTimeZone = match?.[4] === 'with time zone' || written === 'timestamptz' || written === 'timetz';
  if (base in integerRanges) {
    const [min, max] = integerRanges[base]!;
    return { kind: 'integer', min, max };
  }
  const interval = /^interval(?: ([a-z ]+))?$/.exec(base);
  if (interval !== null) return { kind: 'interval', fields: interval[1] ?? null, precision: first ?? 6 };
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
    case 'bit':
      return { kind: 'bit', length: first ?? 1 };
    default:
      return { kind: 'other', sqlType };
  }
}
