import { readDatabaseUrl } from '../task/load/database-url.ts';
import type { Cleanup } from './cleanup.ts';
import { openDatabase } from './open-database.ts';
import { startPostgres } from './postgres.ts';
import { createMissingTables, planMissingTables } from './target-tables.ts';

/** How long a database of the user's own may take to answer, in seconds: it is near, or the URL is wrong. */
const CONNECT_TIMEOUT_SECONDS = 10;

export interface DatabaseOptions {
  directory: string;
  /** A PostgreSQL of the user's own; default: the embedded one. */
  databaseUrl?: string | undefined;
  /** Preferred port of the embedded one. */
  port: number;
  fsync?: boolean | undefined;
}

/**
 * The database that the importer writes to, with the tables of the imports in it.
 *
 * @throws Error where DATABASE_URL is wrong, cannot be reached or lacks a table, with the SQL that would create it
 */
export async function prepareDatabase(
  { directory, databaseUrl, port, fsync = true }: DatabaseOptions,
  cleanup: Cleanup,
): Promise<{ url: string; createdTables: string[] }> {
  if (databaseUrl !== undefined) return connectExternal(databaseUrl);
  const server = await startPostgres({ directory, port, fsync });
  cleanup.add(() => server.stop());
  const sql = openDatabase(server.url);
  try {
    await sql`select 1`.catch((error: Error & { code?: string }) => {
      if (error.code !== '28P01') throw error;
      throw new Error(
        `The embedded database does not take the password of ${server.passwordFile}: restore that file, or delete it, and the next start sets a new password.`,
      );
    });
    return { url: server.url, createdTables: await createMissingTables(sql) };
  } finally {
    await sql.end();
  }
}

async function connectExternal(url: string): Promise<{ url: string; createdTables: string[] }> {
  const { host, port, path, database } = readDatabaseUrl(url);
  const place = `${path ?? host?.map((each, index) => `${each}:${port![index]}`).join(',') ?? ''}/${database ?? ''}`;
  const sql = openDatabase(url, CONNECT_TIMEOUT_SECONDS);
  try {
    await sql`select 1`.catch((error: Error & { code?: string }) => {
      // Several addresses of one host make an error without a message.
      const reason = error.message || error.code || String(error);
      throw new Error(`The database of DATABASE_URL (${place}) cannot be used: ${reason}`);
    });
    const { missing, statements } = await planMissingTables(sql);
    if (missing.length > 0) {
      throw new Error(
        `The database of DATABASE_URL (${place}) lacks ${missing.join(', ')}. Create what the imports write to:\n\n${statements.join('\n')}`,
      );
    }
    return { url, createdTables: [] };
  } finally {
    // Not waited for long: a connection that never came about has nothing to end.
    await sql.end({ timeout: 1 });
  }
}
