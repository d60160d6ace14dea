import { boundLockWaits, boundTableLockWaits } from './lock-waits.ts';
import type { Transaction } from './transaction.ts';

/** First half of the advisory locks of merges, "csvm" in ASCII; the second half is the table. */
const MERGE_LOCKS = 0x6373766d;

/**
 * Merges into one table take turns, each until the end of its transaction: two of them that lock the same rows in
 * another order would end in a deadlock. An application does not take part, and is not held up.
 *
 * @param target quoted
 */
export async function takeMergeTurn(sql: Transaction, target: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${MERGE_LOCKS}::int, hashoid(to_regclass(${target})))`;
}

/**
 * As {@link takeMergeTurn}, without waiting.
 *
 * @returns whether the lock was to be had
 */
export async function tryMergeTurn(sql: Transaction, target: string): Promise<boolean> {
  const [row] = await sql<{ taken: boolean }[]>`
    select pg_try_advisory_xact_lock(${MERGE_LOCKS}::int, hashoid(to_regclass(${target}))) as taken`;
  return row!.taken;
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
