import { boundLockWaits, boundTableLockWaits } from './lock-waits.ts';
import type { Transaction } from './transaction.ts';

/** First half of the advisory locks of merges, "csvm" in ASCII; the second half is the table. */
const MERGE_LOCKS = 0x6373766d;

/**
 * Merges into one table go on side by side, since each of them is right whatever the others do; but two that lock the
 * same rows in another order end in a deadlock. The one that PostgreSQL ends then tries again alone.
 *
 * @param target quoted
 * @param alone whether no other merge may go on until the end of the transaction
 */
export async function enterMerge(sql: Transaction, target: string, alone: boolean): Promise<void> {
  const lock = alone ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await sql.unsafe(`select ${lock}(${MERGE_LOCKS}, hashoid(to_regclass($1)))`, [target]);
}

/**
 * As {@link enterMerge} alone, without waiting.
 *
 * @returns whether no other merge is under way
 */
export async function tryMergeAlone(sql: Transaction, target: string): Promise<boolean> {
  const [row] = await sql.unsafe<{ alone: boolean }[]>(
    `select pg_try_advisory_xact_lock(${MERGE_LOCKS}, hashoid(to_regclass($1))) as alone`,
    [target],
  );
  return row!.alone;
}

/**
 * Keeps everybody else from writing to the table until the end of the transaction; who only reads, or refers to its rows
 * by a foreign key, is let through.
 * https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
 *
 * @param target quoted
 */
export async function lockTable(sql: Transaction, target: string): Promise<void> {
  await boundTableLockWaits(sql);
  await sql.unsafe(`lock table ${target} in share row exclusive mode`);
  await boundLockWaits(sql);
}
