import { type ImportColumn, insertsRows, type TableImport } from '../../contract/definition/define-import.ts';
import { type CopyFormat, type CsvForm, isNullWhenQuotedEmpty, isTextWhenEmpty } from '../../csv/index.ts';
import { identifier, literal, qualified } from './identifier.ts';
import type { Ordinals } from './ordinals.ts';
import type { Transaction } from './transaction.ts';

/** Counts the accepted rows in the order of the file, from 1: how a staged row is found in the file again. */
export const ORDINAL = 'csv_import_ordinal';
/** As many as PostgreSQL lets a table have. */
const MOST_COLUMNS = 1600;

/**
 * SQL by which staged rows are in the order of the file, with the name of their table before it where there are others.
 * Where the file fills as many columns as a table can have, there is no room for an ordinal: then it is their place in
 * the table, since COPY into a table of the same transaction appends. It tells the order, but not the row in the file.
 */
export function orderOf(filled: readonly ImportColumn[]): string {
  return filled.length < MOST_COLUMNS ? ORDINAL : 'ctid';
}

/** The staged rows of this transaction. */
export const STAGING = 'pg_temp.csv_import_staging';

/** The ordinals of staged rows that the last round of a merge did not let in. */
export const REFUSED = 'pg_temp.csv_import_refused';

/**
 * Creates an empty temporary table of the file's columns, typed as in the target; gone at the end of the
 * transaction. Columns of types that only PostgreSQL can check are text until {@link readOtherTypes}.
 */
export async function createStaging(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
): Promise<void> {
  const columns = filled.map(({ name, type }) =>
    type.kind === 'other' ? `null::text as ${identifier(name)}` : identifier(name),
  );
  // CREATE TABLE AS rather than LIKE: no constraint or default of the target may act on staged rows.
  await sql.unsafe(`
    create temporary table csv_import_staging on commit drop as
    select ${columns} from ${qualified(definition.schema, definition.tableName)} with no data`);
  if (orderOf(filled) !== ORDINAL) return;
  if (mayRefuse(definition)) {
    await sql.unsafe(
      'create temporary table csv_import_refused (ordinal bigint, found "char") on commit drop',
    );
  }
  await sql.unsafe(
    `alter table ${STAGING} add column ${ORDINAL} bigint generated always as identity (cache 1000)`,
  );
}

/**
 * What a merge may take for each hash table or sort: PostgreSQL's default of 4 MB makes joins of a million rows go to
 * disk, and a merge has no more than three at a time.
 */
const MERGE_MEMORY = '64MB';

/** Lets the merge of this transaction take more memory than a query by default; never less than the server gives. */
export async function allowMergeMemory(sql: Transaction): Promise<void> {
  await sql`
    select set_config('work_mem', ${MERGE_MEMORY}, true)
    where pg_size_bytes(current_setting('work_mem')) < pg_size_bytes(${MERGE_MEMORY})`;
}

/** Gives the staged columns that were loaded as text their own type; throws class 22 where a text does not fit. */
export async function readOtherTypes(sql: Transaction, column: ImportColumn): Promise<void> {
  const name = identifier(column.name);
  // By way of the type without length or precision: a cast to `varbit(3)` would cut the value in silence, while putting
  // it into such a column refuses it.
  const [unlimited] = await sql<{ type: string | null }[]>`
    select format_type(to_regtype(${column.sqlType}), -1) as type`;
  await sql.unsafe(
    `alter table ${STAGING} alter ${name} type ${column.sqlType} using ${name}::${unlimited?.type ?? column.sqlType}`,
  );
}

/** Takes rows out of the load. */
export async function dropStaged(sql: Transaction, ordinals: Ordinals): Promise<void> {
  const { bits } = ordinals;
  await sql.unsafe(
    `delete from ${STAGING} where case when ${ORDINAL} < $1::bigint then get_bit($2::bytea, ${ORDINAL}) = 1 else false end`,
    [bits.length * 8, bits],
  );
}

/** The statement that loads rows, columns in the file's order. */
export function copyStatement(
  into: string,
  filled: readonly ImportColumn[],
  { delimiter, isExact, format }: CsvForm & { format: CopyFormat },
): string {
  const copy = `copy ${into} (${named(filled)}) from stdin`;
  if (format === 'binary') return `${copy} with (format binary)`;
  const options = ['format csv', `delimiter ${literal(delimiter)}`, "encoding 'UTF8'"];
  // Without these, a quoted empty value would be the empty string in every type, and an unquoted one NULL.
  // Of values that are not in the file, the empty text is always quoted, and NULL never.
  const fromFile = isExact ? [] : filled.filter(({ given }) => given === undefined);
  const nullable = fromFile.filter(isNullWhenQuotedEmpty);
  if (nullable.length > 0) options.push(`force_null (${named(nullable)})`);
  const texts = fromFile.filter(isTextWhenEmpty);
  if (texts.length > 0) options.push(`force_not_null (${named(texts)})`);
  return `${copy} with (${options.join(', ')})`;
}

function named(columns: readonly ImportColumn[]): string {
  return columns.map(({ name }) => identifier(name)).join(', ');
}

/** Whether a merge may find rows that it does not let in, though the database would. */
export function mayRefuse({ scope, mode, unknownKeys }: TableImport): boolean {
  return scope.length > 0 || (!insertsRows(mode) && unknownKeys === 'reject');
}

/** Whether staged rows find their place in the target by the key: not for `append`, nor where the file lacks it. */
export function mergesByKey(definition: TableImport, filled: readonly ImportColumn[]): boolean {
  return (
    definition.mode !== 'append' &&
    definition.key.length > 0 &&
    definition.key.every((name) => filled.some((column) => column.name === name))
  );
}
