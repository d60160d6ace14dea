import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import type { Sql } from 'postgres';
import { ImportFailure } from '../../contract/failures.ts';

/** Any constant will do as long as nobody else in the database uses it: "csv_impo" in ASCII. */
const MIGRATION_LOCK = '7166182835441725551';

/**
 * A migration may need a lock that runs hold while they load, and whoever comes after it waits behind it: rather than
 * hold up all for hours, it gives up and is tried again by the workflow.
 */
const LOCK_WITHIN_SECONDS = 20;

/** Beside this file in the sources, beside the bundle in the container. */
const migrationsFolder = join(import.meta.dirname, 'migrations');

/**
 * Brings the ledger's schema up to date. Importers that start together do so one after the other, under an
 * advisory lock. `sql` must be a client of a single connection, since the lock belongs to the session.
 *
 * @throws ImportFailure `DatabaseConflict` where running imports stand in the way
 */
export async function migrateLedger(sql: Sql, lockWithinSeconds = LOCK_WITHIN_SECONDS): Promise<void> {
  await sql`select set_config('lock_timeout', ${`${lockWithinSeconds}s`}, false)`;
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK}::bigint)`;
    await migrate(drizzle(sql), {
      migrationsFolder,
      migrationsSchema: 'csv_import',
      migrationsTable: 'migrations',
    });
  } catch (error) {
    // lock_not_available; Drizzle wraps what its own queries throw.
    const codes = [error, (error as Error).cause].map(
      (each) => (each as { code?: string } | undefined)?.code,
    );
    if (!codes.includes('55P03')) throw error;
    throw new ImportFailure(
      'DatabaseConflict',
      `This importer is newer than the ledger (schema csv_import), and to change that it has waited ${lockWithinSeconds} s in vain for the imports that are running.`,
      { cause: error },
    );
  } finally {
    await sql`
      select pg_advisory_unlock_all(), set_config('lock_timeout', '0', false)`.catch(() => {
      // The connection is gone, and the lock with it.
    });
  }
}
