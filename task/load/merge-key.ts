import type { ImportColumn, TableImport } from '../../contract/definition/define-import.ts';
import { isComparedExactly, isText } from './column-changes.ts';
import { identifier, qualified } from './identifier.ts';
import type { Transaction } from './transaction.ts';

/** A column of the key by which staged rows find theirs in the target. */
export interface KeyColumn {
  /** Quoted. */
  name: string;
  /** ` collate …` where the unique index compares by another collation than the column, else empty. */
  collate: string;
  /** Whether values that are equal as keys may still differ: `ann` and `Ann` where the collation ignores case. */
  equalsOthers: boolean;
}

/**
 * Reads how the target tells keys apart: by its primary key, or else by the first unique index on these columns.
 * {@link checkTargetTable} has made sure that there is one.
 */
export async function readKey(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
): Promise<KeyColumn[]> {
  const table = qualified(definition.schema, definition.tableName);
  const rows = await sql<{ name: string; collate: string; deterministic: boolean }[]>`
    select attname as name,
           case when coll.oid <> attcollation then format(' collate %I.%I', nspname, collname) else '' end as collate,
           coalesce(collisdeterministic, true) as deterministic
    from (
      select indrelid, indkey::int2[] as numbers, indcollation::oid[] as collations, indnkeyatts
      from pg_index
      where indrelid = to_regclass(${table}) and indisunique and indisvalid and indimmediate
        and indpred is null and indexprs is null
        and (select json_agg(attname order by attname) from pg_attribute
             where attrelid = indrelid and attnum = any(indkey[0:indnkeyatts - 1]))::text
          = (select json_agg(name order by name)
             from json_array_elements_text(${JSON.stringify(definition.key)}::text::json) as names (name))::text
      order by indisprimary desc, indexrelid
      limit 1
    ) as chosen
    cross join unnest(numbers, collations) with ordinality as keys (number, collated_by, place)
    join pg_attribute on attrelid = indrelid and attnum = number
    left join pg_collation as coll on coll.oid = collated_by
    left join pg_namespace on pg_namespace.oid = collnamespace
    where place <= indnkeyatts
    order by place`;
  return rows.map(({ name, collate, deterministic }) => {
    const { type } = filled.find((column) => column.name === name)!;
    return {
      name: identifier(name),
      collate: collate ?? '',
      equalsOthers: isText(type) ? !deterministic : !isComparedExactly(type),
    };
  });
}

/** SQL: whether two rows have the same key, as the unique index sees it. */
export function sameKey(key: readonly KeyColumn[], left: string, right: string): string {
  return key
    .map(({ name, collate }) => `${left}.${name}${collate} = ${right}.${name}${collate}`)
    .join(' and ');
}

/** SQL: the columns of the key as its index tells them apart, for GROUP BY, PARTITION BY and ON CONFLICT. */
export function keyTerms(key: readonly KeyColumn[]): string[] {
  return key.map(({ name, collate }) => `${name}${collate}`);
}
