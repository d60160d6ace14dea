import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageKeys } from '../../contract/storage-keys.ts';
import { uploadEventSchema } from '../../contract/upload.ts';
import { headers } from '../../samples/customers.ts';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { waitFor } from '../support/wait-for.ts';
import { createStackBench, type StackBench } from './stack-bench.ts';

const main = join(import.meta.dirname, '../../operator/main.ts');
const row = (id: number | string) => `${id},Name,m@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`;
const file = (...ids: (number | string)[]) => `${headers.join(',')}\n${ids.map(row).join('')}`;

let bench: StackBench;
let proxy: TcpProxy;
let folder: string;
/** ARNs: one that succeeded, one that the file, one that the system was at fault for; in this order. */
let good: string;
let bad: string;
let down: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'csv-import-ops-'));
  bench = await createStackBench({
    proxied: async (url) => {
      proxy = await createTcpProxy(url);
      return proxy.through(url);
    },
  });
  good = await bench.upload('good.csv', file(1, 2, 3));
  await bench.end(good);
  bad = await bench.upload('bad.csv', file(4, 'x'));
  await bench.end(bad);
  await proxy.refuse();
  down = await bench.upload('down.csv', file(5));
  await bench.end(down);
  await proxy.accept();
});
afterAll(async () => {
  await bench.close();
  await proxy.close();
  await rm(folder, { recursive: true, force: true });
});

const nameOf = (arn: string) => arn.split(':').at(-1)!;
const keyOf = (name: string) => `uploads/customers/${name}`;
const environment = () => ({
  PATH: process.env.PATH,
  AWS_ENDPOINT_URL_SFN: bench.description.endpoints.stepFunctions,
  AWS_ENDPOINT_URL_S3: bench.description.endpoints.s3,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** The real command, as a process, by the standard SDK configuration. */
function ops(args: string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env: environment(), ...options }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

async function json(...args: string[]) {
  const { stdout, stderr } = await ops([...args, '--json']);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

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
    await symlink(bench.directory, join(folder, '.local'));
    const { code, stdout } = await ops(['list', '--status', 'succeeded'], {
      cwd: folder,
      env: { PATH: process.env.PATH },
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(nameOf(good)) });
    await rm(join(folder, '.local'));
    expect(await ops(['list'], { cwd: folder, env: { PATH: process.env.PATH } })).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('Start it with `npm run local`, or pass --aws'),
    });
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
    const env = { ...environment(), AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' };
    const { code, stderr } = await ops(['list', '--state-machine', bench.description.stateMachineArn], {
      env,
    });
    expect(stderr).toMatch(/ECONNREFUSED/);
    expect(code).toBe(1);
  });
});

describe('ops show', () => {
  it('a failure of the file: states, first rejects, whose fault, what to do, where to look', async () => {
    const { code, stdout } = await ops(['show', 'bad.csv']);
    expect(code).toBe(1);
    for (const said of [
      new RegExp(`^s3://${bench.description.uploadBucket}/${keyOf('bad.csv')} {2}FAILED$`, 'm'),
      /ValidateUpload.*\n.*RunImporter .*attempt 1.*\n.*ExplainFailure .*RowsRejected: given up/,
      /^FAILED: RowsRejected$/m,
      /^rows +2 read, 1 rejected$/m,
      /^fault +the file’s/m,
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
    expect(states).toEqual(await bench.states(down));
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
    const env = { ...environment(), AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' };
    const { code, stdout } = await ops(['show', bad], { env });
    expect(stdout).toMatch(/^FAILED: RowsRejected$/m);
    expect(stdout).toMatch(/^problem +the report cannot be read: .*ECONNREFUSED/m);
    expect(code).toBe(1);
  });
});

describe('ops rejects', () => {
  it('sums up, saves and prints both files, byte for byte', async () => {
    const { runId } = await json('show', bad);
    const errors = await bench.result(storageKeys.rejectErrors(runId));
    const rows = await bench.result(storageKeys.rejectedRows(runId));
    expect(rows.toString()).toContain(row('x'));

    const summary = await ops(['rejects', 'bad.csv']);
    expect(summary.code).toBe(0);
    expect(summary.stdout).toMatch(/^1 of 2 rows refused\.$/m);
    expect(summary.stdout).toMatch(/^invalid_integer +1$/m);

    const out = join(folder, 'saved');
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

  it('where no row was refused it says so', async () => {
    expect(await ops(['rejects', 'good.csv'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('has refused no row'),
    });
  });
});

describe('ops redrive', () => {
  it('shows first what it would redrive, and what not and why', async () => {
    const plan = await json('redrive', '--failed-since', '1h', '--dry-run');
    expect(plan).toMatchObject({
      dryRun: true,
      redrive: [{ arn: down }],
      leave: [{ execution: { arn: bad }, reason: expect.stringContaining('that makes a new run') }],
    });
    expect(await json('redrive', '--failed-since', '1h', '--import', 'orders')).toMatchObject({
      redrive: [],
      leave: [],
    });
    // No terminal to ask at, and no --yes.
    expect(await ops(['redrive', '--failed-since', '1h'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/To redrive:.*down\.csv.*Nothing was redriven: --yes does it\./s),
    });
    expect(await bench.describe(down)).toMatchObject({ redriveCount: 0 });
  });

  it('refuses what Step Functions would refuse, and says why', async () => {
    expect(await ops(['redrive', good])).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(/cannot redrive .*Execution is SUCCEEDED/),
    });
  });

  it('a file’s fault, by name: it warns, and fails again', async () => {
    const { code, stdout } = await ops(['redrive', 'bad.csv']);
    expect(stdout).toMatch(
      /Correct the file and upload it: that makes a new run\..*redriven.*FAILED: RowsRejected/s,
    );
    expect(code).toBe(1);
    expect(await bench.describe(bad)).toMatchObject({ redriveCount: 1 });
  });

  it('all that the system was at fault for, when it is well again', async () => {
    const args = ['redrive', '--failed-since', '1h', '--blame', 'system', '--import', 'customers', '--yes'];
    const { code, stdout } = await ops(args);
    expect(stdout).toMatch(/redriven\nImportFailed\nValidateUpload\nRunImporter\n.*SUCCEEDED: imported/s);
    expect(code).toBe(0);
    expect(await bench.describe(down)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(await bench.describe(bad)).toMatchObject({ redriveCount: 1 });
    expect(await bench.customerIds()).toEqual([1, 2, 3, 5]);
    const { timeline } = await json('show', down);
    expect(timeline.filter(({ redrive }: { redrive: number | null }) => redrive !== null)).toMatchObject([
      { state: null, redrive: 1 },
    ]);
    expect(await ops(args)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('There is nothing to redrive.'),
    });
  });
});

describe('ops watch', () => {
  it('a line for each change, until the end', async () => {
    const writer = await bench.sql.reserve();
    await writer`begin`;
    await writer`lock table customers in exclusive mode`;
    const arn = await bench.upload('watched.csv', file(6));
    const child = spawn(process.execPath, [main, 'watch', 'watched.csv', '--json'], { env: environment() });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    try {
      await waitFor('progress', () => (stdout.includes('"progress"') ? true : null));
      expect(child.exitCode).toBeNull();
    } finally {
      await writer`rollback`;
      writer.release();
    }
    expect(await exited).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.flatMap(({ state }) => state ?? [])).toEqual(await bench.states(arn));
    expect(lines.find(({ progress }) => progress !== undefined)).toMatchObject({
      progress: { attempt: `${nameOf(arn)}.0.1`, bytesTotal: file(6).length },
    });
    expect(lines.at(-1)).toMatchObject({
      execution: { arn, status: 'SUCCEEDED', report: { counts: { inserted: 1 } } },
    });
    // One that is over: all of it, at once.
    expect(await ops(['watch', arn])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ValidateUpload\nRunImporter\n.*SUCCEEDED: imported/s),
    });
    expect((await ops(['watch', bad])).code).toBe(1);
  });
});

describe('ops start', () => {
  const uri = () => `s3://${bench.description.uploadBucket}/${keyOf('good.csv')}`;
  const eventOf = async (arn: string) =>
    uploadEventSchema.parse(JSON.parse((await bench.describe(arn)).input!));

  it('the same event as S3’s, the same run: what is in does not come twice', async () => {
    const { code, stdout } = await ops(['start', uri()]);
    const [, name] = /^Started (good-csv-\d{8}T\d{6}Z-[0-9a-f]{8})$/m.exec(stdout) ?? [];
    expect(stdout).toMatch(/SUCCEEDED: already-imported/);
    expect(code).toBe(0);
    const started = `${good.slice(0, good.lastIndexOf(':'))}:${name}`;
    const { sequencer: _, ...object } = (await eventOf(good)).detail.object;
    expect((await eventOf(started)).detail).toEqual({
      bucket: { name: bench.description.uploadBucket },
      object,
    });
    const [theirs, ours] = await Promise.all(
      [good, started].map(async (arn) => JSON.parse((await bench.describe(arn)).input!)),
    );
    for (const field of Object.keys(ours).filter((each) => !['id', 'time', 'detail'].includes(each))) {
      expect([field, ours[field]]).toEqual([field, theirs[field]]);
    }
  });

  it('--version-id, --no-wait', async () => {
    const { VersionId } = await bench.s3.send(
      new HeadObjectCommand({ Bucket: bench.description.uploadBucket, Key: keyOf('good.csv') }),
    );
    await bench.end(await bench.upload('good.csv', file(7)));
    const { execution } = await json('start', uri(), '--version-id', VersionId!, '--no-wait');
    expect(execution.status).toBe('RUNNING');
    expect((await eventOf(execution.arn)).detail.object['version-id']).toBe(VersionId);
    expect(await bench.end(execution.arn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('an object that is not there', async () => {
    expect(await ops(['start', `${uri()}-not`])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('Upload the file first'),
    });
  });
});

describe('ops doctor', () => {
  it('looks at a system, and says where it could not', async () => {
    const { code, stdout } = await ops(['doctor']);
    expect(stdout).toMatch(/^well +state machine +arn:.* is ACTIVE\.$/m);
    expect(stdout).toMatch(/^well +executions /m);
    expect(stdout).toMatch(/^well +results bucket +.* can be read\.$/m);
    expect(stdout).toMatch(/^unknown +upload bucket +.*notification/m);
    expect(code).toBe(0);
    const other = ['--state-machine', `${bench.description.stateMachineArn}-not`];
    expect(await ops(['doctor', ...other])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^ill .*StateMachineDoesNotExist/),
    });
  });
});
