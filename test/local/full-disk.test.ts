import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { appendLine, isDiskFull, writeLog } from '../../local/full-disk.ts';

// A process that may write files of 8 KiB only meets what a full disk is like, as any user: a part of what it writes
// gets in, then an error. Raising the limit is making room.

const hasLimits = process.platform === 'linux' && has('prlimit') && has('bash');
const folder = mkdtempSync(join(tmpdir(), 'csv-import-full-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const local = (path: string) => JSON.stringify(new URL(`../../local/${path}`, import.meta.url).href);

/** Runs a module under the limit; `says` waits for a line of its output. */
function runLimited(code: string, limit = '8') {
  const script = `process.on('SIGXFSZ', () => {});\n${code}`;
  const child = spawn(
    'bash',
    ['-c', 'ulimit -S -f "$2"; exec "$0" --input-type=module --eval "$1"', process.execPath, script, limit],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  children.push(child);
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  let errors = '';
  child.stderr!.on('data', (data) => {
    errors += data;
  });
  return {
    async says(): Promise<string> {
      const { value, done } = await lines.next();
      if (done) throw new Error(`The process has ended: ${errors}`);
      return value;
    },
    makeRoom: () => execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']),
    ended: () => once(child, 'exit'),
    stop: () => child.kill('SIGKILL'),
  };
}

/** An execution of four states, each of which adds 3 KB to its history. */
const engine = (name: string) => `
  const { Engine } = await import(${local('workflow/engine.ts')});
  const { setTimeout: sleep } = await import('node:timers/promises');
  const names = ['One', 'Two', 'Three', 'Four'];
  const States = Object.fromEntries(names.map((name, index) => [name, {
    Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { 'input.$': '$' }, TimeoutSeconds: 60,
    ...(index < 3 ? { Next: names[index + 1] } : { End: true }),
  }]));
  const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:Machine';
  let calls = 0;
  const engine = new Engine({
    stateMachine: { name: 'Machine', arn, roleArn: 'arn:aws:iam::000000000000:role/r', definition: { StartAt: 'One', States } },
    folder: ${JSON.stringify(join(folder, name))},
    maxWaitSeconds: 0.05,
    bindings: { 'lambda:invoke': async () => { calls++; return 'x'.repeat(1_000); } },
  });
  process.on('warning', ({ message }) => console.log(message));`;

const typesIn = (file: string) => {
  const text = readFileSync(file, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: number; type: string });
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
  return events.map(({ type }) => type);
};

describe.skipIf(!hasLimits)('an execution that meets a full disk', () => {
  it('continues when there is room again, and its history is whole', async () => {
    const child = runLimited(`${engine('continues')}
      engine.on('status', ({ status }) => console.log(status + ' ' + calls));
      engine.start('one', '{}');`);
    expect(await child.says()).toBe('RUNNING 0');
    expect(await child.says()).toMatch(/disk is full: execution one waits in "\w+" until there is room/);
    // The file holds whole lines only, and nothing happens whose beginning it does not hold.
    const meanwhile = typesIn(join(folder, 'continues', 'one.jsonl'));
    expect(meanwhile).not.toContain('ExecutionFailed');
    child.makeRoom();
    expect(await child.says()).toBe('SUCCEEDED 4');
    await child.ended();
    const each = ['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited'];
    expect(typesIn(join(folder, 'continues', 'one.jsonl'))).toEqual([
      'ExecutionStarted',
      ...[each, each, each, each].flat(),
      'ExecutionSucceeded',
    ]);
  });

  it('can be stopped and redriven, and nothing else is begun meanwhile', async () => {
    const child = runLimited(`${engine('stopped')}
      engine.on('status', ({ name, status }) => console.log(name + ' ' + status));
      const one = engine.start('one', '{}');
      const attempt = (what) => { try { what(); } catch ({ code }) { console.log(code); } };
      process.once('warning', async () => {
        attempt(() => engine.start('large', JSON.stringify('y'.repeat(9_000))));
        console.log(String(engine.executions.byName('large')));
        attempt(() => engine.stop(one, 'Stopped', 'z'.repeat(9_000)));
        console.log(one.status);
        engine.close();
      });`);
    expect(await child.says()).toBe('one RUNNING');
    expect(await child.says()).toMatch(/disk is full/);
    expect([await child.says(), await child.says()]).toEqual(['EFBIG', 'undefined']);
    expect([await child.says(), await child.says()]).toEqual(['EFBIG', 'RUNNING']);
    child.stop();
    await child.ended();
    // What is left is what kill -9 leaves.
    const again = runLimited(
      `${engine('stopped')}
      engine.failInterrupted();
      engine.on('status', ({ name, status }) => console.log(name + ' ' + status));
      engine.redrive(engine.executions.byName('one'));`,
      'unlimited',
    );
    expect(await again.says()).toBe('one RUNNING');
    expect(await again.says()).toBe('one SUCCEEDED');
  });
});

describe.skipIf(!hasLimits)('an upload to a full disk', () => {
  it('is refused with an error of S3, leaves nothing behind, and gets in when there is room again', async () => {
    const directory = join(folder, 's3');
    const child = runLimited(`
      const { startS3 } = await import(${local('s3/server.ts')});
      const { endpoint } = await startS3({
        directory: ${JSON.stringify(directory)}, buckets: [{ name: 'uploads', versioned: true }],
      });
      process.on('warning', ({ message }) => console.log(message));
      console.log(endpoint);`);
    const endpoint = await child.says();
    const put = (key: string, bytes: number, headers = {}) =>
      fetch(`${endpoint}/uploads/${key}`, { method: 'PUT', body: 'x'.repeat(bytes), headers });
    const kept = () =>
      ['data', 'versions'].map((name) => readdirSync(join(directory, 'buckets/uploads', name)).length);

    expect((await put('small', 100)).status).toBe(200);
    const refused = await put('large', 300_000);
    expect(refused.status).toBe(507);
    expect(await refused.text()).toMatch(
      /<Code>InsufficientStorage<\/Code><Message>The disk of the local stack is full \(EFBIG.*make room, then send it again/,
    );
    // Its bytes fit, but not what is to be known of it.
    expect((await put('described', 100, { 'cache-control': 'c'.repeat(9_000) })).status).toBe(507);
    expect(kept()).toEqual([1, 1]);

    child.makeRoom();
    expect((await put('large', 300_000)).status).toBe(200);
    expect(kept()).toEqual([2, 2]);
    expect((await (await fetch(`${endpoint}/uploads/large`)).text()).length).toBe(300_000);
    child.stop();
  });
});

describe.skipIf(process.platform !== 'linux')('a device without room', () => {
  const full = join(folder, 'full');
  symlinkSync('/dev/full', full);

  it('is told from other errors', () => {
    const attempt = (file: string) => {
      try {
        appendLine(file, 'line');
        return null;
      } catch (error) {
        return isDiskFull(error);
      }
    };
    expect(attempt(join(folder, 'absent', 'file'))).toBe(false);
    expect(attempt(join(folder, 'file'))).toBeNull();
  });

  it('does not keep a process waiting that has much to say', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    const output = new PassThrough();
    writeLog(full, [output]);
    // Far more than pipes and streams hold.
    for (let n = 0; n < 100; n++) {
      if (!output.write('x'.repeat(100_000))) await once(output, 'drain');
    }
    expect(String(warn.mock.calls[0]?.[0])).toContain('no space left on device');
  });
});
