import { getTableName } from 'drizzle-orm';
import postgres, { type Sql } from 'postgres';
import { startPostgres } from '../local/postgres.ts';
import { createMissingTables } from '../local/target-tables.ts';
import { fileKinds } from './files/file-kinds.ts';

/** What a table holds: its rows, and the sum of their hashes over all columns, whatever their order. */
export interface Fingerprint {
  rows: number;
  checksum: string;
}

/** A database of the benchmark's own on the embedded PostgreSQL, with its settings as users have them. */
export interface BenchDatabase {
  url: string;
  sql: Sql;
  /** Such as `18.4`. */
  version: string;
  /** The settings that the figures depend on. */
  settings: Record<string, string>;
  /**
   * Makes the target hold nothing, or a copy of another table as an application would have it: vacuumed and
   * analysed. Forgets all runs, and writes to disk what is still to be written, so that nobody pays for others.
   */
  prepare(table: string, holds: string | null): Promise<void>;
  /** Keeps what the table holds under another name, with its indexes. */
  keep(table: string, as: string): Promise<void>;
  /** @param upTo only rows with ids up to this one */
  fingerprint(table: string, upTo?: number): Promise<Fingerprint>;
  stop(): Promise<void>;
}

const NAME = 'bench';
const shownSettings = ['fsync', 'synchronous_commit', 'wal_level', 'shared_buffers', 'max_wal_size'];

export async function startDatabase(directory: string): Promise<BenchDatabase> {
  const server = await startPostgres({ directory });
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`drop database if exists ${NAME} with (force)`);
  await admin.unsafe(`create database ${NAME}`);
  await admin.end();
  const url = Object.assign(new URL(server.url), { pathname: `/${NAME}` }).href;
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const tables = Object.values(fileKinds).map(({ table }) => [getTableName(table), table]);
  await createMissingTables(sql, { tables: Object.fromEntries(tables) });
  const rows = await sql<{ name: string; setting: string }[]>`
    select name, current_setting(name) as setting from pg_settings
    where name = any(${[...shownSettings, 'server_version']})`;
  const { server_version: version, ...settings } = Object.fromEntries(
    rows.map(({ name, setting }) => [name, setting]),
  );

  return {
    url,
    sql,
    version: version!,
    settings,
    async prepare(table, holds) {
      const ledger = await sql<{ tablename: string }[]>`
        select tablename from pg_tables where schemaname = 'csv_import' and tablename <> 'migrations'`;
      const emptied = [table, ...ledger.map(({ tablename }) => `csv_import.${tablename}`)];
      await sql.unsafe(`truncate ${emptied} cascade`);
      if (holds !== null) {
        await sql.unsafe(`insert into ${table} select * from ${holds}`);
        await sql.unsafe(`vacuum analyze ${table}`);
      }
      await sql`checkpoint`;
    },
    async keep(table, as) {
      await sql.unsafe(`drop table if exists ${as}`);
      await sql.unsafe(`create table ${as} as table ${table}`);
    },
    async fingerprint(table, upTo) {
      const [found] = await sql.unsafe<{ rows: string; checksum: string }[]>(
        `select count(*) as rows, coalesce(sum(hash_record_extended(each.*, 0)), 0) as checksum
         from ${table} as each ${upTo === undefined ? '' : `where id <= ${upTo}`}`,
      );
      return { rows: Number(found!.rows), checksum: found!.checksum };
    },
    async stop() {
      await sql.end({ timeout: 0 });
      await server.stop();
    },
  };
}
