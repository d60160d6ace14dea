import type { ImportColumn, ImportDefinition } from '../../contract/define-import.ts';
import { identifier, literal, qualified } from './identifier.ts';
import type { Transaction } from './transaction.ts';

/** Counts the accepted rows in the order of the file, from 1: how a staged row is found in the file again. */
export const ORDINAL = 'csv_import_ordinal';
/** The staged rows of this transaction. */
export const STAGING = 'pg_temp.csv_import_staging';

/**
 * Creates an empty temporary table of the file's columns, typed as in the target; gone at the end of the
 * transaction. Columns of types that only PostgreSQL can check are text until {@link readOtherTypes}.
 */
export async function createStaging(
  sql: Transaction,
  definition: ImportDefinition,
  filled: readonly ImportColumn[],
): Promise<void> {
  const columns = filled.map(({ name, type }) =>
    type.kind === 'other' ? `null::text as ${identifier(name)}` : identifier(name),
  );
  // CREATE TABLE AS rather than LIKE: no constraint or default of the target may act on staged rows.
  await sql.unsafe(`
    create temporary table csv_import_staging on commit drop as
    select ${columns} from ${qualified(definition.schema, definition.tableName)} with no data`);
  await sql.unsafe(
    `alter table ${STAGING} add column ${ORDINAL} bigint generated always as identity (cache 1000)`,
  );
}

/** Gives the staged columns that were loaded as text their own type; throws class 22 where a text does not fit. */
export async function readOtherTypes(sql: Transaction, column: ImportColumn): Promise<void> {
  const name = identifier(column.name);
  await sql.unsafe(
    `alter table ${STAGING} alter ${name} type ${column.sqlType} using ${name}::${column.sqlType}`,
  );
}

/** As many ordinals as one DELETE names: a statement of some 100 kB. */
const DELETED_AT_ONCE = 10_000;

/** Takes rows out of the load. */
export async function dropStaged(sql: Transaction, ordinals: readonly number[]): Promise<void> {
  for (let from = 0; from < ordinals.length; from += DELETED_AT_ONCE) {
    const some = ordinals.slice(from, from + DELETED_AT_ONCE);
    await sql.unsafe(`delete from ${STAGING} where ${ORDINAL} in (${some})`);
  }
}

/** The statement that loads CSV bytes, columns in the file's order. */
export function copyStatement(into: string, filled: readonly ImportColumn[], delimiter: string): string {
  const options = ['format csv', `delimiter ${literal(delimiter)}`, "encoding 'UTF8'"];
  // A quoted empty value is the empty string for text and NULL for everything that cannot be empty.
  const nullable = filled.filter(isNullWhenQuotedEmpty).map((column) => identifier(column.name));
  if (nullable.length > 0) options.push(`force_null (${nullable.join(', ')})`);
  const columns = filled.map((column) => identifier(column.name)).join(', ');
  return `copy ${into} (${columns}) from stdin with (${options.join(', ')})`;
}

/** Whether `""` is NULL for a column: for every type that has no empty value. */
export function isNullWhenQuotedEmpty(column: ImportColumn): boolean {
  return column.type.kind !== 'text';
}

/** Whether staged rows find their place in the target by the key: not for `append`, nor where the file lacks it. */
export function mergesByKey(definition: ImportDefinition, filled: readonly ImportColumn[]): boolean {
  return (
    definition.mode !== 'append' &&
    definition.key.length > 0 &&
    definition.key.every((name) => filled.some((column) => column.name === name))
  );
}
