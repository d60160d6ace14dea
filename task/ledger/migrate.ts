import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import type { Sql } from 'postgres';

/** Any constant will do as long as nobody else in the database uses it: "csv_impo" in ASCII. */
const MIGRATION_LOCK = '7166182835441725551';

/** Beside this file in the sources, beside the bundle in the container. */
const migrationsFolder = join(import.meta.dirname, 'migrations');

/**
 * Brings the ledger's schema up to date. Importers that start together do so one after the other, under an
 * advisory lock. `sql` must be a client of a single connection, since the lock belongs to the session.
 */
export async function migrateLedger(sql: Sql): Promise<void> {
  await sql`select pg_advisory_lock(${MIGRATION_LOCK}::bigint)`;
  try {
    await migrate(drizzle(sql), {
      migrationsFolder,
      migrationsSchema: 'csv_import',
      migrationsTable: 'migrations',
    });
  } finally {
    await sql`select pg_advisory_unlock(${MIGRATION_LOCK}::bigint)`.catch(() => {
      // The connection is gone, and the lock with it.
    });
  }
}
