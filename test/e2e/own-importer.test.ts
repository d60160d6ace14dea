import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../local/notifications.ts';
import { localStackSchema } from '../../operator/local-stack.ts';
import { copyProject, project } from '../support/copy-project.ts';
import { customersSql } from '../support/import-harness.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';
import { StackClient } from './stack-harness.ts';

/** The sample reads and writes S3 with it, where it runs as a process. */
const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl)
  console.warn('Imports by containers of one’s own are not tested: there is no curl here, which they use.');

/** Asks to be started again, is killed, and then ends well: one after the other, as often as it is started. */
const fickleScript = `case $ATTEMPT in
  *.1) echo "busy: $RUN_ID $ATTEMPT" >&2; exit 75 ;;
  *.2) kill -9 $$ ;;
esac
echo "done: $RUN_ID $ATTEMPT level $LEVEL, $DATABASE_URL"
`;
/** Leaves the report of docs/own-importer.md that asks to be started later, and is done when it is started again. */
function busyScript(): string {
  const doc = readFileSync(join(project, 'docs/own-importer.md'), 'utf8');
  const report = /^\{ "outcome": "queued".*$/m.exec(doc)![0].replace('120', '1');
  return `#!/bin/sh
[ "$POLLS" = 0 ] || exit 0
echo '${report}' > report.json
curl -sSf -T report.json "$AWS_ENDPOINT_URL_S3/$RESULTS_BUCKET/reports/$RUN_ID/$ATTEMPT.json"
`;
}

const definition = (
  name: string,
  container: string,
) => `import { defineImport } from '../contract/definition/define-import.ts';
export default defineImport({ name: '${name}', prefix: 'uploads/${name}/', container: ${container} });
`;

let home: string;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let stack: ChildProcess;
let client: StackClient;

/** A user's project: this one, the sample's definition copied as its comment says, and two imports more. */
beforeAll(async () => {
  if (!hasCurl) return;
  home = mkdtempSync(join(tmpdir(), 'csv-import-own-'));
  copyProject(home);
  cpSync(join(home, 'samples/own-importer.ts'), join(home, 'imports/stock.ts'));
  mkdirSync(join(home, 'importers/fickle'), { recursive: true });
  writeFileSync(join(home, 'importers/fickle/Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(home, 'importers/fickle/import.sh'), fickleScript);
  writeFileSync(
    join(home, 'imports/fickle.ts'),
    definition(
      'fickle',
      `{ directory: 'importers/fickle', command: ['sh', 'import.sh'], environment: { LEVEL: '3' } }`,
    ),
  );
  mkdirSync(join(home, 'importers/busy'));
  writeFileSync(join(home, 'importers/busy/Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(home, 'importers/busy/import.sh'), busyScript(), { mode: 0o755 });
  writeFileSync(
    join(home, 'imports/busy.ts'),
    definition('busy', `{ directory: 'importers/busy', command: ['./import.sh'] }`),
  );
  writeFileSync(
    join(home, 'imports/registry.ts'),
    definition('registry', `{ image: 'ghcr.io/acme/importer:1.0', command: ['import'] }`),
  );

  database = await createTestDatabase();
  await database.sql.unsafe(customersSql);
  stack = start(['start']);
  const description = await waitFor('the stack', () => {
    if (stack.exitCode !== null) throw new Error(`the stack ended with ${stack.exitCode}`);
    try {
      return localStackSchema.parse(JSON.parse(readFileSync(join(home, '.local/stack.json'), 'utf8')));
    } catch {
      return null;
    }
  });
  client = new StackClient(description);
});
afterAll(async () => {
  await client?.close();
  if (stack?.exitCode === null) {
    stack.kill('SIGTERM');
    await new Promise((resolve) => stack.once('close', resolve));
  }
  await database?.drop();
  if (home !== undefined) rmSync(home, { recursive: true, force: true });
});

function start(args: string[]): ChildProcess {
  return spawn(process.execPath, ['local/main.ts', ...args], {
    cwd: home,
    env: { PATH: process.env.PATH, DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** `npm run import -- FILE` in the user's project. */
async function importFile(...args: string[]): Promise<{ code: number; stdout: string; arn: string }> {
  const child = start(['import', ...args]);
  let stdout = '';
  child.stdout!.on('data', (chunk) => {
    stdout += String(chunk);
  });
  const code = await new Promise<number>((resolve) => child.once('close', (ended) => resolve(ended ?? -1)));
  return { code, stdout, arn: /^execution (\S+)$/m.exec(stdout)?.[1] ?? '' };
}

function write(name: string, content: string): string {
  writeFileSync(join(home, name), content);
  return name;
}

const logs = () =>
  readdirSync(join(home, '.local/logs')).map((name) => readFileSync(join(home, '.local/logs', name), 'utf8'));
const lastNotification = () => {
  const lines = readFileSync(join(home, '.local/notifications.jsonl'), 'utf8').trim().split('\n');
  return JSON.parse(lines.at(-1)!) as Notification;
};

describe.skipIf(!hasCurl)('the sample, as a user tries it', () => {
  it('imports a file, and tells people in the words of its report', async () => {
    const { code, stdout, arn } = await importFile('samples/stock.csv');
    expect(stdout).toContain('samples/stock.csv → import stock (by its own container: sh import.sh)');
    expect(stdout).toContain('SUCCEEDED: done\n3 articles with 200 pieces are imported\n');
    expect(code).toBe(0);
    expect(await client.states(arn)).toEqual([
      'ValidateUpload',
      'RunImporter',
      'ReadReport',
      'CheckOutcome',
      'NotifySuccess',
      'ImportSucceeded',
    ]);
    expect(lastNotification()).toMatchObject({
      subject: '[stock] imported',
      message: '3 articles with 200 pieces are imported',
      attributes: { import: 'stock', outcome: 'imported', blame: 'none' },
    });
  });

  it.each(['顧客 一覧.csv', 'with space+plus%41&?.csv', '"quotes\' $(echo x) `id`.csv'])(
    'reads the key %j',
    async (name) => {
      const { code, stdout } = await importFile(write(name, 'article,pieces\nbolt,7\n'), '--import', 'stock');
      expect([code, stdout]).toEqual([0, expect.stringContaining('1 articles with 7 pieces')]);
    },
  );

  it('says that a dry run is one', async () => {
    const { stdout } = await importFile('samples/stock.csv', '--dry-run');
    expect(stdout).toContain('3 articles with 200 pieces would be imported');
  });

  it('refuses a file: FAILED, a problem with the file, not tried again, its words in the log', async () => {
    const { code, stdout, arn } = await importFile('samples/stock-with-errors.csv');
    expect(code).toBe(1);
    expect(stdout).toContain(
      'FAILED: ImporterRefused\ns3://csv-import-uploads/uploads/stock/stock-with-errors.csv was not imported: Line 3: pieces must be a whole number of at most five digits. Problem with the file:',
    );
    expect(stdout).toContain('logs      .local/logs');
    const states = await client.states(arn);
    expect(states.filter((state) => state === 'RunImporter')).toHaveLength(1);
    expect(lastNotification()).toMatchObject({
      message: expect.stringContaining('Line 3: pieces must be a whole number of at most five digits.'),
      attributes: { import: 'stock', outcome: 'failed', failure: 'ImporterRefused', blame: 'file' },
    });
    expect(logs()).toContain('refused: line 3: pieces must be a whole number of at most five digits\n');
  });

  it('is refused by name what its definition does not take', async () => {
    const { stdout } = await importFile(write('stock.txt', 'x'), '--import', 'stock');
    expect(stdout).toContain('FAILED: UnsupportedExtension');
  });
});

describe.skipIf(!hasCurl)('a container of one’s own', () => {
  it('that asks to be started again, and is killed, is started again as the same run', async () => {
    const { code, stdout, arn } = await importFile(write('fickle.csv', 'x\n'));
    expect([code, stdout]).toEqual([0, expect.stringContaining('SUCCEEDED: done')]);
    expect(await client.states(arn)).toEqual([
      'ValidateUpload',
      ...['RunImporter', 'ExplainFailure', 'RetryOrGiveUp', 'BackOff'],
      ...['RunImporter', 'ExplainFailure', 'RetryOrGiveUp', 'BackOff'],
      ...['RunImporter', 'ReadReport', 'CheckOutcome', 'NotifyWithoutReport', 'ImportSucceeded'],
    ]);
    const [busy, done] = ['busy', 'done'].map((word) =>
      logs().flatMap((log) => new RegExp(`^${word}: (\\S+) (\\S+)(.*)$`, 'm').exec(log) ?? []),
    );
    expect(busy![1]).toMatch(/^fickle-[0-9a-f]{32}$/);
    expect(done![1]).toBe(busy![1]);
    expect([busy![2], done![2]].map((attempt) => attempt!.split('.').at(-1))).toEqual(['1', '3']);
    expect(done![3]).toBe(` level 3, ${database.url}`);
  });

  it('that is busy waits for a slot, without an attempt lost', async () => {
    const { code, arn } = await importFile(write('busy.csv', 'x\n'));
    expect(code).toBe(0);
    expect(await client.states(arn)).toEqual([
      'ValidateUpload',
      ...['RunImporter', 'ReadReport', 'CheckOutcome', 'Requeue', 'WaitForSlot'],
      ...['RunImporter', 'ReadReport', 'CheckOutcome', 'NotifyWithoutReport', 'ImportSucceeded'],
    ]);
  });

  it('is nothing that the project’s importer carries out by mistake', async () => {
    const { uploadBucket, resultsBucket, endpoints } = client.description;
    const importer = spawn(process.execPath, ['task/main.ts'], {
      cwd: home,
      env: {
        PATH: process.env.PATH,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL_S3: endpoints.s3,
        DATABASE_URL: database.url,
        S3_BUCKET: uploadBucket,
        S3_KEY: 'uploads/stock/a.csv',
        S3_ETAG: 'e',
        S3_SIZE: '1',
        IMPORT_NAME: 'stock',
        RUN_ID: 'stock-1',
        ATTEMPT: 'mistake.0.1',
        RESULTS_BUCKET: resultsBucket,
      },
      stdio: 'ignore',
    });
    expect(await new Promise((resolve) => importer.once('close', resolve))).toBe(70);
    const report = JSON.parse((await client.result('reports/stock-1/mistake.0.1.json')).toString());
    expect(report.failure).toMatchObject({
      name: 'DefinitionInvalid',
      message: expect.stringContaining('brings a container of its own'),
    });
  });

  it('whose image is in a registry fails with what to do instead, and the stack goes on', async () => {
    const { code, stdout } = await importFile(write('registry.csv', 'x\n'));
    expect([code, stdout]).toEqual([1, expect.stringContaining('FAILED: TaskNotStarted')]);
    expect(stdout).toMatch(/the local stack has no Docker.*image ghcr\.io\/acme\/importer:1\.0.*directory/);
    expect(stack.exitCode).toBeNull();
    expect((await importFile('samples/stock.csv')).code).toBe(0);
  });
});
