import { getTableConfig, type PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { type ColumnType, columnTypeOf, sqlTypeOf } from './column-type.ts';

/** Where a column's value is looked up: the file has another column of the row that it refers to. */
export interface LookupOption {
  /** The other table. */
  in: PgTable;
  /** Its column that the file has, by its property. */
  by: string;
  /** Its column that the row gets, by its property. Default: its primary key. */
  take?: string;
  /**
   * What becomes of a value that the other table lacks: its row is rejected, the column is NULL, or the value is
   * inserted into the other table. Default: `reject`.
   */
  missing?: 'reject' | 'null' | 'insert';
}

/** A checked {@link LookupOption}; names are those in the database. */
export interface Lookup {
  schema: string | null;
  table: string;
  by: string;
  take: string;
  missing: 'reject' | 'null' | 'insert';
  /** Columns of the other table by the names of their properties: those of the scope are compared, too. */
  columns: ReadonlyMap<string, string>;
  /** Of the import's own column. */
  type: ColumnType;
  sqlType: string;
}

/** What {@link LookupOption} must look like. */
export const lookupSchema = z.strictObject(
  {
    in: z.instanceof(PgTable, { error: 'pass a table made by pgTable() of drizzle-orm/pg-core' }),
    by: z.string(),
    take: z.string().optional(),
    missing: z.enum(['reject', 'null', 'insert'], { error: 'use "reject", "null" or "insert"' }).optional(),
  },
  { error: 'write it as { in: categories, by: "code" }, with take and missing beside them' },
);

/** A column as a file has it, and its lookup; or what is wrong. */
export function readLookup(
  own: { name: string; type: ColumnType; sqlType: string; notNull: boolean },
  option: LookupOption,
): { name: string; type: ColumnType; sqlType: string; lookup: Lookup } | { field: string; problem: string } {
  const config = getTableConfig(option.in);
  const properties = new Map(
    Object.entries(option.in).filter((entry): entry is [string, PgColumn] =>
      config.columns.includes(entry[1] as PgColumn),
    ),
  );
  const known = [...properties.keys()].join(', ');
  const by = properties.get(option.by);
  if (by === undefined) {
    return {
      field: 'lookup.by',
      problem: `table "${config.name}" has no column "${option.by}"; it has ${known}`,
    };
  }
  const primary = config.primaryKeys[0]?.columns ?? config.columns.filter((column) => column.primary);
  const take =
    option.take === undefined ? (primary.length === 1 ? primary[0] : undefined) : properties.get(option.take);
  if (take === undefined) {
    const problem =
      option.take === undefined
        ? `table "${config.name}" has no primary key of one column: name the column that rows get, such as take: "id"`
        : `table "${config.name}" has no column "${option.take}"; it has ${known}`;
    return { field: 'lookup.take', problem };
  }
  const taken = columnTypeOf(take);
  if (taken.kind !== own.type.kind) {
    return {
      field: 'lookup.take',
      problem: `column "${take.name}" of table "${config.name}" is ${sqlTypeOf(take)}, and "${own.name}" is ${own.sqlType}`,
    };
  }
  const missing = option.missing ?? 'reject';
  if (missing === 'null' && own.notNull) {
    return { field: 'lookup.missing', problem: `column "${own.name}" is NOT NULL; use "reject" or "insert"` };
  }
  return {
    name: own.name,
    type: columnTypeOf(by),
    sqlType: sqlTypeOf(by),
    lookup: {
      schema: config.schema ?? null,
      table: config.name,
      by: by.name,
      take: take.name,
      missing,
      columns: new Map([...properties].map(([property, { name }]) => [property, name])),
      type: own.type,
      sqlType: own.sqlType,
    },
  };
}
