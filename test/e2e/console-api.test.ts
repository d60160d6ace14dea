import { request } from 'node:http';
import { ListMultipartUploadsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageKeys } from '../../contract/storage-keys.ts';
import { loadImports } from '../../imports/index.ts';
import { type Connection, connectLocal } from '../../operator/connection.ts';
import type {
  ExecutionPage,
  ExecutionView,
  Overview,
  RejectsView,
  StackView,
  UploadView,
} from '../../operator/console/api.ts';
import { type Console, startConsole } from '../../operator/console/server/server.ts';
import { createSource } from '../../operator/console/server/source.ts';
import { headers, japaneseHeaders } from '../../samples/customers.ts';
import { rawRequest, refusal } from '../support/console-client.ts';
import { encodeText } from '../support/encode-text.ts';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { waitFor } from '../support/wait-for.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

const row = (id: number | string, name = 'Name') =>
  `${id},${name},m@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`;
const file = (...ids: (number | string)[]) => `${headers.join(',')}\n${ids.map((id) => row(id)).join('')}`;
const keyOf = (name: string) => `uploads/customers/${name}`;

let harness: StackHarness;
let proxy: TcpProxy;
let connection: Connection;
let page: Console;
/** Commands that the console has sent to Step Functions. */
const sent: string[] = [];

beforeAll(async () => {
  harness = await createStackHarness({
    proxied: async (url) => {
      proxy = await createTcpProxy(url);
      return proxy.through(url);
    },
  });
  connection = connectLocal(harness.description);
  connection.sfn.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        sent.push(commandName!);
        return next(args);
      },
    { step: 'initialize' },
  );
  page = await startConsole(
    createSource(async () => connection, await loadImports()),
    { port: 0 },
  );
});
afterAll(async () => {
  await page.close();
  await harness.close();
  await proxy.close();
});

async function get<T>(path: string): Promise<T> {
  const response = await fetch(page.url + path);
  expect(response.status, `GET ${path}`).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return (await response.json()) as T;
}

const refused = (path: string, init?: RequestInit) => refusal(page.url + path, init);

const post = (path: string) => fetch(page.url + path, { method: 'POST' });
const view = (name: string) => get<ExecutionView>(`/api/executions/${name}`);

/** Uploads by the console; the name of the execution that it says to have started. */
async function upload(name: string, content: string | Buffer, dryRun = false): Promise<string> {
  const query = new URLSearchParams({ import: 'customers', file: name, dryRun: String(dryRun) });
  const response = await fetch(`${page.url}/api/uploads?${query}`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(content)),
  });
  expect(response.status).toBe(201);
  const uploaded = (await response.json()) as UploadView;
  expect(uploaded).toEqual({
    bucket: harness.description.uploadBucket,
    key: keyOf(name),
    versionId: expect.any(String),
    execution: expect.any(String),
  });
  return uploaded.execution!;
}

async function newest(filter: string): Promise<string> {
  const { executions } = await get<ExecutionPage>(`/api/executions?${filter}&limit=1`);
  return executions[0]!.name;
}

const end = (name: string) =>
  waitFor(`the end of ${name}`, async () => {
    const seen = await view(name);
    return seen.execution.status === 'RUNNING' ? null : seen;
  });

describe('what the console looks at', () => {
  it('the stack and its imports', async () => {
    expect(await get<StackView>('/api/stack')).toEqual({
      stateMachineArn: harness.description.stateMachineArn,
      local: true,
      uploadBucket: harness.description.uploadBucket,
      resultsBucket: harness.description.resultsBucket,
      imports: [
        {
          name: 'customers',
          prefix: 'uploads/customers/',
          mode: 'upsert',
          table: 'customers',
          extensions: ['.csv', '.csv.gz', '.csv.zst', '.zip'],
          dryRun: true,
        },
      ],
      pollMs: 1000,
    });
  });
});

describe('uploads', () => {
  it('a dry run, and then for good', async () => {
    const dry = await end(await upload('november.csv', file(1, 2), true));
    expect(dry.execution).toMatchObject({ status: 'SUCCEEDED', dryRun: true, outcome: 'dry-run' });
    expect(await harness.customerIds()).toEqual([]);

    const done = await end(await upload('november.csv', file(1, 2)));
    expect(await harness.customerIds()).toEqual([1, 2]);
    expect(done).toMatchObject({
      execution: {
        status: 'SUCCEEDED',
        import: 'customers',
        upload: { key: keyOf('november.csv') },
        counts: { read: 2, inserted: 2 },
      },
      report: { outcome: 'imported', counts: { inserted: 2 } },
      rejects: null,
      problem: null,
      progress: null,
      redriveWarning: null,
      links: { execution: null, log: null },
    });
    expect(done.execution).not.toHaveProperty('report');
    const states = await harness.states(done.execution.arn);
    expect(done.timeline.map(({ state }) => state)).toEqual(states);
    expect(done.states).toEqual(Object.fromEntries(states.map((state) => [state, 'done'])));
    expect(done.workflow.StartAt).toBe('ValidateUpload');
    expect(Object.keys(done.workflow.States)).toEqual(expect.arrayContaining(states));
  });

  it.each([
    ['import=orders&file=a.csv', 400, 'UnknownImport'],
    ['import=customers&file=a.xlsx', 400, 'UnsupportedExtension'],
    ['import=customers&file=..%2Forders%2Fa.csv', 400, 'InvalidFileName'],
    ['import=customers', 400, 'InvalidFileName'],
  ])('not %s', async (query, status, name) => {
    expect(await refused(`/api/uploads?${query}`, { method: 'POST', body: file(3) })).toMatchObject({
      status,
      name,
    });
  });

  it('not of an unknown size, and not of more than the import takes', async () => {
    const url = `${page.url}/api/uploads?import=customers&file=large.csv`;
    const chunked = await rawRequest(url, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
    expect(chunked.status).toBe(411);
    // It is refused before any of it has come.
    const status = await new Promise((resolve, reject) => {
      const sending = request(url, { method: 'POST', headers: { 'content-length': 2 ** 40 } }, (response) => {
        resolve(response.statusCode);
        sending.destroy();
      });
      sending.on('error', reject);
      sending.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it.each([
    ['in one piece', 1000, 0],
    ['in parts', 12 * 1024 * 1024, 2],
  ])('one that is broken off leaves nothing: %s', async (_, bytes, parts) => {
    const name = `broken-off-${bytes}.csv`;
    const Bucket = harness.description.uploadBucket;
    const begun = async () =>
      (await harness.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.length ?? 0;
    const sending = request(`${page.url}/api/uploads?import=customers&file=${name}`, {
      method: 'POST',
      headers: { 'content-length': 2 * bytes },
    });
    const closed = new Promise((resolve) => sending.once('close', resolve));
    sending.on('error', () => {});
    await new Promise((resolve) => sending.write(Buffer.alloc(bytes, '1'), resolve));
    if (parts > 0) await waitFor('the first part', async () => ((await begun()) > 0 ? true : null));
    sending.destroy();
    await closed;
    await waitFor('the parts to be given up', async () => ((await begun()) === 0 ? true : null));
    const { Versions = [] } = await harness.s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: keyOf(name) }),
    );
    expect(Versions).toEqual([]);
  });
});

describe('a file with wrong rows', () => {
  it('in Shift_JIS: which rows, which cells, and both files to download', async () => {
    const wrong = [row('十', '佐藤 葵'), row(11, '"鈴木 "蓮'), row(12, `"${'長'.repeat(81)}"`)];
    const text = `${japaneseHeaders.join(',')}\n${row(10, '表 予')}${wrong.join('')}`;
    const ended = await end(await upload('顧客 一覧.csv', encodeText(text, 'shift_jis')));
    expect(ended).toMatchObject({
      execution: { status: 'FAILED', failure: { name: 'RowsRejected', blame: 'file' } },
      report: { file: { encoding: 'shift_jis' }, counts: { rejected: 3 } },
      states: { RunImporter: 'caught', ExplainFailure: 'done', ImportFailed: 'failed' },
      redriveWarning: expect.stringContaining('Correct the file'),
    });
    const { name, runId, attempt } = ended.execution;

    const rejects = await get<RejectsView>(`/api/executions/${name}/rejects`);
    expect(rejects).toMatchObject({
      total: 3,
      byCode: { invalid_integer: 1, stray_quote: 1, too_long: 1 },
      header: japaneseHeaders,
      rejects: [
        {
          line: 3,
          row: 2,
          errors: [{ column: '顧客番号', code: 'invalid_integer', value: '十' }],
          invalid: [0],
        },
        { line: 4, row: 3, errors: [{ column: '顧客名', code: 'stray_quote' }], cells: null, invalid: [] },
        { line: 5, row: 4, errors: [{ column: '顧客名', code: 'too_long' }], invalid: [1] },
      ],
    });
    expect(rejects.rejects[0]!.cells!.slice(0, 2)).toEqual(['十', '佐藤 葵']);
    expect(rejects.rejects[2]!.cells!.slice(0, 2)).toEqual(['12', '長'.repeat(81)]);

    for (const [which, key, charset] of [
      ['rows.csv', storageKeys.rejectedRows(runId!, attempt!), 'shift_jis'],
      ['errors.csv', storageKeys.rejectErrors(runId!, attempt!), 'utf-8'],
    ] as const) {
      const response = await fetch(`${page.url}/api/executions/${name}/files/${which}`);
      expect(response.headers.get('content-type')).toBe(`text/csv; charset=${charset}`);
      expect(response.headers.get('content-disposition')).toBe(
        `attachment; filename="__ __-${which}"; filename*=UTF-8''${encodeURIComponent(`顧客 一覧-${which}`)}`,
      );
      expect(Buffer.from(await response.arrayBuffer())).toEqual(await harness.result(key));
    }
  });

  it('what was refused comes in again, corrected', async () => {
    const name = await newest('blame=file');
    const response = await fetch(`${page.url}/api/executions/${name}/files/rows.csv`);
    const rows = new TextDecoder('shift_jis').decode(await response.arrayBuffer());
    const corrected = rows.replace('十', '10').replace('"鈴木 "蓮', '鈴木 蓮').replace('長'.repeat(81), '長');
    await end(await upload('顧客 一覧-corrected.csv', corrected));
    expect(await harness.customerIds()).toEqual([1, 2, 10, 11, 12]);
  });

  it('none where no row was rejected', async () => {
    const path = `/api/executions/${await newest('status=succeeded')}`;
    expect(await get<RejectsView>(`${path}/rejects`)).toEqual({
      total: 0,
      byCode: {},
      header: [],
      rejects: [],
      partialFiles: null,
    });
    expect(await refused(`${path}/files/rows.csv`)).toMatchObject({ status: 404, name: 'NoRejects' });
  });
});

describe('a failure of the system', () => {
  it('is redriven, once it is put right', async () => {
    await proxy.refuse();
    const failed = await end(await upload('december.csv', file(20)));
    await proxy.accept();
    const { name } = failed.execution;
    expect(failed).toMatchObject({
      execution: { failure: { name: 'DatabaseUnavailable', blame: 'system' }, notRedrivable: null },
      redriveWarning: null,
      rejects: null,
    });
    expect(failed.timeline.flatMap(({ attempt }) => attempt ?? [])).toEqual([1, 2, 3, 4]);
    const { executions } = await get<ExecutionPage>('/api/executions?blame=system&import=customers');
    expect(executions.map((each) => each.name)).toEqual([name]);

    expect((await post(`/api/executions/${name}/redrive`)).status).toBe(204);
    const redriven = await end(name);
    expect(redriven).toMatchObject({
      execution: { status: 'SUCCEEDED', redrives: 1, failure: null },
      states: { ImportFailed: 'done', RunImporter: 'done', ImportSucceeded: 'done' },
    });
    expect(redriven.timeline).toContainEqual(expect.objectContaining({ state: null, redrive: 1 }));
    expect((await get<ExecutionPage>('/api/executions?blame=system')).executions).toEqual([]);

    expect(await refused(`/api/executions/${name}/redrive`, { method: 'POST' })).toMatchObject({
      status: 409,
      message: expect.stringMatching(/cannot redrive .*Execution is SUCCEEDED/),
    });
  });
});

describe('one that runs', () => {
  it('says how far it is, and can be stopped', async () => {
    const writer = await harness.sql.reserve();
    await writer`begin`;
    await writer`lock table customers in exclusive mode`;
    try {
      const content = file(30);
      const name = await upload('january.csv', content);
      const running = await waitFor('progress', async () => {
        const seen = await view(name);
        return seen.progress === null ? null : seen;
      });
      expect(running).toMatchObject({
        execution: { status: 'RUNNING', endedAt: null },
        progress: { attempt: `${name}.0.1`, bytesTotal: content.length },
        states: { ValidateUpload: 'done', RunImporter: 'running' },
        report: null,
      });
      const { executions } = await get<ExecutionPage>('/api/executions?status=running');
      expect(executions).toMatchObject([{ name, import: 'customers', progress: { attempt: `${name}.0.1` } }]);

      expect((await post(`/api/executions/${name}/stop`)).status).toBe(204);
      const stopped = await end(name);
      expect(stopped).toMatchObject({
        execution: {
          status: 'ABORTED',
          notRedrivable: null,
          failure: {
            name: 'ABORTED',
            blame: null,
            message: expect.stringContaining('Stopped from the console page by '),
          },
        },
        states: { RunImporter: 'aborted' },
        progress: null,
      });
      expect(await refused(`/api/executions/${name}/stop`, { method: 'POST' })).toMatchObject({
        status: 409,
        message: expect.stringContaining('has ended already'),
      });
    } finally {
      await writer`rollback`;
      writer.release();
    }
  });
});

describe('all of them', () => {
  it('newest first, in pages', async () => {
    const all = await get<ExecutionPage>('/api/executions');
    const names = (await harness.executions()).map((arn) => arn.split(':').at(-1));
    expect(all.executions.map(({ name }) => name)).toEqual(names);
    expect(all).toMatchObject({ total: names.length, page: 1, pages: 1 });
    const seen: string[] = [];
    const pages = Math.ceil(names.length / 2);
    for (let number = 1; number <= pages; number++) {
      const part = await get<ExecutionPage>(`/api/executions?limit=2&page=${number}`);
      expect(part).toMatchObject({ total: names.length, page: number, pages });
      seen.push(...part.executions.map(({ name }) => name));
    }
    expect(seen).toEqual(names);
    const behind = await get<ExecutionPage>(`/api/executions?limit=2&page=${pages + 9}`);
    expect(behind.page).toBe(pages);
  });

  it('what has ended is asked for once', async () => {
    await get('/api/executions');
    sent.length = 0;
    await get('/api/executions');
    await get('/api/overview');
    expect([...new Set(sent)]).toEqual(['ListExecutionsCommand']);
  });

  it('in figures', async () => {
    const { hours, failures, totals, search } = await get<Overview>('/api/overview?since=1h');
    // By what Step Functions says itself.
    const described = await Promise.all((await harness.executions()).map((arn) => harness.describe(arn)));
    const succeeded = described.filter(({ status }) => status === 'SUCCEEDED').length;
    expect(totals).toEqual({
      executions: described.length,
      running: 0,
      succeeded,
      failed: described.length - succeeded - 1,
      stopped: 1,
      rows: 2 + 3 + 1,
      rejected: 3,
    });
    expect(failures.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'ABORTED', blame: null, count: 1 },
      { name: 'RowsRejected', blame: 'file', count: 1 },
    ]);
    expect(hours).toHaveLength(2);
    expect(hours.reduce((sum, { rows }) => sum + rows, 0)).toBe(totals.rows);
    expect(search).toMatchObject({ unread: 0, incomplete: false, ledgerProblem: null });
  });
});
