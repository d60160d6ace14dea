import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createCleanup } from '../local/cleanup.ts';
import { lockDirectory } from '../local/directory-lock.ts';
import { type BenchDatabase, startDatabase } from './database.ts';
import { bundleMeasuredImporter } from './importer/bundle.ts';
import { type MeasuredImporter, measuredImporter } from './importer/process.ts';
import { type Storage, startStorage } from './storage/storage.ts';

/** What is measured with: the servers, and the importer ready to be started. */
export interface Workbench {
  database: BenchDatabase;
  storage: Storage;
  importer: MeasuredImporter;
  /** Where files are kept from one time to the next. */
  filesFolder: string;
  folder: string;
  signal: AbortSignal;
  close(): Promise<void>;
}

/** Starts the servers and bundles the importer, all in a directory that one benchmark has at a time. */
export async function openWorkbench(
  directory: string,
  signal: AbortSignal,
  { profiles = null }: { profiles?: string | null } = {},
): Promise<Workbench> {
  mkdirSync(directory, { recursive: true });
  const cleanup = createCleanup();
  cleanup.add(lockDirectory(directory));
  try {
    const bundle = join(directory, 'importer');
    await bundleMeasuredImporter(bundle);
    const storage = await startStorage(join(directory, 's3'));
    cleanup.add(storage.stop);
    const database = await startDatabase(directory);
    cleanup.add(database.stop);
    signal.throwIfAborted();
    const importer = measuredImporter(bundle, {
      storage,
      databaseUrl: database.url,
      logFile: join(directory, 'importer.log'),
      profiles,
      signal,
    });
    return {
      database,
      storage,
      importer,
      filesFolder: join(directory, 'files'),
      folder: directory,
      signal,
      close: cleanup.run,
    };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}
