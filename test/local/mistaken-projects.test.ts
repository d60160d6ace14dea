import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { existingEverything } from '../infra/configurations.ts';
import { copyProject, project } from '../support/copy-project.ts';
import { makeFolder } from './make-folder.ts';
import { LocalCommands } from './run-command.ts';

let commands: LocalCommands;
beforeEach(() => {
  commands = new LocalCommands();
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
    expect(await commands.start(args, { cwd }).ended).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'import "Orders", field "name": use lower-case letters, digits and hyphens, at most 40, a letter first.\n',
    });
  });

  it('in the code of a definition is shown with its place', async () => {
    const cwd = projectWith({ 'imports/orders.ts': () => 'export default {{\n' });
    const { code, stderr } = await commands.start(['import', sample], { cwd }).ended;
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
    const { code, stderr } = await commands.start(['import', sample, '--import', 'orders'], { cwd }).ended;
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^The database has no table orders, and import "orders" does not export it: .*\n$/,
      ),
    ]);
    expect(commands.leftOver()).toEqual([]);
  });

  it('in the configuration is the app’s message, without a stack trace', async () => {
    const cwd = projectWith({
      'cdk.json': (before) => {
        const config = JSON.parse(before) as { context?: object };
        return JSON.stringify({ ...config, context: { ...config.context, csvImport: { task: { cpu: 3 } } } });
      },
    });
    const { code, stderr } = await commands.start(['import', sample], { cwd }).ended;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/task\.cpu.*use one of/s)]);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(commands.leftOver()).toEqual([]);
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
  const { code, stdout } = await commands.start(['import', join(project, 'samples/customers.csv')], { cwd })
    .ended;
  expect(stdout).toContain('SUCCEEDED: imported');
  expect(code).toBe(0);
});
