import type { ImportColumn, ImportDefinition } from '../../contract/define-import.ts';
import type { DatabaseError } from './database-failure.ts';
import { identifier, literal, qualified } from './identifier.ts';
import { ORDINAL, STAGING } from './staging.ts';
import type { Transaction } from './transaction.ts';

/** Rows that the database refuses, and why. */
export interface Violations {
  code: 'constraint_violated' | 'database_refused';
  /** For people, e.g. `unique constraint "customers_email_key" on (email)`. */
  what: string;
  /** Names in the database of the columns at fault. */
  columns: string[];
  /** Ordinals of the staged rows, at most as many as asked for; empty where they cannot be told. */
  ordinals: number[];
}

interface ConstraintRow {
  kind: 'u' | 'p' | 'f' | 'c' | 'x';
  columns: string[] | null;
  expression: string | null;
  foreignTable: string | null;
  foreignColumns: string[] | null;
}

const kinds = { u: 'unique', p: 'unique', f: 'foreign key', c: 'check', x: 'other' } as const;

/**
 * Finds, set-wise, the staged rows because of which the target refused the merge. Called after the merge was
 * rolled back to its savepoint: the target is as it was, the staging table is full.
 */
export async function findViolations(
  sql: Transaction,
  definition: ImportDefinition,
  error: DatabaseError,
  limit: number,
): Promise<Violations> {
  const constraint = error.constraint_name ?? '';
  const found = constraint === '' ? undefined : await readConstraint(sql, error);
  const columns = found?.columns ?? (error.column_name === undefined ? [] : [error.column_name]);
  const condition = found === undefined ? null : violates(definition, found);
  const rows =
    condition === null
      ? []
      : await sql.unsafe<{ ordinal: string }[]>(
          `select ${ORDINAL} as ordinal from ${STAGING} as staged where ${condition} order by 1 limit ${limit}`,
        );
  return {
    code: 'constraint_violated',
    what:
      constraint === ''
        ? `a trigger or rule of the table (SQLSTATE ${error.code})`
        : `${found === undefined ? '' : kinds[found.kind]} constraint "${constraint}" on (${columns.join(', ')})`.trimStart(),
    columns,
    ordinals: rows.map((row) => Number(row.ordinal)),
  };
}

/**
 * Finds the staged rows whose text cannot be read as the column's type.
 * `pg_input_is_valid` would do it from PostgreSQL 16 on; a function of the session does it in all versions.
 */
export async function findUnreadable(
  sql: Transaction,
  column: ImportColumn,
  limit: number,
): Promise<Violations> {
  await sql.unsafe(`
    create or replace function pg_temp.csv_import_is_readable(value text, type text) returns boolean
    language plpgsql as $$
    begin
      execute format('select %L::%s', value, type);
      return true;
    exception when others then
      return false;
    end $$`);
  const rows = await sql.unsafe<{ ordinal: string }[]>(
    `select ${ORDINAL} as ordinal from ${STAGING}
     where not pg_temp.csv_import_is_readable(${identifier(column.name)}, ${literal(column.sqlType)})
     order by 1 limit ${limit}`,
  );
  return {
    code: 'database_refused',
    what: `type ${column.sqlType} of column "${column.name}"`,
    columns: [column.name],
    ordinals: rows.map((row) => Number(row.ordinal)),
  };
}

async function readConstraint(sql: Transaction, error: DatabaseError): Promise<ConstraintRow | undefined> {
  const table = qualified(error.schema_name ?? null, error.table_name ?? '');
  const [row] = await sql<ConstraintRow[]>`
    select contype as kind,
           (select json_agg(attname order by position) from unnest(conkey) with ordinality as k(number, position)
              join pg_attribute on attrelid = conrelid and attnum = number) as columns,
           pg_get_expr(conbin, conrelid) as expression,
           confrelid::regclass::text as "foreignTable",
           (select json_agg(attname order by position) from unnest(confkey) with ordinality as k(number, position)
              join pg_attribute on attrelid = confrelid and attnum = number) as "foreignColumns"
    from pg_constraint
    where conrelid = to_regclass(${table}) and conname = ${error.constraint_name ?? ''}`;
  if (row !== undefined) return row;
  // A unique index that no constraint stands behind
  const [index] = await sql<{ columns: string[] }[]>`
    select json_agg(attname order by attnum) as columns
    from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey[0:indnkeyatts - 1])
    where indexrelid = to_regclass(${qualified(error.schema_name ?? null, error.constraint_name ?? '')})
      and indexprs is null and indpred is null and indisunique`;
  if (index?.columns == null) return undefined;
  return { kind: 'u', columns: index.columns, expression: null, foreignTable: null, foreignColumns: null };
}

/** SQL that is true for the staged rows which the constraint refuses. */
function violates(
  definition: ImportDefinition,
  { kind, columns, ...constraint }: ConstraintRow,
): string | null {
  const names = (columns ?? []).map(identifier);
  const same = (other: string, theirs: readonly string[]) =>
    names.map((name, index) => `${other}.${theirs[index]} = staged.${name}`).join(' and ');
  const target = qualified(definition.schema, definition.tableName);
  if (kind === 'c' && constraint.expression !== null) return `not (${constraint.expression})`;
  if (kind === 'f' && constraint.foreignTable !== null) {
    const given = names.map((name) => `staged.${name} is not null`).join(' and ');
    const theirs = (constraint.foreignColumns ?? []).map(identifier);
    return `${given} and not exists (select from ${constraint.foreignTable} as other where ${same('other', theirs)})`;
  }
  if (kind === 'u' || kind === 'p') {
    const key = definition.mode === 'append' ? [] : definition.key.map(identifier);
    // A row of the same key is the row itself, about to be updated.
    const another =
      key.length === 0 ? '' : ` and (${key.map((name) => `other.${name} <> staged.${name}`).join(' or ')})`;
    return `exists (select from ${target} as other where ${same('other', names)}${another})
      or exists (select from ${STAGING} as other where ${same('other', names)} and other.${ORDINAL} < staged.${ORDINAL})`;
  }
  return null;
}
