import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removePostgres, startPostgres } from '../../local/postgres.ts';
import type { PostgresVersion } from '../../local/postgres-binaries.ts';

/** Fresh servers of these versions, one after the other in `urls`. */
export interface Servers {
  urls: string[];
  stop(): Promise<void>;
}

export async function startServers(versions: readonly PostgresVersion[]): Promise<Servers> {
  const directory = await mkdtemp(join(tmpdir(), 'csv-import-fuzz-'));
  const folders = versions.map((version) => join(directory, String(version)));
  const urls: string[] = [];
  const stop = async () => {
    await Promise.all(folders.map(removePostgres));
    await rm(directory, { recursive: true, force: true });
  };
  try {
    // One after the other, lest they choose the same port.
    for (const [index, version] of versions.entries()) {
      const server = await startPostgres({ directory: folders[index]!, port: 0, fsync: false, version });
      urls.push(server.url);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { urls, stop };
}
