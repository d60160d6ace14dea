import type { ImportColumn, TableImport } from '../../contract/definition/define-import.ts';
import type { DatabaseRejectCode } from '../../contract/reject-codes.ts';
import { type Constraint, readConstraint, readPartitioning } from './constraints.ts';
import { type DatabaseError, databaseErrorOf, raisesByItself } from './database-failure.ts';
import { identifier, literal, qualified } from './identifier.ts';
import { type KeyColumn, keyTerms, readKey, sameKey } from './merge-key.ts';
import { Ordinals } from './ordinals.ts';
import { mergesByKey, ORDINAL, orderOf, STAGING } from './staging.ts';
import type { Transaction } from './transaction.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const NOT_NULL_VIOLATION = '23502';
const CHECK_VIOLATION = '23514';
const UNDEFINED_COLUMN = '42703';
const INSUFFICIENT_PRIVILEGE = '42501';
const WITH_CHECK_OPTION_VIOLATION = '44000';

/** Rows that only the database can tell to be wrong, and why. */
export interface Violations {
  code: DatabaseRejectCode;
  /** For people, e.g. `refused by the database, unique constraint "one_mail" on (email)`; never quotes a row. */
  reason: string;
  /** Names in the database of the columns at fault. */
  columns: string[];
  /** Of the staged rows; empty where they cannot be told by a query. */
  ordinals: Ordinals;
  /** What the database said of a row, by ordinals, which may quote it; where each was tried by itself. */
  words?: ReadonlyMap<number, string>;
  /** Whether there may be more such rows than were looked for. */
  more?: boolean;
  /** Whether no row of the file is in the way, but something else. */
  notTheRows?: boolean;
  /** Whether nothing is in the way any more: another session has taken it back. */
  gone?: boolean;
}

/** Ordinals that are fetched at a time. */
const FETCHED_AT_ONCE = 50_000;

/**
 * Finds, set-wise, the staged rows because of which the target refused the merge. Called after the merge was
 * rolled back to its savepoint: the target is as it was, the staging table is full.
 */
export async function findViolations(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
  error: DatabaseError,
): Promise<Violations> {
  const violated = (reason: string, columns: string[] = [], ordinals = new Ordinals()): Violations => ({
    code: 'constraint_violated',
    reason: `refused by the database, ${reason}`,
    columns,
    ordinals,
  });
  const { code, column_name: column, constraint_name: name, 'data type_name': domain } = error;
  if (raisesByItself(error)) return violated(describeUnnamed({ ...error, code, constraint_name: '' }));
  if (domain) return violated(`${name ? `constraint "${name}"` : 'NOT NULL'} of domain ${domain}`);
  if (code === NOT_NULL_VIOLATION && column) {
    const reason = `NOT NULL of column "${column}"`;
    if (!(await isTarget(sql, definition, error))) return violated(`${reason}${ofTable(error)}`);
    const isNull = async () => {
      const known = mergesByKey(definition, filled) ? await readKey(sql, definition, filled) : [];
      const target = qualified(definition.schema, definition.tableName);
      // A row of the table keeps its value where the file has none.
      const isNew =
        known.length === 0
          ? ''
          : ` and not exists (select from ${target} as target where ${sameKey(known, 'target', 'staged')})`;
      const keeps = filled.some(
        ({ name, transformations }) => name === column && transformations.empty === 'keep',
      );
      return ordinalsWhere(sql, `${identifier(column)} is null${keeps ? isNew : ''}`);
    };
    return violated(reason, [column], await diagnose(sql, isNull));
  }
  if (code.startsWith('54')) {
    return violated(name ? `a value too large for index "${name}"` : TOO_LARGE_ROW);
  }
  if (code === CHECK_VIOLATION && !name) return violatedPartitioning();
  const constraint = await readConstraint(sql, definition, error);
  if (constraint === null) return violated(describeUnnamed(error));
  const { kind, columns } = constraint;
  const on = columns.length === 0 ? '' : ` on (${columns.join(', ')})`;
  const described = `${kind === 'other' ? '' : `${kind} `}constraint "${name}"${on}`;
  if (constraint.of === 'referring table' && definition.mode === 'replace') {
    const reason = `${described} of table ${constraint.table}, which still refers to rows that the file lacks`;
    return { ...violated(reason), notTheRows: true };
  }
  if (constraint.of !== 'target') return violated(`${described} of table ${constraint.table}`);
  return violated(
    described,
    columns,
    await diagnose(sql, () => refusedBy(sql, definition, filled, constraint)),
  );

  async function violatedPartitioning(): Promise<Violations> {
    const found = await readPartitioning(sql, definition, error);
    const reason = `no partition${ofTable(error)} takes the row`;
    if (found === null) return violated(reason);
    const { columns, expression } = found;
    const homeless = () => ordinalsWhere(sql, `not coalesce(${expression}, false)`);
    return violated(reason, columns, await diagnose(sql, homeless));
  }
}

const TOO_LARGE_ROW = 'a row too large for a page of the table';

/** What even the staging table did not take. The transaction is over, so that nothing can be asked. */
export function unstageable({ code }: DatabaseError): Violations {
  const what = code.startsWith('54')
    ? TOO_LARGE_ROW
    : `a value that its column does not take (SQLSTATE ${code})`;
  return {
    code: 'database_refused',
    reason: `refused by the database, ${what}`,
    columns: [],
    ordinals: new Ordinals(),
  };
}

/** What rejects a row without saying its name. */
function describeUnnamed(error: DatabaseError): string {
  const { code, constraint_name: name } = error;
  if (code === INSUFFICIENT_PRIVILEGE) return 'row-level security of the table';
  if (code === WITH_CHECK_OPTION_VIOLATION) return 'the CHECK OPTION of a view';
  if (name) return `"${name}"${ofTable(error)}`;
  return code.startsWith('22')
    ? `a trigger, generated column or expression of an index that fails on it (SQLSTATE ${code})`
    : `a trigger or rule of the table (SQLSTATE ${code})`;
}

function ofTable({ schema_name: schema, table_name: table }: DatabaseError): string {
  return table ? ` of table ${schema ? `${schema}.` : ''}${table}` : '';
}

/** Whether an error is about the target, or a partition of it, and not about a table that a trigger writes to. */
async function isTarget(sql: Transaction, definition: TableImport, error: DatabaseError): Promise<boolean> {
  const target = qualified(definition.schema, definition.tableName);
  const table = qualified(error.schema_name ?? null, error.table_name ?? definition.tableName);
  const [row] = await sql<{ same: boolean }[]>`
    select coalesce(pg_partition_root(to_regclass(${table})), to_regclass(${table})) = to_regclass(${target}) as same`;
  return row!.same;
}

/**
 * Finds the staged rows whose text cannot be read as the column's type: by `pg_input_is_valid`, which PostgreSQL has
 * from version 16 on, else by a function of the session.
 */
export async function findUnreadable(sql: Transaction, column: ImportColumn): Promise<Violations> {
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
  const name = identifier(column.name);
  // A domain may refuse NULL itself.
  const nullable = await sql
    .savepoint(() => sql.unsafe(`select null::${column.sqlType}`))
    .then(
      () => true,
      () => false,
    );
  const orNull = nullable ? ` and ${name} is not null` : '';
  const isValid = version!.builtIn ? 'pg_input_is_valid' : 'pg_temp.pg_input_is_valid';
  return {
    code: 'database_refused',
    reason: `refused by the database, type ${column.sqlType} of column "${column.name}"`,
    columns: [column.name],
    ordinals: await diagnose(sql, () =>
      ordinalsWhere(sql, `${isValid}(${name}, ${literal(column.sqlType)}) is not true${orNull}`),
    ),
  };
}

/** Finds the staged rows whose key has come before in the file. */
export async function findLaterDuplicates(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
): Promise<Violations> {
  const { key } = definition;
  const terms = keyTerms(await readKey(sql, definition, filled));
  const later = repeated(STAGING, terms, { order: orderOf(filled) });
  const [row] = await sql.unsafe<{ any: boolean }[]>(`select exists (${later}) as any`);
  const told = orderOf(filled) === ORDINAL;
  return {
    code: 'duplicate_key',
    reason: `an earlier row of the file has the same key (${key.join(', ')})`,
    columns: [...key],
    ordinals: told && row!.any ? await ordinalsOf(sql, later) : new Ordinals(),
    more: !told && row!.any,
  };
}

/**
 * A query that fails, because the constraint is about columns that the file does not have, or since rows have no
 * ordinals, tells of no row.
 */
async function diagnose(sql: Transaction, query: () => Promise<Ordinals>): Promise<Ordinals> {
  try {
    return await sql.savepoint(query);
  } catch (error) {
    if (databaseErrorOf(error)?.code !== UNDEFINED_COLUMN) throw error;
    return new Ordinals();
  }
}

async function ordinalsWhere(sql: Transaction, condition: string): Promise<Ordinals> {
  return ordinalsOf(sql, `select ${ORDINAL} as ordinal from ${STAGING} as staged where ${condition}`);
}

/** The ordinals that a query gives. */
export async function ordinalsOf(sql: Transaction, query: string): Promise<Ordinals> {
  const found = new Ordinals();
  // Else a cursor is planned for its first rows.
  await sql.unsafe(
    `set local cursor_tuple_fraction = 1; declare csv_import_found no scroll cursor for ${query}`,
  );
  for (let fetched = FETCHED_AT_ONCE; fetched === FETCHED_AT_ONCE; ) {
    const rows = await sql.unsafe<{ ordinal: string }[]>(`fetch ${FETCHED_AT_ONCE} from csv_import_found`);
    for (const { ordinal } of rows) found.add(Number(ordinal));
    fetched = rows.length;
  }
  await sql.unsafe('close csv_import_found');
  return found;
}

/** SQL for the ordinals of all rows but the first of those that are equal in `terms`, where NULL may equal nothing. */
function repeated(
  from: string,
  terms: readonly string[],
  { nullsEqual = false, order = ORDINAL }: { nullsEqual?: boolean; order?: string } = {},
): string {
  const given = nullsEqual ? 'true' : terms.map((term) => `${term} is not null`).join(' and ');
  return `
    select ${order} as ordinal from (
      select ${order}, row_number() over (partition by ${terms} order by ${order}) as place
      from ${from} as staged where ${given}
    ) as ranked where place > 1`;
}

async function refusedBy(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
  constraint: Constraint,
): Promise<Ordinals> {
  const { kind, expression, foreignTable } = constraint;
  if (kind === 'check' && expression !== null) return ordinalsWhere(sql, `not (${expression})`);
  if (kind === 'foreign key' && foreignTable !== null) {
    const names = constraint.columns.map((name) => `staged.${identifier(name)}`);
    const theirs = constraint.foreignColumns.map((name) => `other.${identifier(name)}`);
    const given = names.map((name) => `${name} is not null`).join(' and ');
    return ordinalsWhere(
      sql,
      `${given} and not exists (select from ${foreignTable} as other where ${equal(theirs, names)})`,
    );
  }
  if (kind !== 'unique') return new Ordinals();
  // First without the rows of the table that the file itself is about to change; where these are what is in the way,
  // with them.
  const key = mergesByKey(definition, filled) ? await readKey(sql, definition, filled) : [];
  const narrow = await ordinalsOf(sql, takenOrRepeated(definition, key, constraint, true));
  return narrow.size > 0 || definition.mode === 'append'
    ? narrow
    : ordinalsOf(sql, takenOrRepeated(definition, key, constraint, false));
}

/** SQL for the ordinals of staged rows that are unique neither in the file nor in the table. */
function takenOrRepeated(
  definition: TableImport,
  key: readonly KeyColumn[],
  { terms, nullsEqual, predicate }: Constraint,
  withoutChanged: boolean,
): string {
  const target = qualified(definition.schema, definition.tableName);
  const keyNames = key.map(({ name }) => name);
  const named = terms.map((term, index) => `${term} as csv_import_term_${index}`);
  const names = terms.map((_, index) => `csv_import_term_${index}`);
  const conditions = [
    ...(predicate === null ? [] : [`(${predicate})`]),
    ...(withoutChanged && key.length > 0
      ? [`not exists (select from ${STAGING} as staged where ${sameKey(key, 'staged', 'target')})`]
      : []),
  ];
  const present = `select ${[...keyNames, ...named]} from ${target} as target ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}`;
  const arriving = `(select ${[ORDINAL, ...keyNames, ...named]} from ${STAGING} as staged ${predicate === null ? '' : `where (${predicate})`})`;
  const same = equal(
    names.map((name) => `present.${name}`),
    names.map((name) => `staged.${name}`),
    nullsEqual ? 'is not distinct from' : '=',
  );
  // A row of the same key is the row itself, about to be updated.
  const another =
    key.length === 0
      ? ''
      : ` and (${key.map(({ name, collate }) => `present.${name}${collate} <> staged.${name}${collate}`).join(' or ')})`;
  return `
    select ${ORDINAL} as ordinal from ${arriving} as staged
    where exists (select from (${present}) as present where ${same}${another})
    union ${repeated(arriving, names, { nullsEqual })}`;
}

function equal(left: readonly string[], right: readonly string[], operator = '='): string {
  return left.map((name, index) => `${name} ${operator} ${right[index]}`).join(' and ');
}
