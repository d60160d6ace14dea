import type { ImportColumn, TableImport } from '../../contract/define-import.ts';
import { type DatabaseError, databaseErrorOf } from './database-failure.ts';
import { identifier, literal, qualified } from './identifier.ts';
import { ORDINAL, STAGING } from './staging.ts';
import type { Transaction } from './transaction.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const NOT_NULL_VIOLATION = '23502';
const UNDEFINED_COLUMN = '42703';

/** Rows that only the database can tell to be wrong, and why. */
export interface Violations {
  code: 'constraint_violated' | 'database_refused' | 'duplicate_key';
  /** For people, e.g. `refused by the database, unique constraint "one_mail" on (email)`. */
  reason: string;
  /** Names in the database of the columns at fault. */
  columns: string[];
  /** Ordinals of the staged rows, at most as many as asked for; empty where they cannot be told. */
  ordinals: number[];
}

interface Constraint {
  /** Whether it is one of the target, and not of a table that refers to it. */
  own: boolean;
  table: string;
  kind: 'unique' | 'foreign key' | 'check' | 'other';
  columns: string[];
  /** Of a check. */
  expression: string | null;
  foreignTable: string | null;
  foreignColumns: string[];
  /** Of a unique constraint or index: what must not repeat, as SQL over the table's columns, and where. */
  terms: string[];
  predicate: string | null;
}

/**
 * Finds, set-wise, the staged rows because of which the target refused the merge. Called after the merge was
 * rolled back to its savepoint: the target is as it was, the staging table is full.
 */
export async function findViolations(
  sql: Transaction,
  definition: TableImport,
  error: DatabaseError,
  limit: number,
): Promise<Violations> {
  if (error.code === NOT_NULL_VIOLATION && error.column_name !== undefined) {
    const { column_name: column } = error;
    return {
      code: 'constraint_violated',
      reason: `refused by the database, NOT NULL of column "${column}"`,
      columns: [column],
      ordinals: await diagnose(sql, () => ordinalsWhere(sql, `${identifier(column)} is null`, limit)),
    };
  }
  const { constraint_name: name = '' } = error;
  const constraint = name === '' ? null : await readConstraint(sql, definition, error);
  if (constraint === null) {
    return {
      code: 'constraint_violated',
      reason: `refused by the database, ${name === '' ? `a trigger or rule of the table (SQLSTATE ${error.code})` : `"${name}"`}`,
      columns: [],
      ordinals: [],
    };
  }
  const { kind, columns } = constraint;
  const on = columns.length === 0 ? '' : ` on (${columns.join(', ')})`;
  if (!constraint.own) {
    return {
      code: 'constraint_violated',
      reason: `refused by the database, ${kind} constraint "${name}"${on} of table ${constraint.table}, which still refers to rows that the file lacks`,
      columns: [],
      ordinals: [],
    };
  }
  return {
    code: 'constraint_violated',
    reason: `refused by the database, ${kind === 'other' ? '' : `${kind} `}constraint "${name}"${on}`,
    columns,
    ordinals: await diagnose(sql, () => refusedBy(sql, definition, constraint, limit)),
  };
}

/**
 * Finds the staged rows whose text cannot be read as the column's type: by `pg_input_is_valid`, which PostgreSQL has
 * from version 16 on, else by a function of the session.
 */
export async function findUnreadable(
  sql: Transaction,
  column: ImportColumn,
  limit: number,
): Promise<Violations> {
  const [version] = await sql<{ builtIn: boolean }[]>`
    select current_setting('server_version_num')::int >= 160000 as "builtIn"`;
  if (!version!.builtIn) {
    await sql.unsafe(`
      create or replace function pg_temp.pg_input_is_valid(value text, type text) returns boolean
      language plpgsql as $$
      begin
        execute format('select %L::%s', value, type);
        return true;
      exception when others then
        return false;
      end $$`);
  }
  const isValid = version!.builtIn ? 'pg_input_is_valid' : 'pg_temp.pg_input_is_valid';
  return {
    code: 'database_refused',
    reason: `refused by the database, type ${column.sqlType} of column "${column.name}"`,
    columns: [column.name],
    ordinals: await ordinalsWhere(
      sql,
      `not ${isValid}(${identifier(column.name)}, ${literal(column.sqlType)})`,
      limit,
    ),
  };
}

/** Finds the staged rows whose key has come before in the file. */
export async function findLaterDuplicates(
  sql: Transaction,
  key: readonly string[],
  limit: number,
): Promise<Violations> {
  return {
    code: 'duplicate_key',
    reason: `an earlier row of the file has the same key (${key.join(', ')})`,
    columns: [...key],
    ordinals: await ordinalsOf(sql, repeated(STAGING, key.map(identifier)), limit),
  };
}

/** A query that fails, because the constraint is about columns that the file does not have, tells of no row. */
async function diagnose(sql: Transaction, query: () => Promise<number[]>): Promise<number[]> {
  try {
    return await sql.savepoint(query);
  } catch (error) {
    if (databaseErrorOf(error)?.code !== UNDEFINED_COLUMN) throw error;
    return [];
  }
}

async function ordinalsWhere(sql: Transaction, condition: string, limit: number): Promise<number[]> {
  return ordinalsOf(sql, `select ${ORDINAL} as ordinal from ${STAGING} as staged where ${condition}`, limit);
}

async function ordinalsOf(sql: Transaction, query: string, limit: number): Promise<number[]> {
  const rows = await sql.unsafe<{ ordinal: string }[]>(
    `select ordinal from (${query}) as found order by 1 limit ${limit}`,
  );
  return rows.map(({ ordinal }) => Number(ordinal));
}

/** SQL for the ordinals of all rows but the first of those that are equal in `terms`, none of them NULL. */
function repeated(from: string, terms: readonly string[]): string {
  const given = terms.map((term) => `${term} is not null`).join(' and ');
  return `
    select ${ORDINAL} as ordinal from (
      select ${ORDINAL}, row_number() over (partition by ${terms} order by ${ORDINAL}) as place
      from ${from} as staged where ${given}
    ) as ranked where place > 1`;
}

async function readConstraint(
  sql: Transaction,
  definition: TableImport,
  error: DatabaseError,
): Promise<Constraint | null> {
  const target = qualified(definition.schema, definition.tableName);
  const table = qualified(error.schema_name ?? null, error.table_name ?? '');
  const index = qualified(error.schema_name ?? null, error.constraint_name ?? '');
  // A unique index may stand alone, without a constraint.
  const [row] = await sql<Constraint[]>`
    with named as (
      select contype, conkey, conbin, conrelid, confrelid, confkey, conindid
      from pg_constraint where conrelid = to_regclass(${table}) and conname = ${error.constraint_name ?? ''}
      union all
      select 'u', array(select unnest(indkey[0:indnkeyatts - 1])), null, indrelid, 0, null, indexrelid
      from pg_index where indexrelid = to_regclass(${index}) and indisunique
      limit 1
    )
    select coalesce(pg_partition_root(conrelid), conrelid) = to_regclass(${target}) as own,
           conrelid::regclass::text as "table",
           case when contype in ('u', 'p') then 'unique' when contype = 'f' then 'foreign key'
                when contype = 'c' then 'check' else 'other' end as kind,
           coalesce((select json_agg(attname order by place) from unnest(conkey) with ordinality as k(number, place)
              join pg_attribute on attrelid = conrelid and attnum = number), '[]') as columns,
           pg_get_expr(conbin, conrelid) as expression,
           nullif(confrelid, 0)::regclass::text as "foreignTable",
           coalesce((select json_agg(attname order by place) from unnest(confkey) with ordinality as k(number, place)
              join pg_attribute on attrelid = confrelid and attnum = number), '[]') as "foreignColumns",
           coalesce((select json_agg(pg_get_indexdef(indexrelid, place, true) order by place)
              from generate_series(1, indnkeyatts) as place), '[]') as terms,
           pg_get_expr(indpred, indrelid) as predicate
    from named left join pg_index on indexrelid = conindid and contype in ('u', 'p')`;
  return row ?? null;
}

async function refusedBy(
  sql: Transaction,
  definition: TableImport,
  constraint: Constraint,
  limit: number,
): Promise<number[]> {
  const { kind, expression, foreignTable } = constraint;
  if (kind === 'check' && expression !== null) return ordinalsWhere(sql, `not (${expression})`, limit);
  if (kind === 'foreign key' && foreignTable !== null) {
    const names = constraint.columns.map((name) => `staged.${identifier(name)}`);
    const theirs = constraint.foreignColumns.map((name) => `other.${identifier(name)}`);
    const given = names.map((name) => `${name} is not null`).join(' and ');
    return ordinalsWhere(
      sql,
      `${given} and not exists (select from ${foreignTable} as other where ${equal(theirs, names)})`,
      limit,
    );
  }
  if (kind !== 'unique') return [];
  // First without the rows of the table that the file itself is about to change; where these are what is in the way,
  // with them.
  const narrow = await ordinalsOf(sql, takenOrRepeated(definition, constraint, true), limit);
  return narrow.length > 0 || definition.mode === 'append'
    ? narrow
    : ordinalsOf(sql, takenOrRepeated(definition, constraint, false), limit);
}

/** SQL for the ordinals of staged rows that are unique neither in the file nor in the table. */
function takenOrRepeated(
  definition: TableImport,
  { terms, predicate }: Constraint,
  withoutChanged: boolean,
): string {
  const target = qualified(definition.schema, definition.tableName);
  const key = definition.mode === 'append' ? [] : definition.key.map(identifier);
  const named = terms.map((term, index) => `${term} as csv_import_term_${index}`);
  const names = terms.map((_, index) => `csv_import_term_${index}`);
  const sameKey = equal(
    key.map((name) => `staged.${name}`),
    key.map((name) => `target.${name}`),
  );
  const conditions = [
    ...(predicate === null ? [] : [`(${predicate})`]),
    ...(withoutChanged && key.length > 0
      ? [`not exists (select from ${STAGING} as staged where ${sameKey})`]
      : []),
  ];
  const present = `select ${[...key, ...named]} from ${target} as target ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}`;
  const arriving = `(select ${[ORDINAL, ...key, ...named]} from ${STAGING} as staged ${predicate === null ? '' : `where (${predicate})`})`;
  const same = equal(
    names.map((name) => `present.${name}`),
    names.map((name) => `staged.${name}`),
  );
  // A row of the same key is the row itself, about to be updated.
  const another =
    key.length === 0 ? '' : ` and (${key.map((name) => `present.${name} <> staged.${name}`).join(' or ')})`;
  return `
    select ${ORDINAL} as ordinal from ${arriving} as staged
    where exists (select from (${present}) as present where ${same}${another})
    union ${repeated(arriving, names)}`;
}

function equal(left: readonly string[], right: readonly string[]): string {
  return left.map((name, index) => `${name} = ${right[index]}`).join(' and ');
}
