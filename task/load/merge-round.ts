import { type ImportColumn, insertsRows, type TableImport } from '../../contract/definition/define-import.ts';
import { identifier, qualified } from './identifier.ts';
import { type KeyColumn, keyTerms, sameKey } from './merge-key.ts';
import { rowChange } from './row-changes.ts';
import { inScope, type Scope } from './scope.ts';
import { mayRefuse, ORDINAL, orderOf, REFUSED, STAGING } from './staging.ts';
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
  /** Staged rows whose key the table has, and that have to do something to its row. */
  changed: number;
  /** Staged rows whose key the table has in another scope; {@link REFUSED} has them. */
  elsewhere: number;
  /** Staged rows that are older than the table's. */
  older: number;
  inserted: number;
  /** Rows that were updated, or deleted in mode `delete`. */
  written: number;
}

/**
 * One statement that finds the staged rows for which the table is not yet as it shall be, and writes to it.
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
  const { isChanged, isOlder, assignments } = rowChange(definition, values);
  // Everything is asked again, of the row as it is once it is locked.
  const isToWrite = `staged.csv_import_found = 'c' and ${matches} and ${inScope(scope, 'target')} and not ${isOlder} and ${isChanged}`;
  const write =
    definition.mode === 'delete'
      ? `delete from ${target} as target using work as staged where ${isToWrite} returning staged.${ORDINAL}`
      : assignments.length === 0
        ? `select ${ORDINAL} from work where false`
        : `update ${target} as target set ${assignments.join(', ')}
           from work as staged where ${isToWrite} returning staged.${ORDINAL}`;
  const keyNames = key.map(({ name }) => name).join(', ');
  const inserting = insertsRows(definition.mode);
  const insert = inserting
    ? `insert into ${target} (${columns})
       select ${columns} from work
       -- After the updates, which may give up what another row takes over.
       where csv_import_found = 'm' and (select count(*) from written) >= 0
       order by ${ORDINAL}
       on conflict (${keyTerms(key).join(', ')}) do nothing
       returning ${keyNames}`
    : `select ${keyNames} from work where false`;
  const isIn = `exists (select from inserted as target where ${matches})`;
  // Of keys that the table lacks, there is nothing to say where they are inserted.
  const unknown =
    !inserting && definition.unknownKeys === 'reject' ? ` or staged.csv_import_found = 'm'` : '';
  const isRefused = hidden
    ? `staged.csv_import_found = 'e' or (staged.csv_import_found = 'm' and not ${isIn})`
    : `staged.csv_import_found = 'e'${unknown}`;
  const recorded = mayRefuse(definition) && order === ORDINAL;
  if (recorded) await sql.unsafe(`truncate ${REFUSED}`);
  const counted = (found: string) => `(select count(*) from work where csv_import_found = '${found}')`;
  const [round] = await sql.unsafe<{ [Count in keyof MergeRound]: string }[]>(`
    with work as materialized (
      select staged.*, ${ordinal}
             (case when ${isMissing} then 'm' when ${isElsewhere} then 'e' when ${isOlder} then 'o' else 'c' end)::"char"
               as csv_import_found
      from ${STAGING} as staged left join ${target} as target on ${matches}
      where ${isMissing} or ${isElsewhere} or ${isOlder} or ${isChanged}
    ), written as (
      ${write}
    ), inserted as (
      ${insert}
    )${
      recorded
        ? `, recorded as (
      insert into ${REFUSED} select ${ORDINAL}, ${hidden ? `'e'` : 'csv_import_found'} from work as staged where ${isRefused}
    )`
        : ''
    }, round as (
      select ${hidden ? '(select count(*) from inserted)' : counted('m')} as missing,
             ${counted('c')} as changed,
             ${scope.length === 0 ? '0' : `(select count(*) from work as staged where ${hidden ? isRefused : `csv_import_found = 'e'`})`} as elsewhere,
             ${definition.newerBy === null ? '0' : counted('o')} as older,
             (select count(*) from inserted) as inserted,
             (select count(*) from written) as written
    ), dealt_with as (
      -- Where another round follows, it must leave alone what is in: a trigger may have changed it.
      delete from ${STAGING} as staged using (
        select ${ORDINAL} from written
        union all
        select ${ORDINAL} from work as staged join inserted as target on ${matches} where csv_import_found = 'm'
      ) as done
      where staged.${order} = done.${ORDINAL} and (select changed > 0${inserting ? ' or inserted < missing' : ''} from round)
    )
    select * from round`);
  return {
    missing: Number(round!.missing),
    changed: Number(round!.changed),
    elsewhere: Number(round!.elsewhere),
    older: Number(round!.older),
    inserted: Number(round!.inserted),
    written: Number(round!.written),
  };
}
