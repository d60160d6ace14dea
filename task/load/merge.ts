import {
  describeTable,
  type ImportColumn,
  type TableImport,
} from '../../contract/definition/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';
import type { Counts } from '../../contract/report.ts';
import { differs } from './column-changes.ts';
import { identifier, qualified } from './identifier.ts';
import { type KeyColumn, keyTerms, readKey, sameKey } from './merge-key.ts';
import { mergesByKey, ORDINAL, orderOf, STAGING } from './staging.ts';
import { enterMerge, lockTable } from './table-locks.ts';
import type { Transaction } from './transaction.ts';

/** What a merge did with the staged rows, and with rows of the table that the file lacks. */
export type MergeCounts = Pick<Counts, 'inserted' | 'updated' | 'unchanged' | 'deleted'>;

export interface MergeOptions {
  /** Whether the transaction will be rolled back. */
  dryRun: boolean;
  /** Whether no other import may merge into the table at the same time. */
  alone: boolean;
}

/**
 * Brings the staged rows into the target, inside the caller's transaction, however many others write to it.
 *
 * @param staged how many rows are staged; no key comes twice among them
 * @throws ImportFailure `CountsDisagree` when rows vanish on their way into the table
 */
export async function mergeStaging(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
  staged: number,
  { dryRun, alone }: MergeOptions,
): Promise<MergeCounts> {
  const target = qualified(definition.schema, definition.tableName);
  const columns = filled.map(({ name }) => identifier(name)).join(', ');
  const replace = definition.mode === 'replace';
  const empty = dryRun && staged === 0;
  await sql.unsafe(`analyze ${STAGING}`);
  if (definition.mode !== 'append') await enterMerge(sql, target, alone);

  if (!mergesByKey(definition, filled)) {
    if (replace && !empty) await lockTable(sql, target);
    const deleted = replace ? await deleteFrom(sql, target, 'true', empty) : 0;
    const inserted = await run(
      sql,
      `insert into ${target} (${columns}) select ${columns} from ${STAGING} order by ${orderOf(filled)}`,
    );
    return { inserted, updated: 0, unchanged: 0, deleted };
  }

  const key = await readKey(sql, definition, filled);
  if (!replace) return { ...(await upsert(sql, definition, filled, key, staged)), deleted: 0 };
  if (!empty) await lockTable(sql, target);
  const gone = `not exists (select from ${STAGING} as staged where ${sameKey(key, 'target', 'staged')})`;
  const deleted = await deleteFrom(sql, `${target} as target`, gone, empty);
  const round = await mergeRound(sql, definition, filled, key);
  const { inserted, updated } = round;
  // Nobody else writes: what is not in now was dropped.
  if (inserted < round.missing || updated < round.changed) throw dropped(definition, round);
  return { inserted, updated, unchanged: staged - inserted - updated, deleted };
}

/** What drops or hides rows does so every time; other sessions do not interfere with every row of every round. */
const FRUITLESS_ROUNDS = 5;

/**
 * Each round is one statement, and so one view of the table: it finds the staged rows that the table lacks or has
 * otherwise, and writes these. What others commit meanwhile, the next round finds. The last round has seen all rows as
 * they shall be but for those that it inserted, while the ones that were written are locked: this is the moment in the
 * order of all transactions at which the upsert has happened.
 */
async function upsert(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
  key: readonly KeyColumn[],
  staged: number,
): Promise<Omit<MergeCounts, 'deleted'>> {
  let [inserted, updated, fruitless] = [0, 0, 0];
  for (;;) {
    const round = await mergeRound(sql, definition, filled, key);
    inserted += round.inserted;
    updated += round.updated;
    if (round.changed === 0 && round.inserted === round.missing) {
      return { inserted, updated, unchanged: staged - inserted - updated };
    }
    fruitless = round.inserted + round.updated === 0 ? fruitless + 1 : 0;
    if (fruitless === FRUITLESS_ROUNDS) throw dropped(definition, round);
  }
}

/** What a round found in one view of the table, and what it wrote. */
interface MergeRound {
  /** Staged rows whose key the table lacks. */
  missing: number;
  /** Staged rows whose key the table has with other values. */
  changed: number;
  inserted: number;
  updated: number;
}

async function mergeRound(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
  key: readonly KeyColumn[],
): Promise<MergeRound> {
  const target = qualified(definition.schema, definition.tableName);
  const columns = filled.map(({ name }) => identifier(name)).join(', ');
  const order = orderOf(filled);
  // Rows of the work have an ordinal in any case.
  const ordinal = order === ORDINAL ? '' : `staged.${order} as ${ORDINAL}, `;
  const matches = sameKey(key, 'target', 'staged');
  // A key that matches is not NULL.
  const isMissing = `target.${key[0]!.name} is null`;
  const fixed = new Set(key.filter(({ equalsOthers }) => !equalsOthers).map(({ name }) => name));
  const values = filled.filter(({ name }) => !fixed.has(identifier(name)));
  const content = values.filter(({ given }) => given !== 'origin');
  const isChanged = differs(content, 'target', 'staged');
  const assignments = values.map(({ name }) => `${identifier(name)} = staged.${identifier(name)}`);
  const update =
    values.length === 0
      ? `select ${ORDINAL} from work where false`
      : `update ${target} as target set ${assignments.join(', ')}
         from work as staged where not staged.csv_import_missing and ${matches} and ${isChanged}
         returning staged.${ORDINAL}`;
  const [round] = await sql.unsafe<{ [Count in keyof MergeRound]: string }[]>(`
    with work as materialized (
      select staged.*, ${ordinal}${isMissing} as csv_import_missing
      from ${STAGING} as staged left join ${target} as target on ${matches}
      where ${isMissing} or ${isChanged}
    ), updated as (
      ${update}
    ), inserted as (
      insert into ${target} (${columns})
      select ${columns} from work
      -- After the updates, which may give up what another row takes over.
      where csv_import_missing and (select count(*) from updated) >= 0
      order by ${ORDINAL}
      on conflict (${keyTerms(key).join(', ')}) do nothing
      returning ${key.map(({ name }) => name).join(', ')}
    ), round as (
      select (select count(*) from work where csv_import_missing) as missing,
             (select count(*) from work where not csv_import_missing) as changed,
             (select count(*) from inserted) as inserted,
             (select count(*) from updated) as updated
    ), written as (
      -- Where another round follows, it must leave alone what is in: a trigger may have changed it.
      delete from ${STAGING} as staged using (
        select ${ORDINAL} from updated
        union all
        select ${ORDINAL} from work as staged join inserted as target on ${matches} where csv_import_missing
      ) as done
      where staged.${order} = done.${ORDINAL} and (select changed > 0 or inserted < missing from round)
    )
    select * from round`);
  return {
    missing: Number(round!.missing),
    changed: Number(round!.changed),
    inserted: Number(round!.inserted),
    updated: Number(round!.updated),
  };
}

/** Where a key comes more than once among the staged rows, the last one wins; returns how many rows gave way. */
export async function dropEarlierDuplicates(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
): Promise<number> {
  const key = await readKey(sql, definition, filled);
  const order = orderOf(filled);
  const terms = keyTerms(key);
  const named = terms.map((term, index) => `${term} as csv_import_key_${index}`);
  const same = key.map(
    ({ name, collate }, index) => `earlier.${name}${collate} = repeated.csv_import_key_${index}`,
  );
  return run(
    sql,
    `delete from ${STAGING} as earlier using (
       select ${named.join(', ')}, max(${order}) as last from ${STAGING} group by ${terms.join(', ')} having count(*) > 1
     ) as repeated
     where ${same.join(' and ')} and earlier.${order} < repeated.last`,
  );
}

/** A trigger may drop rows in silence, and a policy may hide them; then the counts would be wrong. */
function dropped(
  definition: TableImport,
  { missing, changed, inserted, updated }: MergeRound,
): ImportFailure {
  const rows = missing - inserted + changed - updated;
  return new ImportFailure(
    'CountsDisagree',
    `${rows} rows were written, but are not in the table: a trigger of ${describeTable(definition)} drops them, or a policy hides them.`,
  );
}

/**
 * Deletes rows; `count`: only counts them. A dry run without rows, by which a set-up is tried out, must not rewrite a
 * whole table in vain, nor lock its rows; but whether it may delete is still asked.
 */
async function deleteFrom(sql: Transaction, from: string, where: string, count: boolean): Promise<number> {
  if (!count) return run(sql, `delete from ${from} where ${where}`);
  await run(sql, `delete from ${from} where false`);
  const [counted] = await sql.unsafe<{ count: string }[]>(`select count(*) from ${from} where ${where}`);
  return Number(counted!.count);
}

async function run(sql: Transaction, statement: string): Promise<number> {
  return (await sql.unsafe(statement)).count;
}
