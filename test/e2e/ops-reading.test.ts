import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageKeys } from '../../contract/storage-keys.ts';
import { hasTerminal } from '../support/terminal.ts';
import { createOpsHarness, file, keyOf, nameOf, type OpsHarness } from './ops-harness.ts';
import type { StackHarness } from './stack-harness.ts';

// What `npm run ops` shows; ops-acting.test.ts has what it does.

let harness: OpsHarness;
let stack: StackHarness;
let { good, bad, down }: Pick<OpsHarness, 'good' | 'bad' | 'down'> = { good: '', bad: '', down: '' };

beforeAll(async () => {
  harness = await createOpsHarness();
  ({ stack, good, bad, down } = harness);
});
afterAll(() => harness.close());

const ops: OpsHarness['ops'] = (...args) => harness.ops(...args);
const json: OpsHarness['json'] = (...args) => harness.json(...args);

describe('ops list', () => {
  const names = async (...args: string[]) =>
    (await json('list', ...args)).executions.map(({ arn }: { arn: string }) => arn);

  it('newest first, with key, rows, duration and failure; no colours where there is no terminal', async () => {
    const { code, stdout } = await ops(['list']);
    expect(code).toBe(0);
    const [head, first, second, third] = stdout.split('\n');
    expect(head).toMatch(/^started +status +import +rows +duration +key +failure +execution$/);
    const line = (status: string, rows: string, key: string, failure: string, arn: string) =>
      new RegExp(
        `^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d +${status} +customers +${rows} +\\d.* s +${keyOf(key)} +${failure} *${nameOf(arn)}$`,
      );
    expect(first).toMatch(line('FAILED', '–', 'down.csv', 'DatabaseUnavailable \\(system\\)', down));
    expect(second).toMatch(line('FAILED', '–', 'bad.csv', 'RowsRejected \\(file\\)', bad));
    expect(third).toMatch(line('SUCCEEDED', '3', 'good.csv', '', good));
  });

  it('filters by status, import, blame and time', async () => {
    expect(await names()).toEqual([down, bad, good]);
    expect(await names('--status', 'succeeded')).toEqual([good]);
    expect(await names('--blame', 'file')).toEqual([bad]);
    expect(await names('--import', 'customers', '--status', 'failed')).toEqual([down, bad]);
    expect(await names('--import', 'orders')).toEqual([]);
    expect(await names('--since', '1h')).toHaveLength(3);
    expect(await names('--since', '2999-01-01')).toEqual([]);
    expect(await ops(['list', '--import', 'orders'])).toMatchObject({
      code: 0,
      stdout: 'There is no such execution.\n',
    });
  });

  it('comes in pages', async () => {
    expect(await json('list', '--limit', '2')).toMatchObject({ after: nameOf(bad) });
    expect(await json('list', '--limit', '3')).toMatchObject({ after: null });
    expect(await names('--limit', '2', '--after', nameOf(bad))).toEqual([good]);
    expect((await ops(['list', '--limit', '1'])).stdout).toContain(`--after ${nameOf(down)}`);
  });

  it('finds the stack that is running in this folder', async () => {
    await symlink(stack.directory, join(harness.folder, '.local'));
    const { code, stdout } = await ops(['list', '--status', 'succeeded'], {
      cwd: harness.folder,
      env: { PATH: process.env.PATH },
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(nameOf(good)) });
    await rm(join(harness.folder, '.local'));
    expect(await ops(['list'], { cwd: harness.folder, env: { PATH: process.env.PATH } })).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('Start it with `npm run local`, or pass --aws'),
    });
  });
});

describe('colours', () => {
  const ESCAPE = '\u001b[';

  it.runIf(hasTerminal)('on a terminal, unless NO_COLOR is set', async () => {
    const { shown, code } = await harness.onTerminal(['list']);
    expect(shown).toContain(`${ESCAPE}32mSUCCEEDED`);
    expect(shown).toContain(`${ESCAPE}31mFAILED`);
    expect(code).toBe(0);
    expect((await harness.onTerminal(['list'], { env: { NO_COLOR: '1' } })).shown).not.toContain(ESCAPE);
    expect((await harness.onTerminal(['list'], { env: { TERM: 'dumb' } })).shown).not.toContain(ESCAPE);
    // JSON is for programs, wherever it is printed.
    expect((await harness.onTerminal(['list', '--json'])).shown).not.toContain(ESCAPE);
  });
  if (!hasTerminal) it.skip('on a terminal: there is no `script` of util-linux to make a terminal');

  it('nowhere else, not even where CI or FORCE_COLOR is set', async () => {
    const env = { ...harness.environment(), CI: '1', FORCE_COLOR: '1' };
    for (const args of [['list'], ['show', bad], ['rejects', bad], ['show', 'no-such.csv']]) {
      const { stdout, stderr } = await ops(args, { env });
      expect(stdout + stderr).not.toContain(ESCAPE);
      expect(stdout + stderr).not.toBe('');
    }
  });
});

describe('wrong usage', () => {
  it.each([
    [[], /Usage: ops/],
    [['no-such-command'], /unknown command/],
    [['list', '--status', 'bad'], /Allowed choices are running, succeeded/],
    [['list', '--since', 'yesterday'], /"yesterday" is no time: write how long ago/],
    [['list', '--limit', '0'], /whole number from 1/],
    [['show'], /missing required argument 'execution'/],
    [['show', 'no-such.csv'], /no execution "no-such\.csv".*`npm run ops -- list`/],
    [['rejects', 'bad.csv', '--print', 'rows', '--json'], /leave out --json/],
    [['redrive'], /Name executions/],
    [['redrive', 'bad.csv', '--last'], /Name executions/],
    [['redrive', '--last', '--blame', 'file'], /go with --failed-since/],
    [['start', 'uploads/customers/good.csv'], /write s3:\/\/bucket\/key/],
  ])('%j: exit code 64, and a message', async (args, message) => {
    const { code, stderr } = await ops(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(64);
  });

  it('what cannot be asked is exit code 1', async () => {
    const env = {
      ...harness.environment(),
      AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:1',
      AWS_MAX_ATTEMPTS: '1',
    };
    const { code, stderr } = await ops(['list', '--state-machine', stack.description.stateMachineArn], {
      env,
    });
    expect(stderr).toMatch(/ECONNREFUSED/);
    expect(code).toBe(1);
  });
});

describe('ops show', () => {
  it('a failure of the file: states, first rejects, the cause, what to do, where to look', async () => {
    const { code, stdout } = await ops(['show', 'bad.csv']);
    expect(code).toBe(1);
    for (const said of [
      new RegExp(`^s3://${stack.description.uploadBucket}/${keyOf('bad.csv')} {2}FAILED$`, 'm'),
      /ValidateUpload.*\n.*RunImporter .*attempt 1.*\n.*ExplainFailure .*RowsRejected: given up/,
      /^FAILED: RowsRejected$/m,
      /^rows +2 read, 1 rejected$/m,
      /^cause +Problem with the file/m,
      /^what to do +Nothing was imported\. Read errors\.csv/m,
      /^ {2}line 3, column "customer_id": must be a whole number$/m,
      /^errors +s3:\/\/.*\/errors\.csv$/m,
      /^report +s3:\/\/.*\.json$/m,
      `npm run ops -- rejects ${nameOf(bad)} --out <folder>`,
    ]) {
      expect(stdout).toMatch(said);
    }
  });

  it('a failure of the system: every attempt, and the command that redrives it', async () => {
    const shown = await json('show', nameOf(down));
    const states = shown.timeline.map(({ state }: { state: string }) => state);
    expect(states).toEqual(await stack.states(down));
    expect(
      shown.timeline.flatMap(({ attempt }: { attempt: number | null }) =>
        attempt === null ? [] : [attempt],
      ),
    ).toEqual([1, 2, 3, 4]);
    expect(shown).toMatchObject({
      arn: down,
      status: 'FAILED',
      notRedrivable: null,
      failure: { name: 'DatabaseUnavailable', blame: 'system' },
      report: { outcome: 'failed' },
      rejects: null,
    });
    expect((await ops(['show', down])).stdout).toContain(`Next: npm run ops -- redrive ${nameOf(down)}`);
  });

  it('a success, named by the whole key', async () => {
    const { code, stdout } = await ops(['show', keyOf('good.csv')]);
    expect(stdout).toMatch(/^SUCCEEDED: imported\nrows +3 read, 3 inserted$/m);
    expect(code).toBe(0);
  });

  it('without S3, the execution all the same', async () => {
    const env = {
      ...harness.environment(),
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      AWS_MAX_ATTEMPTS: '1',
    };
    const { code, stdout } = await ops(['show', bad], { env });
    expect(stdout).toMatch(/^FAILED: RowsRejected$/m);
    expect(stdout).toMatch(/^problem +the report cannot be read: .*ECONNREFUSED/m);
    expect(code).toBe(1);
  });
});

describe('ops rejects', () => {
  it('sums up, saves and prints both files, byte for byte', async () => {
    const { runId, attempt } = await json('show', bad);
    const errors = await stack.result(storageKeys.rejectErrors(runId, attempt));
    const rows = await stack.result(storageKeys.rejectedRows(runId, attempt));
    expect(rows.toString()).toBe(file('x'));

    const summary = await ops(['rejects', 'bad.csv']);
    expect(summary.code).toBe(0);
    expect(summary.stdout).toMatch(/^1 of 2 rows rejected\.$/m);
    expect(summary.stdout).toMatch(/^invalid_integer +1$/m);

    const out = join(harness.folder, 'saved');
    expect((await json('rejects', bad, '--out', out)).saved).toEqual([
      join(out, 'errors.csv'),
      join(out, 'rows.csv'),
    ]);
    expect(await readFile(join(out, 'errors.csv'))).toEqual(errors);
    expect(await readFile(join(out, 'rows.csv'))).toEqual(rows);

    expect(await ops(['rejects', bad, '--print', 'rows'])).toEqual({
      code: 0,
      stdout: rows.toString(),
      stderr: '',
    });
    expect((await ops(['rejects', bad, '--print', 'errors'])).stdout).toBe(errors.toString());
  });

  it('where no row was rejected it says so', async () => {
    expect(await ops(['rejects', 'good.csv'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('has rejected no row'),
    });
  });
});

describe('ops logs', () => {
  /** The command on the local stack, as in its folder: where the logs are, no SDK configuration says. */
  async function logs(...args: string[]) {
    await mkdir(join(harness.folder, '.local'), { recursive: true });
    await writeFile(join(harness.folder, '.local/stack.json'), JSON.stringify(stack.description));
    return ops(['logs', ...args], { cwd: harness.folder, env: { PATH: process.env.PATH } });
  }

  it('prints the lines of every attempt, as text and as JSON', async () => {
    const { code, stdout } = await logs(nameOf(down));
    expect(code).toBe(0);
    expect(stdout.match(/ {2}INFO started {2}\{"size":\d+,"dryRun":false\}/g)).toHaveLength(4);
    expect(stdout).toMatch(/ERROR /);
    const lines = JSON.parse((await logs(nameOf(good), '--json')).stdout);
    expect(lines[0]).toMatchObject({ level: 'INFO', message: 'started' });
    expect(stdout).not.toContain(lines[0].at);
  });

  it('--follow ends with the execution', async () => {
    const { code, stdout } = await logs('good.csv', '--follow', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout.split('\n')[0]!)).toMatchObject({ message: 'started' });
  });
});
