import {
  describeTable,
  type ImportColumn,
  insertsRows,
  type TableImport,
} from '../../contract/definition/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';
import type { Counts } from '../../contract/report.ts';
import type { RowValue } from '../../csv/index.ts';
import { identifier, literal, qualified } from './identifier.ts';
import { keyTerms, readKey, sameKey } from './merge-key.ts';
import { type Matching, type MergeRound, mergeRound } from './merge-round.ts';
import { Ordinals } from './ordinals.ts';
import { inScope, type Scope } from './scope.ts';
import { mergesByKey, ORDINAL, orderOf, REFUSED, STAGING } from './staging.ts';
import { enterMerge, lockTable } from './table-locks.ts';
import { castableType } from './target-table.ts';
import type { Transaction } from './transaction.ts';
import { ordinalsOf, type Violations } from './violations.ts';

/** What a merge did with the staged rows, and with rows of the table that the file lacks. */
export type MergeCounts = Pick<Counts, 'inserted' | 'updated' | 'unchanged' | 'skipped' | 'deleted'>;

/** Those, and the rows that it did not let in. */
export interface Merged {
  counts: MergeCounts;
  refused: Violations[];
}

export interface MergeOptions {
  /** Whether the transaction will be rolled back. */
  dryRun: boolean;
  /** Whether no other import may merge into the table at the same time. */
  alone: boolean;
  scope: Scope;
  /** What a replace sets in rows that the file lacks; null: it deletes them. */
  marks: readonly RowValue[] | null;
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
  { dryRun, alone, scope, marks }: MergeOptions,
): Promise<Merged> {
  const target = qualified(definition.schema, definition.tableName);
  const columns = filled.map(({ name }) => identifier(name)).join(', ');
  const replace = definition.mode === 'replace';
  const empty = dryRun && staged === 0;
  await sql.unsafe(`analyze ${STAGING}`);
  if (definition.mode !== 'append') await enterMerge(sql, target, alone);

  if (!mergesByKey(definition, filled)) {
    if (replace && !empty) await lockTable(sql, target);
    const deleted = replace
      ? await deleteFrom(sql, `${target} as target`, inScope(scope, 'target'), empty)
      : 0;
    const inserted = await run(
      sql,
      `insert into ${target} (${columns}) select ${columns} from ${STAGING} order by ${orderOf(filled)}`,
    );
    return { counts: { inserted, updated: 0, unchanged: 0, skipped: 0, deleted }, refused: [] };
  }

  const key = await readKey(sql, definition, filled);
  const matching: Matching = { definition, filled, key, scope };
  if (!replace) return mergeInRounds(sql, matching, staged);
  if (!empty) await lockTable(sql, target);
  const gone = `${inScope(scope, 'target')} and not exists (select from ${STAGING} as staged where ${sameKey(key, 'target', 'staged')})`;
  const deleted =
    marks === null
      ? await deleteFrom(sql, `${target} as target`, gone, empty)
      : await markRows(sql, target, gone, marks);
  const round = await mergeRound(sql, matching);
  // Nobody else writes: what is not in now was dropped.
  if (round.inserted < round.missing || round.written < round.changed) throw dropped(definition, round);
  const merged = await endMerge(sql, matching, round, { ...round, staged });
  return { ...merged, counts: { ...merged.counts, deleted } };
}

/**
 * What became of the staged rows, as the last round has found them.
 *
 * @param done by all rounds
 */
async function endMerge(
  sql: Transaction,
  { definition, filled }: Matching,
  { missing, elsewhere, older }: MergeRound,
  { staged, inserted, written }: Pick<MergeRound, 'inserted' | 'written'> & { staged: number },
): Promise<Merged> {
  const { mode, unknownKeys, key, scope } = definition;
  const unknown = insertsRows(mode) ? 0 : missing;
  const rejectsUnknown = unknown > 0 && unknownKeys === 'reject';
  const others = staged - inserted - written - elsewhere - unknown - older;
  const refuse = async (code: 'other_scope' | 'unknown_key', reason: string): Promise<Violations> => ({
    code,
    reason,
    columns: [...key],
    ordinals:
      orderOf(filled) === ORDINAL
        ? await ordinalsOf(
            sql,
            `select ordinal from ${REFUSED} where found = '${code === 'other_scope' ? 'e' : 'm'}'`,
          )
        : new Ordinals(),
  });
  const keyText = `the key (${key.join(', ')})`;
  return {
    counts: {
      inserted,
      updated: mode === 'delete' ? 0 : written,
      deleted: mode === 'delete' ? written : 0,
      unchanged: mode === 'insert' ? 0 : others,
      skipped: older + (mode === 'insert' ? others : 0) + (rejectsUnknown ? 0 : unknown),
    },
    refused: [
      ...(elsewhere > 0
        ? [await refuse('other_scope', `${keyText} exists in another scope (${scope.join(', ')})`)]
        : []),
      ...(rejectsUnknown ? [await refuse('unknown_key', `the table has no row with ${keyText}`)] : []),
    ],
  };
}

/** Marks rows that the file lacks, once: what only tells when and by whom is set where there is nothing yet. */
async function markRows(
  sql: Transaction,
  target: string,
  gone: string,
  marks: readonly RowValue[],
): Promise<number> {
  const values = marks.map(({ column, text }) => ({
    name: identifier(column.name),
    value: text === null ? 'null' : `${literal(text)}::${castableType(column.sqlType)}`,
  }));
  const content = marks.flatMap(({ given }, index) => (given === 'content' ? [values[index]!] : []));
  const unmarked =
    content.length > 0
      ? content.map(({ name, value }) => `target.${name} is distinct from ${value}`)
      : values.map(({ name }) => `target.${name} is null`);
  const assignments = values.map(({ name, value }) => `${name} = ${value}`).join(', ');
  return run(
    sql,
    `update ${target} as target set ${assignments} where ${gone} and (${unmarked.join(' or ')})`,
  );
}

/** What drops or hides rows does so every time; other sessions do not interfere with every row of every round. */
const FRUITLESS_ROUNDS = 5;

/**
 * Each round is one statement, and so one view of the table: it finds the staged rows that the table lacks or has
 * otherwise, and writes these. What others commit meanwhile, the next round finds. The last round has seen all rows as
 * they shall be but for those that it inserted, while the ones that were written are locked: this is the moment in the
 * order of all transactions at which the merge has happened.
 */
async function mergeInRounds(sql: Transaction, matching: Matching, staged: number): Promise<Merged> {
  const inserts = insertsRows(matching.definition.mode);
  let [inserted, written, fruitless] = [0, 0, 0];
  for (;;) {
    const hidden = fruitless === FRUITLESS_ROUNDS - 1 && (await mayHideRows(sql, matching));
    const round = await mergeRound(sql, matching, hidden);
    inserted += round.inserted;
    written += round.written;
    if (round.changed === 0 && (!inserts || round.inserted === round.missing)) {
      return endMerge(sql, matching, round, { inserted, written, staged });
    }
    fruitless = round.inserted + round.written === 0 ? fruitless + 1 : 0;
    if (fruitless === FRUITLESS_ROUNDS) throw dropped(matching.definition, round);
  }
}

/**
 * Whether row-level security may hide rows of other scopes: then a key that cannot be inserted, though no row is seen
 * that has it, is in another one.
 */
async function mayHideRows(sql: Transaction, { definition, scope }: Matching): Promise<boolean> {
  if (scope.length === 0) return false;
  const target = qualified(definition.schema, definition.tableName);
  const [row] = await sql<{ hides: boolean }[]>`select row_security_active(to_regclass(${target})) as hides`;
  return row!.hides;
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
  if (definition.newerBy !== null)
    return dropOlderDuplicates(sql, identifier(definition.newerBy), terms, order);
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

/** The same where the newest one wins; of equally new ones the last. */
function dropOlderDuplicates(
  sql: Transaction,
  newerBy: string,
  terms: readonly string[],
  order: string,
): Promise<number> {
  return run(
    sql,
    `delete from ${STAGING} as staged using (
       select ${order} as csv_import_place, row_number() over (
         partition by ${terms.join(', ')} order by ${newerBy} desc nulls last, ${order} desc
       ) as csv_import_rank from ${STAGING}
     ) as ranked
     where staged.${order} = ranked.csv_import_place and ranked.csv_import_rank > 1`,
  );
}

/** A trigger may drop rows in silence, and a policy may hide them; then the counts would be wrong. */
function dropped(
  definition: TableImport,
  { missing, changed, inserted, written }: MergeRound,
): ImportFailure {
  const rows = (insertsRows(definition.mode) ? missing - inserted : 0) + changed - written;
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
