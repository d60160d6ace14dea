import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { headers } from '../../samples/customers.ts';
import { makeFolder } from '../local/make-folder.ts';
import { hasTerminal } from '../support/terminal.ts';
import { waitFor } from '../support/wait-for.ts';
import { createOpsHarness, type OpsHarness } from './ops-harness.ts';
import { StackClient } from './stack-harness.ts';

/** Sets a window's title, colours, rings, goes back, reorders, hides: raw none of it may reach a terminal. */
const HOSTILE = '\u001b]0;owned\u0007\u001b[31m\u009b8m\b\r\u202eexe\u2066\u200b\u2028\u{e0041}\u007f';
const NAME = `h${HOSTILE}.csv`;
const TAIL = `x${HOSTILE.replace(/[\b\r]/g, '')}`;

/** But line breaks. */
const raw = /[[\p{Cc}--\n]\p{Zl}\p{Zp}\p{Cf}]/v;
/** What the commands themselves send to a terminal: colours, and what erases the bar's line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const ours = /\u001b\[(?:[012]|22|3[236]|39)m|\r\u001b\[2K/g;
const colours = { red: '\u001b[31m' };

const row = (id: string, notes = '') => `${id},Name,m@example.com,,,,1.00,2024-01-01T00:00:00Z,${notes}\n`;
const project = join(import.meta.dirname, '../..');

let harness: OpsHarness;
let rejected: string;
beforeAll(async () => {
  harness = await createOpsHarness();
  const { stack } = harness;
  rejected = await stack.upload(NAME, `${headers.join(',')}\n${row(`"${TAIL}"`, `"${TAIL}"`)}`);
  await stack.end(rejected);
  const header = await stack.upload(`header-${NAME}`, `${headers.join(',')},${TAIL}\n${row('1')}`);
  expect(await stack.end(header)).toMatchObject({ error: 'HeaderInvalid' });
});
afterAll(() => harness.close());

const nameOf = (arn: string) => arn.split(':').at(-1)!;

describe('npm run ops', () => {
  it.each([
    ['list'],
    ['show', NAME],
    ['rejects', NAME, '--out', HOSTILE],
    ['watch', NAME],
    ['redrive', `header-${NAME}`, '--dry-run'],
    ['redrive', `header-${NAME}`],
    ['start', `s3://nowhere/${NAME}`],
    ['doctor', '--read-only', '--bucket', HOSTILE],
    // What is wrong usage is quoted.
    ['show', HOSTILE],
    ['list', '--limit', HOSTILE],
    ['list', '--status', HOSTILE],
    [HOSTILE],
    ['list', `--${HOSTILE}`],
  ])('%j', async (...args) => {
    for (const json of [[], ['--json']]) {
      const { stdout, stderr } = await harness.ops([...args, ...json], { cwd: harness.folder });
      expect(stdout + stderr).not.toMatch(raw);
      expect(stdout + stderr).not.toBe('');
    }
  });

  it
    .runIf(hasTerminal)
    .each([
      ['list'],
      ['show', NAME],
      ['rejects', NAME, '--print', 'errors'],
      ['rejects', NAME, '--print', 'rows'],
      ['watch', NAME],
      ['redrive', NAME, '--dry-run'],
    ])('on a terminal: %j', async (...args) => {
    const { shown } = await harness.onTerminal(args);
    expect(shown.replaceAll(ours, '').replaceAll(colours.red, '')).not.toMatch(raw);
    expect(shown).toContain('\\u202e');
    // The red that stands in the key is no colour of ours.
    expect(shown).not.toContain(`\\u0007${colours.red}`);
  });

  it('--print is the file itself for a program', async () => {
    const { stdout } = await harness.ops(['rejects', NAME, '--print', 'rows']);
    expect(stdout).toContain(TAIL);
  });
});

const local = (args: string[], env = {}, directory = harness.stack.directory) =>
  [
    [join(project, 'local/main.ts'), ...args, '--directory', directory],
    { cwd: project, env: { PATH: process.env.PATH, ...env } },
  ] as const;
const ended = (args: string[]) =>
  new Promise<string>((resolve) => {
    execFile(process.execPath, ...local(args), (_error, stdout, stderr) => resolve(stdout + stderr));
  });

describe('npm run import, sql, new-import', () => {
  function fileOf(content: string): string {
    const file = join(makeFolder(), NAME);
    writeFileSync(file, content);
    return file;
  }

  it.each([
    ['rows that are rejected', `${headers.join(',')}\n${row(`"${TAIL}"`)}`],
    ['a header that is wrong', `${headers.join(',')},${TAIL}\n${row('1')}`],
    ['rows that are shown at the end', `${headers.join(',')}\n${row('77', `"${TAIL}"`)}`],
  ])('import: %s', async (_, content) => {
    for (const json of [[], ['--json']]) {
      const printed = await ended(['import', fileOf(content), '--import', 'customers', ...json]);
      expect(printed).not.toMatch(raw);
      expect(printed).toContain('\\u202e');
    }
  });

  it.each([
    ['import', `${NAME}.gone`],
    ['sql', `select 'a${HOSTILE}' as "b${HOSTILE}"`],
    ['sql', `select "c${HOSTILE}"`],
    ['import', 'package.json', `--${HOSTILE}`],
    ['new-import', `${NAME}.gone`],
  ])('%s %j', async (...args) => {
    const printed = await ended(args);
    expect(printed).not.toMatch(raw);
    expect(printed).toContain('\\u202e');
  });

  it('new-import: what it prints of a file, and the code that it writes', async () => {
    const printed = await ended(['new-import', fileOf(`id,${TAIL}\n1,2\n`), '--name', 'hostile', '--print']);
    expect(printed).not.toMatch(raw);
    expect(printed).toContain("aliases: ['x\\u001b]0;owned\\u0007");
  });

  it('local: what comes in while it runs', async () => {
    const directory = makeFolder();
    const env = {
      DATABASE_URL: harness.stack.description.databaseUrl,
      CSV_IMPORT_ASSEMBLY: inject('assemblyFolder'),
    };
    const child = spawn(process.execPath, ...local(['start'], env, directory));
    onTestFinished(() => void child.kill('SIGTERM'));
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (printed += String(chunk)));
    await waitFor('the stack', () => (printed.includes('Ctrl-C stops it') ? true : null));
    const client = new StackClient(JSON.parse(readFileSync(join(directory, 'stack.json'), 'utf8')));
    await client.end(await client.upload(NAME, `${headers.join(',')},${TAIL}\n${row('1')}`));
    await waitFor('the end', () => (printed.includes('notified: ') ? true : null));
    await client.close();
    expect(printed).not.toMatch(raw);
    expect(printed).toContain('\\u202e');
  });
});

it('logs and notifications', async () => {
  const folder = join(harness.stack.directory, 'logs');
  const lines = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  expect(lines.join('')).toContain('\\\\u202e');
  expect(lines.filter((each) => raw.test(each))).toEqual([]);
  const notifications = await harness.stack.notifications();
  expect(notifications.map(({ message }) => message).join()).toContain('\\u202e');
  for (const { subject, message } of notifications) {
    expect(subject).toMatch(/^[ -~]{1,99}$/);
    expect(message).not.toMatch(raw);
  }
  const { cause } = await harness.stack.describe(rejected);
  expect(JSON.parse(cause!).errorMessage).not.toMatch(raw);
  expect(nameOf(rejected)).toMatch(/^[\w-]+$/);
});
