import type { ImportColumn, TableImport } from '../../contract/definition/define-import.ts';
import { differs } from './column-changes.ts';
import { identifier, qualified } from './identifier.ts';
import { type KeyColumn, keyTerms, sameKey } from './merge-key.ts';
import { inScope, type Scope } from './scope.ts';
import { ORDINAL, orderOf, REFUSED, STAGING } from './staging.ts';
import type { Transaction } from './transaction.ts';

/** How staged rows find theirs in the target. */
export interface Matching {
  definition: TableImport;
  filled: readonly ImportColumn[];
  key: readonly KeyColumn[];
  scope: Scope;
}

/** What a round found in one view of the table, and what it wrote. */
export interface MergeRound {
  /** Staged rows whose key the table lacks. */
  missing: number;
  /** Staged rows whose key the table has with other values. */
  changed: number;
  /** Staged rows whose key the table has in another scope; {@link REFUSED} has them. */
  elsewhere: number;
  inserted: number;
  updated: number;
}

/**
 * One statement that finds the staged rows which the table lacks or has otherwise, and writes them.
 *
 * @param hidden whether rows that cannot be inserted are taken for those of another scope
 */
export async function mergeRound(
  sql: Transaction,
  { definition, filled, key, scope }: Matching,
  hidden = false,
): Promise<MergeRound> {
  const target = qualified(definition.schema, definition.tableName);
  const columns = filled.map(({ name }) => identifier(name)).join(', ');
  const order = orderOf(filled);
  // Rows of the work have an ordinal in any case.
  const ordinal = order === ORDINAL ? '' : `staged.${order} as ${ORDINAL}, `;
  const matches = sameKey(key, 'target', 'staged');
  // A key that matches is not NULL.
  const isMissing = `target.${key[0]!.name} is null`;
  const isElsewhere = scope.length === 0 ? 'false' : `not (${isMissing}) and not ${inScope(scope, 'target')}`;
  const fixed = new Set(key.filter(({ equalsOthers }) => !equalsOthers).map(({ name }) => name));
  const values = filled.filter(({ name }) => !fixed.has(identifier(name)));
  const content = values.filter(({ given }) => given !== 'origin');
  const isChanged = differs(content, 'target', 'staged');
  const assignments = values.map(({ name }) => `${identifier(name)} = staged.${identifier(name)}`);
  const update =
    values.length === 0
      ? `select ${ORDINAL} from work where false`
      : // Everything is asked again, of the row as it is once it is locked.
        `update ${target} as target set ${assignments.join(', ')}
         from work as staged where staged.csv_import_found = 'c' and ${matches} and ${inScope(scope, 'target')} and ${isChanged}
         returning staged.${ORDINAL}`;
  const isIn = `exists (select from inserted as target where ${matches})`;
  const isRefused = hidden
    ? `staged.csv_import_found = 'e' or (staged.csv_import_found = 'm' and not ${isIn})`
    : `staged.csv_import_found = 'e'`;
  const recorded = scope.length > 0 && order === ORDINAL;
  if (recorded) await sql.unsafe(`truncate ${REFUSED}`);
  const [round] = await sql.unsafe<{ [Count in keyof MergeRound]: string }[]>(`
    with work as materialized (
      select staged.*, ${ordinal}
             (case when ${isMissing} then 'm' when ${isElsewhere} then 'e' else 'c' end)::"char" as csv_import_found
      from ${STAGING} as staged left join ${target} as target on ${matches}
      where ${isMissing} or ${isElsewhere} or ${isChanged}
    ), updated as (
      ${update}
    ), inserted as (
      insert into ${target} (${columns})
      select ${columns} from work
      -- After the updates, which may give up what another row takes over.
      where csv_import_found = 'm' and (select count(*) from updated) >= 0
      order by ${ORDINAL}
      on conflict (${keyTerms(key).join(', ')}) do nothing
      returning ${key.map(({ name }) => name).join(', ')}
    ), refused as (
      select ${ORDINAL} from work as staged where ${isRefused}
    )${recorded ? `, recorded as (insert into ${REFUSED} select ${ORDINAL} from refused)` : ''}, round as (
      select (select count(*) from ${hidden ? 'inserted' : `work where csv_import_found = 'm'`}) as missing,
             (select count(*) from work where csv_import_found = 'c') as changed,
             ${scope.length === 0 ? '0' : '(select count(*) from refused)'} as elsewhere,
             (select count(*) from inserted) as inserted,
             (select count(*) from updated) as updated
    ), written as (
      -- Where another round follows, it must leave alone what is in: a trigger may have changed it.
      delete from ${STAGING} as staged using (
        select ${ORDINAL} from updated
        union all
        select ${ORDINAL} from work as staged join inserted as target on ${matches} where csv_import_found = 'm'
      ) as done
      where staged.${order} = done.${ORDINAL} and (select changed > 0 or inserted < missing from round)
    )
    select * from round`);
  return {
    missing: Number(round!.missing),
    changed: Number(round!.changed),
    elsewhere: Number(round!.elsewhere),
    inserted: Number(round!.inserted),
    updated: Number(round!.updated),
  };
}
