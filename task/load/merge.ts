import type { ColumnType } from '../../contract/column-type.ts';
import { describeTable, type ImportColumn, type TableImport } from '../../contract/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';
import type { Counts } from '../../contract/report.ts';
import { identifier, qualified } from './identifier.ts';
import { mergesByKey, ORDINAL, STAGING } from './staging.ts';
import type { Transaction } from './transaction.ts';

/** What a merge did with the staged rows, and with rows of the table that the file lacks. */
export type MergeCounts = Pick<Counts, 'inserted' | 'updated' | 'unchanged' | 'deleted'>;

/**
 * Brings the staged rows into the target, inside the caller's transaction.
 *
 * @param staged how many rows are staged; no key comes twice among them
 * @param dryRun whether the transaction will be rolled back
 * @throws ImportFailure `CountsDisagree` when rows vanish on their way into the table
 */
export async function mergeStaging(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
  staged: number,
  dryRun: boolean,
): Promise<MergeCounts> {
  const target = qualified(definition.schema, definition.tableName);
  const columns = filled.map((column) => identifier(column.name));
  const key = definition.key.map(identifier);
  await sql.unsafe(`analyze ${STAGING}`);
  const empty = dryRun && staged === 0;

  if (!mergesByKey(definition, filled)) {
    const deleted = definition.mode === 'replace' ? await deleteFrom(sql, target, 'true', empty) : 0;
    const inserted = await run(
      sql,
      `insert into ${target} (${columns}) select ${columns} from ${STAGING} order by ${ORDINAL}`,
    );
    return { inserted, updated: 0, unchanged: 0, deleted };
  }

  const matches = key.map((name) => `target.${name} = staged.${name}`).join(' and ');
  const deleted =
    definition.mode === 'replace'
      ? await deleteFrom(
          sql,
          `${target} as target`,
          `not exists (select from ${STAGING} as staged where ${matches})`,
          empty,
        )
      : 0;
  const values = columns.filter((name) => !key.includes(name));
  const isChanged = values.map((name) => differs(name, filled)).join(' or ');
  const updated =
    values.length === 0
      ? 0
      : await run(
          sql,
          `update ${target} as target set ${values.map((name) => `${name} = staged.${name}`).join(', ')}
           from ${STAGING} as staged where ${matches} and (${isChanged})`,
        );
  // The application may insert one of these keys at this very moment: ON CONFLICT updates its row then.
  const onConflict =
    values.length === 0
      ? 'do nothing'
      : `do update set ${values.map((name) => `${name} = excluded.${name}`).join(', ')}`;
  const [written] = await sql.unsafe<{ inserted: string; updated: string }[]>(
    `with written as (
       insert into ${target} as target (${columns})
       select ${columns} from ${STAGING} as staged
       where not exists (select from ${target} as target where ${matches})
       order by ${ORDINAL}
       on conflict (${key}) ${onConflict}
       returning xmax = 0 as inserted
     )
     select count(*) filter (where inserted) as inserted, count(*) filter (where not inserted) as updated from written`,
  );
  const inserted = Number(written!.inserted);
  const changed = updated + Number(written!.updated);
  await checkNothingVanished(sql, definition, matches);
  return {
    inserted,
    updated: changed,
    unchanged: staged - inserted - changed,
    deleted,
  };
}

/** Where a key comes more than once among the staged rows, the last one wins; returns how many rows gave way. */
export async function dropEarlierDuplicates(sql: Transaction, key: readonly string[]): Promise<number> {
  const names = key.map(identifier);
  return run(
    sql,
    `delete from ${STAGING} as earlier using (
       select ${names}, max(${ORDINAL}) as last from ${STAGING} group by ${names} having count(*) > 1
     ) as repeated
     where ${names.map((name) => `earlier.${name} = repeated.${name}`).join(' and ')} and earlier.${ORDINAL} < repeated.last`,
  );
}

/**
 * A BEFORE trigger of the table may drop rows in silence. Then the counts would be wrong: they say `unchanged` of
 * whatever was neither inserted nor updated.
 *
 * @throws ImportFailure `CountsDisagree`
 */
async function checkNothingVanished(
  sql: Transaction,
  definition: TableImport,
  matches: string,
): Promise<void> {
  const target = qualified(definition.schema, definition.tableName);
  const [triggers] = await sql<{ any: boolean }[]>`
    select exists (
      select from pg_trigger
      where tgrelid = to_regclass(${target}) and not tgisinternal and tgtype & 1 = 1 and tgtype & 2 = 2
    ) as any`;
  if (!triggers!.any) return;
  const [missing] = await sql.unsafe<{ count: string }[]>(
    `select count(*) from ${STAGING} as staged where not exists (select from ${target} as target where ${matches})`,
  );
  if (missing!.count !== '0') {
    throw new ImportFailure(
      'CountsDisagree',
      `${missing!.count} rows were inserted, but are not in the table: a trigger of ${describeTable(definition)} drops them.`,
    );
  }
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

/** Whether a value of the target is another than the staged one. */
function differs(name: string, filled: readonly ImportColumn[]): string {
  const column = filled.find((each) => identifier(each.name) === name)!;
  const cast = comparesAsText(column.type) ? '::text' : '';
  return `target.${name}${cast} is distinct from staged.${name}${cast}`;
}

/**
 * Types without an equality (`json`, `point`), or with one that calls different values equal: intervals of 1 month and
 * of 30 days, boxes of the same area, texts of another case.
 */
function comparesAsText(type: ColumnType): boolean {
  if (type.kind === 'array') return comparesAsText(type.element);
  return (type.kind === 'json' && !type.binary) || type.kind === 'interval' || type.kind === 'other';
}

async function run(sql: Transaction, statement: string): Promise<number> {
  return (await sql.unsafe(statement)).count;
}
