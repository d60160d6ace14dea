import { pgTable } from 'drizzle-orm/pg-core';
import { defineImport, type ImportColumn } from '../../../contract/definition/define-import.ts';
import { scanColumns as columnsToScan } from '../../../csv/scan/scan-columns.ts';
import type { ScanColumn } from '../../../csv/scan/scanner.ts';
import type { CopyFormat } from '../../../csv/scan/scanner-options.ts';
import { identifier } from '../../../task/load/identifier.ts';
import type { Case, CaseColumn } from './case.ts';
import { type KindName, kindNames, kindOf, size } from './kinds.ts';

/** The most columns that a file has whose rows are to be loaded. */
export const MOST_COLUMNS = 6;

const columnName = (kind: KindName, index: number) => `${kind}_${index}`;

/** One table for all files, since making one for each would take most of the time: every kind in every place. */
const table = pgTable(
  'fuzz',
  Object.fromEntries(
    kindNames.flatMap((kind) =>
      Array.from({ length: MOST_COLUMNS }, (_, index) => [columnName(kind, index), kindOf(kind).build()]),
    ),
  ),
);
const columns = Object.fromEntries(
  kindNames.flatMap((kind) =>
    Array.from({ length: MOST_COLUMNS }, (_, index) => [columnName(kind, index), kindOf(kind).options ?? {}]),
  ),
);
const definition = defineImport({ name: 'fuzz', prefix: 'fuzz/', table, mode: 'append', columns });
const byName = new Map(definition.columns.map((column) => [column.name, column]));

/** SQL that makes the table, empty, for the session; `n` is the order in which rows came. */
export const createTableSql = `
  create temporary table fuzz (n bigint generated always as identity, ${definition.columns
    .map(({ name, sqlType }) => `${identifier(name)} ${sqlType}`)
    .join(', ')})`;

/** SQL that makes what the table's types need, for the database. */
export const createTypesSql = `create type ${size.enumName} as enum (${size.enumValues
  .map((value) => `'${value}'`)
  .join(', ')})`;

/** The type of a kind's columns in SQL. */
export function sqlTypeOf(kind: KindName): string {
  return byName.get(columnName(kind, 0))!.sqlType;
}

/** The column at a position of the header, which may have more columns than the case has. */
export function columnAt({ columns }: Pick<Case, 'columns'>, index: number): CaseColumn {
  return columns[index % columns.length]!;
}

/** The columns of the table that a file with this many headers fills, in its order. */
export function filledColumns(file: Pick<Case, 'columns'>, headers: number): ImportColumn[] {
  return Array.from({ length: headers }, (_, index) => ({ ...columnAt(file, index), index }))
    .filter(({ ignored }) => !ignored)
    .map(({ kind, index }) => byName.get(columnName(kind, index))!);
}

/** What the importer's scanner is told of these columns. */
export function scanColumns(
  file: Pick<Case, 'columns'>,
  headers: readonly string[],
  format: CopyFormat,
): (ScanColumn | null)[] {
  return headers.map((header, index) => {
    const { kind, notNull, ignored } = columnAt(file, index);
    const column = byName.get(columnName(kind, 0))!;
    const scanned = ignored ? null : { ...column, notNull };
    return columnsToScan({ columns: [scanned], header: { names: [header] } }, null, format)[0]!;
  });
}
