import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { ImportFailure } from '../../contract/failures.ts';
import type { Connection } from '../load/connection.ts';
import { SHORT_IDLE_SECONDS } from '../load/statements.ts';
import { inTransaction, type Transaction } from '../load/transaction.ts';

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
 * Brings the ledger's schema up to date, in one transaction. Importers that start together do so one after the other,
 * under an advisory lock.
 *
 * @throws ImportFailure `DatabaseConflict` where running imports stand in the way
 */
export async function migrateLedger(
  connection: Connection,
  lockWithinSeconds = LOCK_WITHIN_SECONDS,
): Promise<void> {
  const migrate = async (tx: Transaction) => {
    await tx`select set_config('lock_timeout', ${`${lockWithinSeconds}s`}, true)`;
    await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK}::bigint)`;
    await applyMigrations(tx);
  };
  try {
    await inTransaction(connection, migrate, SHORT_IDLE_SECONDS);
  } catch (error) {
    // lock_not_available
    if ((error as { code?: string }).code !== '55P03') throw error;
    throw new ImportFailure(
      'DatabaseConflict',
      `The ledger (schema csv_import) must be upgraded for this importer, but imports that are running still used it after ${lockWithinSeconds} s.`,
      { cause: error },
    );
  }
}

/**
 * What Drizzle's own migrator does, in the same table, but for one thing: a schema that is there is not created "if not
 * exists". PostgreSQL wants the right to create schemas for that all the same, and a careful owner does not give it.
 */
async function applyMigrations(sql: Transaction): Promise<void> {
  const [ledger] = await sql<{ owner: string; elsewhose: boolean }[]>`
    select rolname as owner, nspowner <> current_user::regrole and pg_has_role(nspowner, 'MEMBER') as elsewhose
    from pg_namespace join pg_roles on pg_roles.oid = nspowner where nspname = 'csv_import'`;
  if (ledger === undefined) await sql`create schema csv_import`;
  // Several logins may import: whichever migrates, all tables belong to the one owner, whose rights they share.
  if (ledger?.elsewhose) await sql`select set_config('role', ${ledger.owner}, true)`;
  await sql`
    create table if not exists csv_import.migrations (id serial primary key, hash text not null, created_at bigint)`;
  const [newest] = await sql<{ created_at: string }[]>`
    select created_at from csv_import.migrations order by created_at desc limit 1`;
  const missing = readMigrationFiles({ migrationsFolder }).filter(
    ({ folderMillis }) => folderMillis > Number(newest?.created_at ?? 0),
  );
  for (const { sql: statements, hash, folderMillis } of missing) {
    const migration = statements.filter((statement) => !/^\s*create schema/i.test(statement));
    const entry = `insert into csv_import.migrations (hash, created_at) values ('${hash}', ${folderMillis})`;
    await sql.unsafe([...migration, entry].join(';\n'));
  }
}
