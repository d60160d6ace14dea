import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readDoc, sectionOf } from '../../docs/tools/markdown.ts';
import { findRunningStack } from '../../local/stack-file.ts';
import { makeFolder } from '../local/make-folder.ts';
import { copyProject, project } from '../support/copy-project.ts';
import { customersSql } from '../support/import-bench.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { missingLine, stepsOf } from '../support/walk.ts';

/** A minute on a machine that does nothing else: seven starts of npm, four imports and a redrive. */
const PATIENCE_MS = 400_000;

// README's "When an import fails", as a reader does it: its commands, one after the other, by a shell.

let home: string;
let database: TestDatabase;
let local: ReturnType<typeof start>;

const environment = () => ({
  ...process.env,
  // The node of this project's packages, as npm has it, whatever node the machine has.
  PATH: `${join(project, 'node_modules/.bin')}:${process.env.PATH}`,
  DATABASE_URL: database.url,
  NO_COLOR: '1',
});

function start(command: string) {
  const child = spawn(command, {
    cwd: home,
    env: environment(),
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      printed += String(chunk);
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number);
  return { child, ended, printed: () => printed };
}

beforeAll(async () => {
  home = makeFolder();
  copyProject(home);
  database = await createTestDatabase();
  await database.sql.unsafe(customersSql);
  local = start('exec node local/main.ts start');
  while (findRunningStack(join(home, '.local')) === null) {
    if (local.child.exitCode !== null) throw new Error(local.printed());
    await sleep(100);
  }
}, PATIENCE_MS);
afterAll(async () => {
  local.child.kill('SIGTERM');
  await local.ended;
  await database.drop();
});

it(
  'README: a file’s fault and a system’s fault, from the failure to the success',
  async () => {
    const steps = stepsOf(sectionOf(readDoc('README.md'), '## When an import fails'));
    expect(steps.length).toBeGreaterThan(6);
    for (const { command, shown } of steps) {
      const { ended, printed } = start(command);
      const code = await ended;
      // What npm says of the script that it runs.
      const output = printed().replace(/^\n?(?:> .*\n)+\n?/, '');
      expect({ command, missing: missingLine(shown, output), output }).toMatchObject({
        command,
        missing: null,
      });
      const failed = shown.some((line) => line.startsWith('FAILED'));
      expect({ command, code }).toEqual({ command, code: failed ? 1 : 0 });
    }
    expect(await database.sql`select count(*)::int from customers`).toEqual([{ count: 12_000 }]);
  },
  PATIENCE_MS,
);

it('npm run sql shows rows, and says what PostgreSQL says', async () => {
  const sql = async (statement: string, more = '') => {
    const { ended, printed } = start(`node local/main.ts sql "${statement}" ${more}`);
    return { code: await ended, printed: printed() };
  };
  expect(await sql("select 1 as one, null as none, 'x' as other")).toEqual({
    code: 0,
    printed: 'one  none  other\n1          x\n',
  });
  expect(await sql('select')).toMatchObject({ code: 0 });
  expect(await sql('select * from nowhere')).toEqual({
    code: 1,
    printed: 'relation "nowhere" does not exist\n',
  });
  expect(await sql('select 1', '--directory elsewhere')).toEqual({
    code: 1,
    printed: 'No local stack is running here. Start it with `npm run local`.\n',
  });
});
