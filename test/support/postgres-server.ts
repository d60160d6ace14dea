import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { removePostgres, startPostgres } from '../../local/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

/** One embedded PostgreSQL for the whole test run; each test file makes databases of its own on it. */
export default async function setup(project: TestProject) {
  const directory = await mkdtemp(join(tmpdir(), 'csv-import-test-postgres-'));
  const server = await startPostgres({ directory, fsync: false });
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await removePostgres(directory);
    await rm(directory, { recursive: true, force: true });
  };
}
