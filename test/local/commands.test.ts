import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { folderOutside, removePostgres } from '../../local/postgres.ts';
import { existingEverything } from '../infra/configurations.ts';
import { copyProject, project } from '../support/copy-project.ts';
import { waitFor } from '../support/wait-for.ts';
import { makeFolder } from './make-folder.ts';

let directory: string;
beforeEach(() => {
  directory = makeFolder();
  return () => removePostgres(directory);
});

function start(args: string[], { cwd = project, env = {} } = {}) {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(cwd, 'local/main.ts'), ...args, '--directory', directory],
    { cwd, env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => void child.kill('SIGTERM'));
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr!.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended, says: (text: string) => waitFor(text, () => (stdout.includes(text) ? true : null)) };
}

/** Processes that work in the directory, or in the one that stands in for it: PostgreSQL and importers. */
function leftOver(): string[] {
  const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(directory) || line.includes(folderOutside(directory)));
}

/** Rows enough for the importer to be busy for a while. */
function writeLargeFile(): string {
  const rows = Array.from(
    { length: 300_000 },
    (_, index) => `${index},Name ${index},m${index}@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`,
  );
  const file = join(makeFolder(), 'customers-large.csv');
  writeFileSync(
    file,
    `customer_id,name,email,phone,address,birthday,credit_limit,registered_at,notes\n${rows.join('')}`,
  );
  return file;
}

describe('npm run import', () => {
  it('--dry-run says what would become of the table, and leaves it as it is', async () => {
    const dry = await start(['import', join(project, 'samples/customers.csv'), '--dry-run']).ended;
    expect(dry.stdout).toContain('SUCCEEDED: dry-run');
    expect(dry.stdout).toContain('12,000 read, 12,000 inserted');
    expect(dry.code).toBe(0);
    const real = await start(['import', join(project, 'samples/customers.csv')]).ended;
    expect(real.stdout).toContain('12,000 read, 12,000 inserted');
    expect(real.stdout).toContain('SUCCEEDED: imported');
  });

  it('shows what happens, saves the rejects, and prints where they are', async () => {
    const { code, stdout } = await start(['import', join(project, 'samples/customers-with-errors.csv')])
      .ended;
    expect(code).toBe(1);
    const states = ['ValidateUpload', 'RunImporter', 'ExplainFailure', 'NotifyFailure', 'ImportFailed'];
    expect(stdout.split('\n').filter((line) => states.includes(line))).toEqual(states);
    expect(stdout).toContain('FAILED: RowsRejected');
    // The stack goes with the import: nobody could open a page of it.
    expect(stdout).not.toMatch(/^console /m);
    const [run] = readdirSync(join(directory, 'rejects'));
    const [errors, rows] = ['errors.csv', 'rows.csv'].map((name) => join(directory, 'rejects', run!, name));
    expect(stdout).toContain(errors);
    expect(stdout).toContain(rows);
    expect(readFileSync(errors!, 'utf8').split('\n')[0]).toMatch(/line,.*row,.*column,.*code,.*reason/);
    expect(readFileSync(rows!, 'utf8').split('\n')[0]).toMatch(/^customer_id,/);
    expect(leftOver()).toEqual([]);
  });

  it.each([
    ['SIGINT', 130, 'starting the local stack'],
    ['SIGTERM', 143, 'RunImporter'],
    ['SIGHUP', 129, 'RunImporter'],
  ] as const)(
    '%s: stops everything that it has started, exit code %i, after "%s"',
    async (signal, code, after) => {
      const { child, ended, says } = start(['import', writeLargeFile()]);
      await says(after);
      await new Promise((resolve) => setTimeout(resolve, 700));
      if (after === 'RunImporter') expect(leftOver().join()).toContain('/bin/postgres -D');
      child.kill(signal);
      // npm passes on what the terminal has sent already.
      child.kill(signal);
      expect(await ended).toMatchObject({ code, stderr: '' });
      expect(leftOver()).toEqual([]);
      expect(existsSync(join(directory, 'stack.lock')) || existsSync(join(directory, 'stack.json'))).toBe(
        false,
      );
    },
  );

  it('through a stack that is running: it goes on without whoever asked for it', async () => {
    const stack = start(['start']);
    await stack.says('Ctrl-C stops it');
    const importing = start(['import', writeLargeFile()]);
    await importing.says('RunImporter');
    importing.child.kill('SIGINT');
    const { code, stdout } = await importing.ended;
    expect([code, stdout]).toEqual([
      130,
      expect.stringContaining('The running stack goes on with the import.'),
    ]);
    await stack.says('SUCCEEDED');

    const other = await start(['import', join(project, 'samples/customers.csv')], {
      env: { DATABASE_URL: 'postgres://somewhere/else' },
    }).ended;
    expect(other).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/DATABASE_URL is not the database of the local stack that is running/),
    });
    stack.child.kill('SIGTERM');
    expect(await stack.ended).toMatchObject({ code: 0, stderr: '' });
    expect(leftOver()).toEqual([]);
  });
});

describe('npm run local', () => {
  it('serves the console page until it stops, and tells where', async () => {
    const file = join(project, 'samples/customers-with-errors.csv');
    const stack = start(['start']);
    await stack.says('Ctrl-C stops it');
    const { console: url } = JSON.parse(readFileSync(join(directory, 'stack.json'), 'utf8'));
    await stack.says(`console         ${url}`);
    expect(await (await fetch(url)).text()).toContain('<div id="root">');

    const { stdout } = await start(['import', file]).ended;
    const [, name] = new RegExp(`^console   ${url}/executions/(.+)$`, 'm').exec(stdout)!;
    const execution = await fetch(`${url}/api/executions/${name}`);
    expect(await execution.json()).toMatchObject({ execution: { failure: { name: 'RowsRejected' } } });

    stack.child.kill('SIGINT');
    expect(await stack.ended).toMatchObject({ code: 0, stderr: '' });
    await expect(fetch(url)).rejects.toThrow();
  });

  it('--reset empties the data first', async () => {
    const file = join(project, 'samples/customers.csv');
    expect((await start(['import', file]).ended).stdout).toContain('SUCCEEDED: imported');
    const stack = start(['start', '--reset']);
    await stack.says('Ctrl-C stops it');
    stack.child.kill('SIGINT');
    expect((await stack.ended).stdout).toMatch(/emptied .*created the tables: customers/s);
    const executions = readdirSync(join(directory, 'executions'));
    expect(executions.filter((file) => file.endsWith('.jsonl'))).toEqual([]);
  });

  it('Ctrl-C while it starts ends it like any other', async () => {
    const stack = start(['start']);
    await stack.says('starting the local stack');
    stack.child.kill('SIGINT');
    expect(await stack.ended).toMatchObject({ code: 0, stderr: '' });
    expect(leftOver()).toEqual([]);
  });
});

/** This project with other files of its own. */
function projectWith(files: Record<string, (before: string) => string>): string {
  const copy = makeFolder();
  copyProject(copy);
  for (const [name, change] of Object.entries(files)) {
    const path = join(copy, name);
    writeFileSync(path, change(existsSync(path) ? readFileSync(path, 'utf8') : ''));
  }
  return copy;
}

describe('a mistake of the user’s own', () => {
  const customers = readFileSync(join(project, 'imports/customers.ts'), 'utf8');
  const sample = join(project, 'samples/customers.csv');

  it.each([['import', sample], ['start']])('in a definition is its message alone: %s', async (...args) => {
    const cwd = projectWith({
      'imports/orders.ts': () => customers.replace("name: 'customers'", "name: 'Orders'"),
    });
    expect(await start(args, { cwd }).ended).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'import "Orders", field "name": use lower-case letters, digits and hyphens, at most 40, a letter first.\n',
    });
  });

  it('in the code of a definition is shown with its place', async () => {
    const cwd = projectWith({ 'imports/orders.ts': () => 'export default {{\n' });
    const { code, stderr } = await start(['import', sample], { cwd }).ended;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/imports\/orders\.ts:1\n.*SyntaxError/s)]);
  });

  it('in a table that nobody can create is told', async () => {
    const cwd = projectWith({
      'imports/orders.ts': () =>
        customers
          .replaceAll("'customers'", "'orders'")
          .replace('uploads/customers/', 'uploads/orders/')
          .replace('export const', 'const'),
    });
    const { code, stderr } = await start(['import', sample, '--import', 'orders'], { cwd }).ended;
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^The database has no table orders, and import "orders" does not export it: .*\n$/,
      ),
    ]);
    expect(leftOver()).toEqual([]);
  });

  it('in the configuration is the app’s message, without a stack trace', async () => {
    const cwd = projectWith({
      'cdk.json': (before) => {
        const config = JSON.parse(before) as { context?: object };
        return JSON.stringify({ ...config, context: { ...config.context, csvImport: { task: { cpu: 3 } } } });
      },
    });
    const { code, stderr } = await start(['import', sample], { cwd }).ended;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/task\.cpu.*use one of/s)]);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(leftOver()).toEqual([]);
  });
});

it('a project that is configured for an account imports here all the same', async () => {
  const cwd = projectWith({
    'cdk.json': (before) => {
      const config = JSON.parse(before) as { context?: object };
      const csvImport = { ...existingEverything, environments: { prod: {} } };
      return JSON.stringify({ ...config, context: { ...config.context, csvImport, environment: 'prod' } });
    },
  });
  const { code, stdout } = await start(['import', join(project, 'samples/customers.csv')], { cwd }).ended;
  expect(stdout).toContain('SUCCEEDED: imported');
  expect(code).toBe(0);
});
