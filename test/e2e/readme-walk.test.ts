import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fencesOf, readDoc, sectionOf } from '../../docs/tools/markdown.ts';
import { findRunningStack } from '../../local/stack-file.ts';
import { makeFolder } from '../local/make-folder.ts';
import { copyProject, project } from '../support/copy-project.ts';
import { missingLine, type Step, stepsOf } from '../support/walk.ts';

/** A minute on a machine that does nothing else: two stacks, seven starts of npm, five imports and a redrive. */
const PATIENCE_MS = 400_000;

// The README as a newcomer follows it: its commands, one after the other, by a shell, with nothing in .local before.

const readme = readDoc('README.md');
let home: string;
let local: ReturnType<typeof start> | undefined;

function start(command: string) {
  const child = spawn(command, {
    cwd: home,
    env: {
      ...process.env,
      // The node of this project's packages, as npm has it, whatever node the machine has.
      PATH: `${join(project, 'node_modules/.bin')}:${process.env.PATH}`,
      DATABASE_URL: undefined,
      NO_COLOR: '1',
    },
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

async function walk({ command, shown }: Step): Promise<void> {
  const { ended, printed } = start(command);
  const code = await ended;
  // What npm says of the script that it runs.
  const output = printed().replace(/^\n?(?:> .*\n)+\n?/, '');
  expect({ command, missing: missingLine(shown, output), output }).toMatchObject({ command, missing: null });
  const failed = shown.some((line) => line.startsWith('FAILED'));
  expect({ command, code }).toEqual({ command, code: failed ? 1 : 0 });
}

beforeAll(() => {
  home = makeFolder();
  copyProject(home);
});
afterAll(async () => {
  local?.child.kill('SIGTERM');
  await local?.ended;
});

it('README: the first command, on an empty .local', { timeout: PATIENCE_MS }, async () => {
  const [commands, printed] = fencesOf(readme).filter(({ info }) => info !== '');
  // The packages are there: copyProject links them.
  const command = /^npm ci && (npm run import .*?) +#/.exec(commands!.content)![1]!;
  await walk({ command, shown: printed!.content.trimEnd().split('\n') });
});

it('README: `npm run local` in another terminal', { timeout: PATIENCE_MS }, async () => {
  const [terminal] = fencesOf(sectionOf(readme, '## Keep it running'));
  expect(terminal!.content).toBe('npm run local\n');
  local = start('exec node local/main.ts start');
  while (findRunningStack(join(home, '.local')) === null) {
    if (local.child.exitCode !== null) throw new Error(local.printed());
    await sleep(100);
  }
});

it('README: both failures, from the failure to the success', { timeout: PATIENCE_MS }, async () => {
  const steps = stepsOf(readme);
  expect(steps.length).toBeGreaterThan(6);
  for (const step of steps) await walk(step);
  // Those of the first command, and the corrected one.
  await walk({
    command: 'npm run sql -- "select count(*)::int from customers"',
    shown: ['count', '12001'],
  });
});

it('npm run sql shows rows, and says what PostgreSQL says', async () => {
  const sql = async (statement: string, more = '') => {
    const { ended, printed } = start(`node local/main.ts sql "${statement}" ${more}`);
    return { code: await ended, printed: printed() };
  };
  expect(await sql("select 1 as one, null as none, 'x' as other")).toEqual({
    code: 0,
    printed: 'one  none  other\n1    NULL  x\n',
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
