import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeAll } from 'vitest';
import { type PostgresServer, removePostgres, startPostgres } from '../../local/postgres.ts';
import { waitFor } from '../support/wait-for.ts';
import { definitions } from './harness/definitions.ts';
import { FaultHarness } from './harness/fault-harness.ts';
import { disturb, pickMoment } from './harness/moments.ts';
import { eachRound } from './harness/rounds.ts';

// A server of its own, which keeps what it says it keeps.
let directory: string;
let server: PostgresServer;
let harness: FaultHarness;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'csv-import-faults-server-'));
  server = await startPostgres({ directory, fsync: true });
  harness = await FaultHarness.open(server.url);
});
afterAll(async () => {
  await harness.close();
  await server.stop();
  await removePostgres(directory);
  await rm(directory, { recursive: true, force: true });
});

/** Kills the postmaster and all its children: as a machine that loses power, but for the disk's cache. */
async function killServer(): Promise<void> {
  const sql = postgres(server.url, { max: 1 });
  const [{ data_directory: data }] = (await sql`show data_directory`) as unknown as [
    { data_directory: string },
  ];
  await sql.end();
  const postmaster = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(postmaster)]);
  const processes = [postmaster, ...stdout.trim().split('\n').map(Number)];
  // The postmaster first, or it would begin to recover.
  for (const pid of processes) kill(pid, 'SIGKILL');
  await waitFor('the server to be gone', () => (processes.some((pid) => kill(pid, 0)) ? null : true));
}

/** Whether there was such a process. */
function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

const imports = Object.fromEntries(definitions.map((definition) => [definition.name, definition]));

eachRound('the database server killed', imports, async (random, definition) => {
  const run = await harness.prepare(random, definition);
  const unwatch = run.watch();
  const importer = await disturb(harness, run, pickMoment(random, run), killServer);
  await run.expectFailure(importer, 'DatabaseUnavailable');
  if (random.chance(0.5)) await run.expectFailure(run.start(), 'DatabaseUnavailable');
  server = await startPostgres({ directory, fsync: true });
  await run.complete();
  await unwatch();
});
