import type { TableImport } from '../../contract/definition/define-import.ts';
import type { DatabaseError } from './database-failure.ts';
import { qualified } from './identifier.ts';
import type { Transaction } from './transaction.ts';

/** What the target, or a table that its writes reach, demands of rows. */
export interface Constraint {
  /** Of the target; of a table whose rows refer to the target's; or of a table that a trigger writes to. */
  of: 'target' | 'referring table' | 'other table';
  table: string;
  kind: 'unique' | 'foreign key' | 'check' | 'exclusion' | 'other';
  columns: string[];
  /** Of a check. */
  expression: string | null;
  foreignTable: string | null;
  foreignColumns: string[];
  /** Of a unique constraint or index: what must not repeat, as SQL over the table's columns, and where. */
  terms: string[];
  /** Whether NULLs are equal to each other in it. */
  nullsEqual: boolean;
  predicate: string | null;
}

/** The constraint, or the unique index, that an error of PostgreSQL names; null where it names none of a table. */
export async function readConstraint(
  sql: Transaction,
  definition: TableImport,
  { schema_name: schema, table_name: tableName, constraint_name: name }: DatabaseError,
): Promise<Constraint | null> {
  if (!tableName || !name) return null;
  const target = qualified(definition.schema, definition.tableName);
  const table = qualified(schema ?? null, tableName);
  const index = qualified(schema ?? null, name);
  // A unique index may stand alone, without a constraint. It compares by its own collations, whatever its columns have.
  const [row] = await sql<Constraint[]>`
    with named as (
      select contype, conkey, conbin, conrelid, confrelid, confkey, conindid
      from pg_constraint where conrelid = to_regclass(${table}) and conname = ${name}
      union all
      select 'u', array(select unnest(indkey[0:indnkeyatts - 1])), null, indrelid, 0, null, indexrelid
      from pg_index where indexrelid = to_regclass(${index}) and indisunique
      limit 1
    )
    select case when coalesce(pg_partition_root(conrelid), conrelid) = to_regclass(${target}) then 'target'
                when coalesce(pg_partition_root(confrelid), confrelid) = to_regclass(${target}) then 'referring table'
                else 'other table' end as of,
           conrelid::regclass::text as "table",
           case when contype in ('u', 'p') then 'unique' when contype = 'f' then 'foreign key'
                when contype = 'c' then 'check' when contype = 'x' then 'exclusion' else 'other' end as kind,
           coalesce((select json_agg(attname order by place) from unnest(conkey) with ordinality as k(number, place)
              join pg_attribute on attrelid = conrelid and attnum = number), '[]') as columns,
           pg_get_expr(conbin, conrelid) as expression,
           nullif(confrelid, 0)::regclass::text as "foreignTable",
           coalesce((select json_agg(attname order by place) from unnest(confkey) with ordinality as k(number, place)
              join pg_attribute on attrelid = confrelid and attnum = number), '[]') as "foreignColumns",
           coalesce((select json_agg(pg_get_indexdef(indexrelid, place, true) || coalesce((
                select format(' collate %I.%I', nspname, collname)
                from pg_collation as c join pg_namespace as n on n.oid = collnamespace
                where c.oid = indcollation[place - 1]), '') order by place)
              from generate_series(1, indnkeyatts) as place), '[]') as terms,
           coalesce(to_jsonb(pg_index) ->> 'indnullsnotdistinct' = 'true', false) as "nullsEqual",
           pg_get_expr(indpred, indrelid) as predicate
    from named left join pg_index on indexrelid = conindid and contype in ('u', 'p')`;
  return row ?? null;
}

/** What a row must satisfy to have a partition in the table that an error names; null where that is not the target. */
export async function readPartitioning(
  sql: Transaction,
  definition: TableImport,
  { schema_name: schema, table_name: tableName }: DatabaseError,
): Promise<{ columns: string[]; expression: string } | null> {
  const target = qualified(definition.schema, definition.tableName);
  const table = qualified(schema ?? null, tableName ?? definition.tableName);
  // A partition's constraint holds those of what it is a partition of.
  const [row] = await sql<{ columns: string[]; expression: string | null }[]>`
    select coalesce((
             select json_agg(attname) from pg_partitioned_table, unnest(partattrs) as number
             join pg_attribute on attnum = number
             where partrelid = to_regclass(${table}) and attrelid = partrelid), '[]') as columns,
           (select string_agg(format('(%s)', pg_get_partition_constraintdef(relid)), ' or ')
            from pg_partition_tree(to_regclass(${target})) where isleaf) as expression
    where exists (select from pg_partition_tree(to_regclass(${target})) where relid = to_regclass(${table}))`;
  return row === undefined ? null : { columns: row.columns, expression: row.expression ?? 'false' };
}
