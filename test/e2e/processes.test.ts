import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findRunningStack } from '../../local/stack-file.ts';
import { readAssembly } from '../../local/synthesise.ts';
import { localStackSchema } from '../../operator/local-stack.ts';
import { headers } from '../../samples/customers.ts';
import { createImportHarness, customersSql } from '../support/import-harness.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';
import { StackClient } from './stack-harness.ts';

const project = join(import.meta.dirname, '../..');
const file = (...ids: number[]) =>
  `${headers.join(',')}\n${ids.map((id) => `${id},Name,m@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`).join('')}`;

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function run(args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: project, ...options }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'csv-import-processes-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** The app is synthesised once for the whole test run: all but the first command use that. */
const synthesised = () => ({ ...process.env, CSV_IMPORT_ASSEMBLY: inject('assemblyFolder') });

describe('the importer’s bundle', () => {
  it('runs from an empty folder with nothing else: what the image holds is enough', async () => {
    const harness = await createImportHarness();
    const folder = await mkdtemp(join(tmpdir(), 'csv-import-image-'));
    try {
      await harness.sql.unsafe(customersSql);
      const [image] = readAssembly(inject('assemblyFolder')).imageAssets.values();
      await cp(image!, folder, { recursive: true });
      expect((await readdir(folder)).sort()).toEqual(['Dockerfile', 'main.mjs', 'migrations']);
      const attempt = harness.attempt(await harness.put('k.csv', file(1, 2, 3)));
      const ended = await run(['main.mjs'], { cwd: folder, env: harness.environment(attempt) });
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(await harness.sql`select count(*)::int from customers`).toEqual([{ count: 3 }]);
      for (const line of ended.stdout.trim().split('\n')) {
        expect(JSON.parse(line)).toMatchObject({
          runId: attempt.runId,
          import: 'customers',
          attempt: attempt.attempt,
        });
      }

      const unknown = harness.attempt(await harness.put('k2.csv', file(1)), {
        importName: 'orders',
        runId: 'orders-1',
      });
      expect((await run(['main.mjs'], { cwd: folder, env: harness.environment(unknown) })).code).toBe(70);
      expect(
        JSON.parse((await harness.read(`reports/orders-1/${unknown.attempt}.json`)).toString()),
      ).toMatchObject({
        failure: { name: 'DefinitionInvalid' },
      });
      expect(await run(['main.mjs'], { cwd: folder, env: {} })).toMatchObject({
        code: 70,
        stderr: expect.stringContaining("The importer's environment is not as agreed"),
      });
      const bad = harness.attempt(await harness.put('k3.csv', 'customer_id\n1\n'));
      expect((await run(['main.mjs'], { cwd: folder, env: harness.environment(bad) })).code).toBe(65);
      const gone = {
        ...harness.environment(harness.attempt(await harness.put('k4.csv', file(4)))),
        DATABASE_URL: 'postgres://postgres@127.0.0.1:1/x',
      };
      expect((await run(['main.mjs'], { cwd: folder, env: gone })).code).toBe(75);
    } finally {
      await rm(folder, { recursive: true, force: true });
      await harness.close();
    }
  });
});

describe('npm run import', () => {
  it('--json prints one object and nothing else; the exit code tells how it went', async () => {
    const good = await run([
      'local/main.ts',
      'import',
      'samples/customers-shift-jis.csv',
      '--json',
      '--directory',
      directory,
    ]);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(good.stdout)).toMatchObject({
      execution: {
        status: 'SUCCEEDED',
        error: null,
        cause: null,
        arn: expect.stringContaining(':execution:'),
      },
      report: { outcome: 'imported', counts: { inserted: 1000 } },
      databaseUrl: expect.stringMatching(/^postgres:/),
    });
    const bad = await run(
      ['local/main.ts', 'import', 'samples/customers-with-errors.csv', '--json', '--directory', directory],
      { env: synthesised() },
    );
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.stdout)).toMatchObject({
      execution: { status: 'FAILED', error: 'RowsRejected', cause: expect.stringContaining('20 of 40 rows') },
      report: { outcome: 'failed' },
    });
    expect(findRunningStack(directory)).toBeNull();
  });

  it('and npm run local never show the database’s password, nor keep it where others can read it', async () => {
    const own = join(directory, 'own-database');
    const database = await createTestDatabase();
    const password = `pw-${randomUUID()}`;
    const role = `r${randomUUID().replaceAll('-', '')}`;
    await database.sql.unsafe(`create role ${role} login superuser password '${password}'; ${customersSql}`);
    const { href } = Object.assign(new URL(database.url), { username: role, password });
    const env = { ...synthesised(), DATABASE_URL: href };
    try {
      const stack = spawn(process.execPath, ['local/main.ts', 'start', '--directory', own], {
        cwd: project,
        env,
      });
      let printed = '';
      for (const stream of [stack.stdout, stack.stderr]) stream.on('data', (text) => (printed += text));
      await waitFor('the stack', () => findRunningStack(own));
      const args = ['local/main.ts', 'import', 'samples/customers.csv', '--directory', own];
      const shown = await run(args, { env });
      const json = await run([...args, '--json'], { env });
      expect([shown.code, json.code]).toEqual([0, 0]);
      const foreign = await run(args, { env: { ...env, DATABASE_URL: `${href}x` } });
      expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining('DATABASE_URL is not') });
      const place = `postgres://${role}:***@${new URL(href).host}`;
      for (const text of [shown.stdout, json.stdout, printed]) expect(text).toContain(place);
      expect(JSON.stringify([shown, json, foreign, printed])).not.toContain(password);
      const holding: string[] = [];
      for (const entry of await readdir(own, { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath, entry.name);
        if (!entry.isFile() || !(await readFile(file)).includes(password)) continue;
        expect((await stat(file)).mode & 0o777).toBe(0o600);
        holding.push(entry.name);
      }
      expect(holding.sort()).toEqual(['database-url', 'stack.json']);
      stack.kill('SIGINT');
      await once(stack, 'exit');
    } finally {
      await database.sql.unsafe(`reassign owned by ${role} to postgres; drop role ${role}`);
      await database.drop();
    }
  });

  it.each([
    [['import', 'no-such-file.csv'], /no-such-file\.csv/],
    [
      ['import', 'samples/customers.csv', '--import', 'orders'],
      /There is no import "orders" in imports\/; there are: customers/,
    ],
  ])('%j: a message, no stack trace', async (args, message) => {
    const ended = await run(['local/main.ts', ...args, '--directory', directory]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });
});

describe('npm run local', () => {
  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) child.kill('SIGTERM');
  });
  const start = async (): Promise<{ child: ChildProcess; client: StackClient }> => {
    const child = spawn(process.execPath, ['local/main.ts', 'start', '--directory', directory], {
      cwd: project,
      env: synthesised(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const description = await waitFor('the stack', () => {
      const found = findRunningStack(directory);
      return found?.pid === child.pid ? found : null;
    });
    localStackSchema.parse(description);
    return { child, client: new StackClient(description) };
  };
  const exit = (child: ChildProcess) =>
    new Promise<number | null>((resolve) =>
      child.exitCode !== null ? resolve(child.exitCode) : child.once('exit', resolve),
    );

  it('kill -9 and a restart: finished executions listed, the interrupted one FAILED and redrivable; data is there', async () => {
    const first = await start();
    const done = await first.client.upload('done.csv', file(5101, 5102));
    expect(await first.client.end(done)).toMatchObject({ status: 'SUCCEEDED' });
    const writer = await first.client.sql.reserve();
    await writer`begin`;
    await writer`lock table customers in exclusive mode`;
    const interrupted = await first.client.upload('interrupted.csv', file(5201, 5202, 5203));
    await waitFor('the load', async () => {
      const [waiting] = await first.client
        .sql`select pid from pg_locks where relation = 'customers'::regclass and not granted`;
      return waiting;
    });
    first.child.kill('SIGKILL');
    await exit(first.child);
    await first.client.close().catch(() => {});

    const second = await start();
    expect(await second.client.describe(done)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await second.client.describe(interrupted)).toMatchObject({
      status: 'FAILED',
      error: 'LocalStackStopped',
      redriveStatus: 'REDRIVABLE',
    });
    const count = async () =>
      Number(
        (await second.client.sql`select count(*) from customers where customer_id between 5000 and 5999`)[0]!
          .count,
      );
    expect(await second.client.redrive(interrupted)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await count()).toBe(5);

    // A second stack on the same directory is refused; `npm run import` uses the one that is running.
    const refused = await run(['local/main.ts', 'start', '--directory', directory]);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`process ${second.child.pid}`),
    });
    const imported = await run([
      'local/main.ts',
      'import',
      'samples/customers-with-errors.csv',
      '--json',
      '--directory',
      directory,
    ]);
    expect(imported.code).toBe(1);
    const failed = JSON.parse(imported.stdout).execution.arn as string;

    // The operators' command line, by the same API.
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL_SFN: second.client.description.endpoints.stepFunctions,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
    };
    const redriven = await run(['operator/main.ts', 'redrive', '--last'], { env });
    expect(redriven).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/RowsRejected.*20 of 40 rows are rejected/s),
    });
    expect(await second.client.describe(failed)).toMatchObject({ redriveCount: 1 });
    const useless = await run(['operator/main.ts', 'redrive', done], { env });
    expect(useless).toMatchObject({ code: 64, stderr: expect.stringMatching(/cannot redrive.*SUCCEEDED/) });

    await second.client.close();
    second.child.kill('SIGINT');
    expect(await exit(second.child)).toBe(0);
    expect(findRunningStack(directory)).toBeNull();
  });
});
