import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uploadEventSchema } from '../../contract/upload.ts';
import { hasTerminal } from '../support/terminal.ts';
import { waitFor } from '../support/wait-for.ts';
import { createOpsHarness, file, keyOf, nameOf, type OpsHarness } from './ops-harness.ts';
import type { StackHarness } from './stack-harness.ts';

// What `npm run ops` does; ops-reading.test.ts has what it shows.

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
    expect(await stack.describe(down)).toMatchObject({ redriveCount: 0 });
  });

  it('refuses what Step Functions would refuse, and says why', async () => {
    expect(await ops(['redrive', good])).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(/cannot redrive .*Execution is SUCCEEDED/),
    });
  });

  it('a problem with the file, by name: it warns, and fails again', async () => {
    const { code, stdout } = await ops(['redrive', 'bad.csv']);
    expect(stdout).toMatch(
      /Correct the file and upload it: that makes a new run\..*redriven.*FAILED: RowsRejected/s,
    );
    expect(code).toBe(1);
    expect(await stack.describe(bad)).toMatchObject({ redriveCount: 1 });
  });

  it.runIf(hasTerminal)('on a terminal it asks, and does what is answered', async () => {
    const asked = await stack.upload('asked.csv', file('y'));
    await stack.end(asked);
    const answer = (line: string) =>
      harness.onTerminal(['redrive', 'asked.csv'], { typed: [['Redrive? [y/N] ', line]] });
    for (const no of ['n', '', 'yesterday']) {
      const { shown, code } = await answer(no);
      expect(shown).toMatch(/To redrive:.*Redrive\? \[y\/N\] .*Nothing was redriven\./s);
      expect(code).toBe(0);
    }
    expect(await stack.describe(asked)).toMatchObject({ redriveCount: 0 });
    for (const [index, yes] of ['y', 'YES'].entries()) {
      const { shown, code } = await answer(yes);
      expect(shown).toMatch(/Redriving .*FAILED: RowsRejected/s);
      expect(code).toBe(1);
      expect(await stack.describe(asked)).toMatchObject({ redriveCount: index + 1 });
    }
    const unasked = await harness.onTerminal(['redrive', 'asked.csv', '--yes', '--no-wait']);
    expect(unasked.shown).not.toContain('[y/N]');
    expect(await stack.end(asked)).toMatchObject({ redriveCount: 3 });
  });
  if (!hasTerminal) it.skip('on a terminal it asks: there is no `script` of util-linux to make a terminal');

  it('all failures that the system caused, once it works again', async () => {
    const args = ['redrive', '--failed-since', '1h', '--blame', 'system', '--import', 'customers', '--yes'];
    const { code, stdout } = await ops(args);
    expect(stdout).toMatch(/redriven\nImportFailed\nValidateUpload\nRunImporter\n.*SUCCEEDED: imported/s);
    expect(code).toBe(0);
    expect(await stack.describe(down)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(await stack.describe(bad)).toMatchObject({ redriveCount: 1 });
    expect(await stack.customerIds()).toEqual([1, 2, 3, 5]);
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
    const writer = await stack.sql.reserve();
    await writer`begin`;
    await writer`lock table customers in exclusive mode`;
    const arn = await stack.upload('watched.csv', file(6));
    const child = harness.begin(['watch', 'watched.csv', '--json']);
    let stdout = '';
    child.stdout!.on('data', (chunk) => {
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
    expect(lines.flatMap(({ state }) => state ?? [])).toEqual(await stack.states(arn));
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
  const uri = () => `s3://${stack.description.uploadBucket}/${keyOf('good.csv')}`;
  const eventOf = async (arn: string) =>
    uploadEventSchema.parse(JSON.parse((await stack.describe(arn)).input!));

  it('the same event as S3’s, the same run: what is in does not come twice', async () => {
    const { code, stdout } = await ops(['start', uri()]);
    const [, name] = /^Started (good-csv-\d{8}T\d{6}Z-[0-9a-f]{8})$/m.exec(stdout) ?? [];
    expect(stdout).toMatch(/SUCCEEDED: already-imported/);
    expect(code).toBe(0);
    const started = `${good.slice(0, good.lastIndexOf(':'))}:${name}`;
    const { sequencer: _, ...object } = (await eventOf(good)).detail.object;
    expect((await eventOf(started)).detail).toEqual({
      bucket: { name: stack.description.uploadBucket },
      object,
    });
    const [theirs, ours] = await Promise.all(
      [good, started].map(async (arn) => JSON.parse((await stack.describe(arn)).input!)),
    );
    for (const field of Object.keys(ours).filter((each) => !['id', 'time', 'detail'].includes(each))) {
      expect([field, ours[field]]).toEqual([field, theirs[field]]);
    }
  });

  it('--version-id, --no-wait', async () => {
    const { VersionId } = await stack.s3.send(
      new HeadObjectCommand({ Bucket: stack.description.uploadBucket, Key: keyOf('good.csv') }),
    );
    await stack.end(await stack.upload('good.csv', file(7)));
    const { execution } = await json('start', uri(), '--version-id', VersionId!, '--no-wait');
    expect(execution.status).toBe('RUNNING');
    expect((await eventOf(execution.arn)).detail.object['version-id']).toBe(VersionId);
    expect(await stack.end(execution.arn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('an object that is not there', async () => {
    expect(await ops(['start', `${uri()}-not`])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('Upload the file first'),
    });
  });
});

describe('ops doctor', () => {
  const importCustomers = async () =>
    (await json('doctor')).find(({ what }: { what: string }) => what === 'import customers');

  it('checks a working system, down to the table', async () => {
    const before = await stack.customerIds();
    const { code, stdout, stderr } = await ops(['doctor']);
    expect(stdout.split('\n').filter((line) => line !== '')).toEqual([
      expect.stringMatching(/^ok +state machine +arn:.* is ACTIVE\.$/),
      expect.stringMatching(/^ok +executions /),
      expect.stringMatching(/^ok +results bucket +.* can be read\.$/),
      expect.stringMatching(/^ok +rule +.*: enabled\.$/),
      expect.stringMatching(/^ok +prefixes +Uploads of customers start executions\.$/),
      expect.stringMatching(/^ok +upload bucket +.* tells EventBridge/),
      expect.stringMatching(/^ok +permissions +You may: .*states:RedriveExecution/),
      expect.stringMatching(/^ok +import customers +A dry run succeeded in .* table customers fits\.$/),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await stack.customerIds()).toEqual(before);
    const { Contents = [] } = await stack.s3.send(
      new ListObjectsV2Command({ Bucket: stack.description.uploadBucket, Prefix: keyOf('ops-doctor') }),
    );
    expect(Contents).toEqual([]);
  });

  it('--read-only starts nothing', async () => {
    const before = await stack.executions();
    const { code, stdout } = await ops(['doctor', '--read-only']);
    expect(stdout).toMatch(/^unknown +dry runs .*\n +→ Run it without --read-only\.$/m);
    expect(code).toBe(0);
    expect(await stack.executions()).toEqual(before);
  });

  it('another state machine', async () => {
    const other = ['--state-machine', `${stack.description.stateMachineArn}-not`];
    expect(await ops(['doctor', ...other])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^failed .*StateMachineDoesNotExist/),
    });
  });

  it('a table that does not fit, and a database that is away: each with its remedy', async () => {
    await stack.sql`alter table customers rename column notes to remarks`;
    expect(await importCustomers()).toMatchObject({
      state: 'failed',
      found: expect.stringMatching(/TargetTableMismatch: .*column "notes" is missing/),
      remedy: expect.stringContaining('alter the table'),
    });
    await stack.sql`alter table customers rename column remarks to notes`;
    await harness.proxy.refuse();
    expect(await importCustomers()).toMatchObject({
      state: 'failed',
      found: expect.stringContaining('DatabaseUnavailable'),
      remedy: expect.stringContaining('See that the database is up'),
    });
    await harness.proxy.accept();
    expect(await importCustomers()).toMatchObject({ state: 'ok' });
  });
});

describe('ops stop', () => {
  it('stops an execution that runs, and says who did it and why', async () => {
    const writer = await stack.sql.reserve();
    await writer`begin`;
    await writer`lock table customers in exclusive mode`;
    try {
      const arn = await stack.upload('endless.csv', file(90));
      const { code, stdout } = await ops(['stop', 'endless.csv', '--reason', 'wrong file']);
      expect([code, stdout]).toEqual([0, expect.stringContaining(`Stopped ${nameOf(arn)}.`)]);
      expect(await stack.describe(arn)).toMatchObject({
        status: 'ABORTED',
        cause: expect.stringMatching(/^Stopped by ops stop by \S+ at \S+\. wrong file$/),
      });
    } finally {
      await writer`rollback`;
      writer.release();
    }
  });

  it('says what there is to stop no more', async () => {
    expect(await ops(['stop', good])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('has ended already'),
    });
  });
});

describe('ops start --all', () => {
  const prefix = () => `s3://${stack.description.uploadBucket}/uploads/customers/year/`;
  const started = () =>
    stack.sql`select run_id from csv_import.runs where key like 'uploads/customers/year/%'`;
  const put = (name: string, content: string) =>
    stack.s3.send(
      new PutObjectCommand({
        Bucket: stack.description.uploadBucket,
        Key: keyOf(`year/${name}`),
        Body: content,
      }),
    );

  it('shows a plan, and starts nothing without a yes', async () => {
    for (const [name, content] of [
      ['2026-01.csv', file(101)],
      ['2026-02.csv', file(102)],
      ['2026-03.csv', file('x')],
      ['readme.txt', 'no file'],
    ] as const) {
      await put(name, content);
    }
    // The events' own executions: what the backfill starts comes after them.
    await expect.poll(async () => (await started()).length, { timeout: 60_000 }).toBe(3);
    await expect.poll(() => stack.executions('RUNNING'), { timeout: 60_000 }).toEqual([]);
    const before = (await stack.executions()).length;
    const { code, stdout } = await ops(['start', prefix(), '--all']);
    expect(code).toBe(0);
    expect(stdout).toContain('Left out: 1 without an extension of the import');
    expect(stdout).toMatch(/^customers {6}3$/m);
    expect(stdout).toMatch(/^3 files, 0\.0 MB: on AWS at least 0\.\d s, less than \$0\.01/m);
    expect(stdout).toContain('Nothing was started: --yes does it.');
    expect(await stack.executions()).toHaveLength(before);
  });

  it('starts one execution for each, follows them, and names what failed', async () => {
    const result = await json('start', prefix(), '--all', '--yes', '--name', 'year');
    expect(result).toMatchObject({
      name: 'year',
      total: 3,
      succeeded: 2,
      before: 0,
      failed: 1,
      left: 0,
      failures: [
        {
          key: keyOf('year/2026-03.csv'),
          execution: expect.stringMatching(/^year-2026-03-csv-[0-9a-f]{12}$/),
          failure: 'RowsRejected',
        },
      ],
    });
    expect(await stack.customerIds()).toEqual(expect.arrayContaining([101, 102]));
  });

  it('starts nothing twice, and what has changed once more', async () => {
    await put('2026-03.csv', file(103));
    await expect.poll(() => stack.executions('RUNNING'), { timeout: 60_000 }).toEqual([]);
    const before = (await stack.executions()).length;
    const result = await json('start', prefix(), '--all', '--yes', '--name', 'year');
    expect(result).toMatchObject({ total: 3, succeeded: 3, before: 2, failed: 0, failures: [] });
    expect(await stack.executions()).toHaveLength(before + 1);
  });

  it('selects by name, time and size', async () => {
    const keysOf = async (...args: string[]) =>
      (await json('start', prefix(), '--all', '--dry-run', ...args)).files.map(({ key }: { key: string }) =>
        key.slice(key.lastIndexOf('/') + 1),
      );
    expect(await keysOf('--match', '*-02.csv')).toEqual(['2026-02.csv']);
    // The oldest first: one of them was overwritten.
    expect(await keysOf('--import', 'customers')).toEqual(['2026-01.csv', '2026-02.csv', '2026-03.csv']);
    expect(await keysOf('--since', '1h')).toHaveLength(3);
    expect(await keysOf('--until', '1h')).toEqual([]);
    expect(await keysOf('--max-bytes', '10')).toEqual([]);
  });

  it.each([
    [['s3://b/p/', '--all', '--no-wait'], '--no-wait and --version-id do not go with --all.'],
    [['s3://b/p/', '--all', '--name', 'a b'], '--name "a b": use letters, digits, - and _, at most 32.'],
    [['s3://b/p/', '--all', '--import', 'nobody'], 'There is no import "nobody"; there are customers'],
    [['s3://b/p.csv', '--max-bytes', '1', '--yes'], 'Without --all there is no --max-bytes, --yes.'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await ops(['start', ...args]);
    expect(code).toBe(64);
    expect(stderr).toContain(message);
  });
});
