import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresVersions } from '../../local/postgres-binaries.ts';
import { loadCase } from './csv/case.ts';
import { prepareServer } from './csv/database.ts';
import { checkOnce, fuzz, keptCases } from './csv/run.ts';
import { type Servers, startServers } from './servers.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers(postgresVersions);
  for (const url of servers.urls) await prepareServer(url);
});
afterAll(() => servers?.stop());

describe('files that were found or written, on PostgreSQL 15 and 18', () => {
  it.each(keptCases().map((path) => [basename(path, '.json'), path]))('%s', async (_, path) => {
    await checkOnce(loadCase(path), servers.urls);
  });
});

describe('generated files, on PostgreSQL 15 and 18', () => {
  it('become what csv-parse and PostgreSQL’s casts make of them', async () => {
    // Long rounds are `npm run fuzz`. Always the same files here, so that a build does not fail by chance.
    const { files, found } = await fuzz({ rounds: 1000, seed: 1, seconds: 10, servers: servers.urls });
    const bytes = found?.case.bytes.toString('latin1');
    expect(found?.error, `seed ${found?.seed}: ${JSON.stringify(bytes)}`).toBeUndefined();
    expect(files).toBeGreaterThan(0);
  });
});
