import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { project } from '../support/copy-project.ts';
import { LocalCommands } from './run-command.ts';

let commands: LocalCommands;
beforeEach(() => {
  commands = new LocalCommands();
});

describe('npm run import', () => {
  it('--dry-run says what would become of the table, and leaves it as it is', async () => {
    const dry = await commands.start(['import', join(project, 'samples/customers.csv'), '--dry-run']).ended;
    expect(dry.stdout).toContain('SUCCEEDED: dry-run');
    expect(dry.stdout).toContain('12,000 read, 12,000 inserted');
    expect(dry.code).toBe(0);
    const real = await commands.start(['import', join(project, 'samples/customers.csv')], {
      env: { TZ: 'America/Los_Angeles' },
    }).ended;
    expect(real.stdout).toContain('12,000 read, 12,000 inserted');
    expect(real.stdout).toContain('SUCCEEDED: imported');
    // The first rows, as they are stored.
    expect(real.stdout).toMatch(
      /^public\.customers:\ncustomer_id +name .*\n1 +伊藤 ひかり .* NULL +1953-11-01 +135193\.01 /m,
    );
  });

  it('shows what happens, saves the rejects, and prints where they are', async () => {
    const { code, stdout } = await commands.start([
      'import',
      join(project, 'samples/customers-with-errors.csv'),
    ]).ended;
    expect(code).toBe(1);
    const states = ['ValidateUpload', 'RunImporter', 'ExplainFailure', 'NotifyFailure', 'ImportFailed'];
    expect(stdout.split('\n').filter((line) => states.includes(line))).toEqual(states);
    expect(stdout).toContain('FAILED: RowsRejected');
    // The stack goes with the import: nobody could open a page of it.
    expect(stdout).not.toMatch(/^console /m);
    const [run] = readdirSync(join(commands.directory, 'rejects'));
    const [errors, rows] = ['errors.csv', 'rows.csv'].map((name) =>
      join(commands.directory, 'rejects', run!, name),
    );
    expect(stdout).toContain(errors);
    expect(stdout).toContain(rows);
    expect(readFileSync(errors!, 'utf8').split('\n')[0]).toMatch(/line,.*row,.*column,.*code,.*reason/);
    expect(readFileSync(rows!, 'utf8').split('\n')[0]).toMatch(/^customer_id,/);
    expect(commands.leftOver()).toEqual([]);
  });
});

describe('npm run local', () => {
  it('serves the console page until it stops, and tells where', async () => {
    const file = join(project, 'samples/customers-with-errors.csv');
    const stack = commands.start(['start']);
    await stack.says('Ctrl-C stops it');
    const { console: url } = JSON.parse(readFileSync(join(commands.directory, 'stack.json'), 'utf8'));
    await stack.says(`console         ${url}`);
    expect(await (await fetch(url)).text()).toContain('<div id="root">');

    const { stdout } = await commands.start(['import', file]).ended;
    const [, name] = new RegExp(`^console   ${url}/executions/(.+)$`, 'm').exec(stdout)!;
    const execution = await fetch(`${url}/api/executions/${name}`);
    expect(await execution.json()).toMatchObject({ execution: { failure: { name: 'RowsRejected' } } });

    stack.child.kill('SIGINT');
    expect(await stack.ended).toMatchObject({ code: 0, stderr: '' });
    await expect(fetch(url)).rejects.toThrow();
  });

  it('--reset empties the data first', async () => {
    const file = join(project, 'samples/customers.csv');
    expect((await commands.start(['import', file]).ended).stdout).toContain('SUCCEEDED: imported');
    const stack = commands.start(['start', '--reset']);
    await stack.says('Ctrl-C stops it');
    stack.child.kill('SIGINT');
    expect((await stack.ended).stdout).toMatch(/emptied .*created the tables: customers/s);
    const executions = readdirSync(join(commands.directory, 'executions'));
    expect(executions.filter((file) => file.endsWith('.jsonl'))).toEqual([]);
  });
});
