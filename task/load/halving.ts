import type { TableImport } from '../../contract/definition/define-import.ts';
import { type DatabaseError, refusesRows, wordsOnRow } from './database-failure.ts';
import { Ordinals } from './ordinals.ts';
import { ORDINAL, STAGING } from './staging.ts';
import type { Transaction } from './transaction.ts';

/** One row among a million takes some 40 tries; more than this, and a file of many such rows would never end. */
const MOST_TRIES = 500;

const ALL = 'pg_temp.csv_import_all';

/** What trying to merge parts of the staged rows showed. */
export type Tried =
  /** No row at all is refused too: it is not the rows. */
  | { kind: 'whatever the rows' }
  /** All rows go in: what was in the way is gone. */
  | { kind: 'nothing refused' }
  /** `words`: the database's own, for each row; they may quote it. */
  | {
      kind: 'found';
      ordinals: Ordinals;
      words: Map<number, string>;
      error: DatabaseError;
      complete: boolean;
    };

/**
 * Finds the staged rows that the target refuses where no query can tell them (a trigger, an expression that fails, a
 * policy): merges parts of them, each half as large as the one that was refused, on top of those that were not. Leaves
 * no trace. A row counts that is refused with the rows before it in the table.
 *
 * @param merge brings the rows that are staged now, so many, into the target
 * @param most so many rows are enough
 */
export async function findByHalving(
  sql: Transaction,
  merge: (rows: number, first: boolean) => Promise<unknown>,
  most: number,
): Promise<Tried> {
  const trace = new Undo();
  try {
    return await sql.savepoint(async () => {
      trace.result = await search(sql, merge, most);
      throw trace;
    });
  } catch (error) {
    if (error !== trace) throw error;
    return trace.result!;
  }
}

/** What is merged while parts are tried: a `replace` makes room once, and must not delete the parts before. */
export function partially(definition: TableImport, first: boolean): TableImport {
  if (definition.mode !== 'replace' || first) return definition;
  return { ...definition, mode: definition.key.length > 0 ? 'upsert' : 'append' };
}

async function search(
  sql: Transaction,
  merge: (rows: number, first: boolean) => Promise<unknown>,
  most: number,
): Promise<Tried> {
  const [{ last } = { last: null }] = await sql.unsafe<{ last: string | null }[]>(
    `select max(${ORDINAL}) as last from ${STAGING}`,
  );
  await sql.unsafe(`
    alter table ${STAGING} rename to csv_import_all;
    create index on ${ALL} using brin (${ORDINAL});
    create temporary table csv_import_staging (like ${ALL})`);
  const tryRows = async (from: number, to: number, first = false): Promise<DatabaseError | null> => {
    try {
      await sql.savepoint(async () => {
        await sql.unsafe(`truncate ${STAGING}`);
        const { count } = await sql.unsafe(
          `insert into ${STAGING} select * from ${ALL} where ${ORDINAL} > ${from} and ${ORDINAL} <= ${to}`,
        );
        if (count > 0 || first) await merge(count, first);
      });
      return null;
    } catch (error) {
      if (!refusesRows(error)) throw error;
      return error;
    }
  };

  if ((await tryRows(0, 0, true)) !== null) return { kind: 'whatever the rows' };
  const ordinals = new Ordinals();
  const words = new Map<number, string>();
  let refusal: DatabaseError | null = null;
  let refused = 0;
  let tries = 0;
  // The next part to try is the last.
  const parts: [from: number, to: number][] = [[0, Number(last)]];
  while (parts.length > 0 && ordinals.size < most && tries++ < MOST_TRIES) {
    const [from, to] = parts.pop()!;
    const error = await tryRows(from, to);
    if (error === null) continue;
    if (to - from > 1) {
      const middle = Math.floor((from + to) / 2);
      parts.push([middle, to], [from, middle]);
      continue;
    }
    refused++;
    refusal ??= error;
    // Rows that are refused for another reason wait for the next search.
    if (!isSame(error, refusal)) continue;
    ordinals.add(to);
    const said = wordsOnRow(error);
    if (said !== null) words.set(to, said);
  }
  if (refused === 0 && parts.length === 0) return { kind: 'nothing refused' };
  if (refusal === null) return { kind: 'whatever the rows' };
  return { kind: 'found', ordinals, words, error: refusal, complete: parts.length === 0 };
}

function isSame(one: DatabaseError, other: DatabaseError): boolean {
  return (
    one.code === other.code &&
    one.constraint_name === other.constraint_name &&
    one.table_name === other.table_name &&
    one.column_name === other.column_name
  );
}

class Undo extends Error {
  result: Tried | undefined;
}
