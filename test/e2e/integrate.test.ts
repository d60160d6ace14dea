import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { serve } from '@hono/node-server';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import customers from '../../imports/customers.ts';
import { localAwsConfig } from '../../operator/local-stack.ts';
import { headers as columns } from '../../samples/customers.ts';
import { createApplication } from '../../samples/web-application/application.ts';
import { readSettings, type Settings } from '../../samples/web-application/settings.ts';
import type { UploadStatus } from '../../samples/web-application/upload-status.ts';
import { describeInBrowser, startChromium } from '../support/chromium.ts';
import { waitFor } from '../support/wait-for.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

const row = (id: number | string, email = 'm@example.com') =>
  `${id},Name,${email},,,,1.00,2024-01-01T00:00:00Z,\n`;
const file = (...rows: string[]) => `${columns.join(',')}\n${rows.join('')}`;

let harness: StackHarness;
let sql: Sql;
let settings: Settings;
let origin: string;
let close: () => Promise<unknown>;
beforeAll(async () => {
  harness = await createStackHarness();
  const { endpoints, uploadBucket, resultsBucket, databaseUrl } = harness.description;
  settings = {
    ...readSettings({
      UPLOAD_BUCKET: uploadBucket,
      RESULTS_BUCKET: resultsBucket,
      DATABASE_URL: databaseUrl,
    }),
    s3: new S3Client({
      ...localAwsConfig,
      endpoint: endpoints.s3,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    }),
  };
  sql = postgres(databaseUrl, { max: 2, onnotice: () => {} });
  const application = createApplication(settings, sql);
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: application.fetch, hostname: '127.0.0.1', port: 0 }, () =>
      resolve(started),
    );
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => new Promise((resolve) => server.close(resolve));
});
afterAll(async () => {
  await close();
  await sql.end();
  settings.s3.destroy();
  await harness.close();
});
beforeEach(() => harness.sql`delete from customers`);

/** What the page's script does in a browser, for one user. */
class Browser {
  readonly #user: string;

  constructor(user: string) {
    this.#user = user;
  }

  ask(path: string, options: RequestInit = {}): Promise<Response> {
    const headers = { 'Content-Type': 'application/json', Cookie: `user=${this.#user}` };
    return fetch(`${origin}${path}`, { headers, redirect: 'manual', ...options });
  }

  announce(name: string, size: number): Promise<Response> {
    return this.ask('/uploads', { method: 'POST', body: JSON.stringify({ name, size }) });
  }

  /** @returns the address of what becomes of the upload */
  async upload(name: string, content: string | Buffer): Promise<string> {
    const announced = await this.announce(name, Buffer.byteLength(content));
    expect(announced.status).toBe(201);
    const { url, headers } = (await announced.json()) as { url: string; headers: Record<string, string> };
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'PUT',
        'Access-Control-Request-Headers': 'content-type',
      },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    const put = await fetch(url, { method: 'PUT', headers: { Origin: origin, ...headers }, body: content });
    expect({ status: put.status, text: put.ok ? '' : await put.text() }).toEqual({ status: 200, text: '' });
    expect(put.headers.get('access-control-expose-headers')).toContain('x-amz-version-id');
    return `/uploads/${encodeURIComponent(name)}/${put.headers.get('x-amz-version-id')}`;
  }

  async status(address: string): Promise<UploadStatus> {
    const answer = await this.ask(address);
    expect(answer.status).toBe(200);
    return (await answer.json()) as UploadStatus;
  }

  end(address: string): Promise<UploadStatus> {
    return waitFor(`the end of ${address}`, async () => {
      const status = await this.status(address);
      return status.ended ? status : null;
    });
  }

  async download(address: string): Promise<{ name: string; content: string }> {
    const { status, headers } = await this.ask(address);
    expect(status).toBe(302);
    const answer = await fetch(headers.get('location')!);
    expect(answer.status).toBe(200);
    return { name: answer.headers.get('content-disposition')!, content: await answer.text() };
  }
}

const ada = new Browser('ada');
const bob = new Browser('bob');

it('the target is the import', () => {
  const { name, prefix, file } = customers;
  expect(settings.target).toMatchObject({ import: name, prefix, extensions: file.extensions });
  expect(settings.target.maxBytes).toBeLessThanOrEqual(file.maxBytes);
});

describe('before anything was ever imported', () => {
  it('there is no ledger, and an upload waits', async () => {
    expect(await ada.status('/uploads/a.csv/no-such-version')).toMatchObject({
      state: 'waiting',
      ended: false,
    });
  });
});

describe('an upload', () => {
  it('goes from the browser to S3 and becomes rows, and the user sees how many', async () => {
    const address = await ada.upload('顧客 + list.csv', file(row(1), row(2)));
    expect(await ada.end(address)).toMatchObject({
      state: 'imported',
      text: expect.stringContaining('2 new, 0 changed'),
      advice: null,
      rejected: 0,
    });
    expect(await harness.customerIds()).toEqual([1, 2]);
    const [run] = await harness.sql`select key from csv_import.runs`;
    expect(run!.key).toBe('uploads/customers/ada/顧客 + list.csv');
  });

  it('of another user cannot be seen', async () => {
    const address = await ada.upload('secret.csv', file(row('x')));
    await ada.end(address);
    expect(await bob.status(address)).toMatchObject({ state: 'waiting', rejected: 0 });
    expect(await (await bob.ask(`${address}/rejects`)).json()).toEqual([]);
    expect((await bob.ask(`${address}/errors.csv`)).status).toBe(404);
    // Nor by a name that leads elsewhere.
    const stolen = address.replace('secret.csv', encodeURIComponent('../ada/secret.csv'));
    expect(await bob.status(stolen)).toMatchObject({ state: 'waiting' });
    expect(await (await fetch(`${origin}${address}`)).json()).toEqual({ problem: 'Sign in first.' });
  });

  it('of the same file once more changes nothing, and says so', async () => {
    const content = file(row(1));
    await ada.end(await ada.upload('twice.csv', content));
    expect(await ada.end(await ada.upload('twice.csv', content))).toMatchObject({ state: 'unchanged' });
  });
});

describe('a file with errors', () => {
  it('is explained, its rejects can be read and downloaded, and the corrected file is imported', async () => {
    const address = await ada.upload('bad.csv', file(row(1), row('<b>x</b>'), row(3, 'nobody')));
    expect(await ada.end(address)).toMatchObject({
      state: 'failed',
      text: expect.stringContaining('2 of 3 rows'),
      advice: expect.stringContaining('errors.csv'),
      rejected: 2,
    });
    expect(await (await ada.ask(`${address}/rejects`)).json()).toEqual([
      {
        line: '3',
        column: 'customer_id',
        reason: expect.stringContaining('whole number'),
        value: '<b>x</b>',
      },
      { line: '4', column: 'email', reason: expect.any(String), value: 'nobody' },
    ]);
    const errors = await ada.download(`${address}/errors.csv`);
    expect(errors.name).toBe("attachment; filename*=UTF-8''bad-errors.csv");
    expect(errors.content).toContain('invalid_integer');
    const rows = await ada.download(`${address}/rows.csv`);
    expect(rows.content).toBe(file(row('<b>x</b>'), row(3, 'nobody')));
    expect(await harness.customerIds()).toEqual([]);

    const corrected = file(row(1), row(2), row(3));
    expect(await ada.end(await ada.upload('bad.csv', corrected))).toMatchObject({
      state: 'imported',
      text: expect.stringContaining('3 new'),
    });
    expect(await harness.customerIds()).toEqual([1, 2, 3]);
    // What became of the first upload can still be seen.
    expect(await ada.status(address)).toMatchObject({ state: 'failed', rejected: 2 });
  });

  it('shows no more than a page’s worth of errors', async () => {
    const address = await ada.upload('many.csv', file(...Array.from({ length: 500 }, () => row('x'))));
    expect(await ada.end(address)).toMatchObject({ rejected: 500 });
    expect(await (await ada.ask(`${address}/rejects`)).json()).toHaveLength(100);
  });
});

describe('nothing is signed', () => {
  it.each([
    ['customers.xlsx', 10, 'Choose a file whose name ends with .csv, .csv.gz, .csv.zst, or .zip.'],
    ['../bob/customers.csv', 10, 'Give the file a shorter, plain name.'],
    ['a\u0000.csv', 10, 'Give the file a shorter, plain name.'],
    [`${'顧'.repeat(100)}.csv`, 10, 'Give the file a shorter, plain name.'],
    ['empty.csv', 0, 'The file is empty.'],
    ['large.csv', 6 * 1024 ** 3, 'at most 5368709120 can be uploaded'],
  ])('for %j of %i bytes', async (name, size, problem) => {
    const answer = await ada.announce(name, size);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('for what is no announcement, or nobody', async () => {
    expect((await ada.ask('/uploads', { method: 'POST', body: 'nonsense' })).status).toBe(400);
    expect((await ada.announce('a.csv', -1)).status).toBe(400);
    expect((await new Browser('../bob').announce('a.csv', 1)).status).toBe(401);
  });
});

it('what is signed is the key, the size and the type, for five minutes', async () => {
  const { url } = (await (await ada.announce('a.csv', 12345)).json()) as { url: string };
  const { pathname, searchParams } = new URL(url);
  expect(pathname).toBe(`/${harness.description.uploadBucket}/uploads/customers/ada/a.csv`);
  expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
  expect(searchParams.get('X-Amz-Expires')).toBe('300');
  // A checksum of the empty body would refuse every file.
  expect([...searchParams.keys()].filter((name) => name.includes('checksum'))).toEqual([]);
});

describe('what the ledger says of a run, in words for its user', () => {
  let address: string;
  beforeAll(async () => {
    address = await ada.upload('words.csv', file(row(9)));
    await ada.end(address);
  });
  const setRun = (set: string) =>
    harness.sql.unsafe(`update csv_import.runs set ${set} where key like '%/words.csv'`);

  it.each([
    [`status = 'queued', phase = 'starting'`, { state: 'waiting', ended: false }],
    [`status = 'queued', phase = 'queued'`, { state: 'queued', ended: false }],
    [
      `status = 'running', phase = 'loading', updated_at = now(), bytes_read = size * 0.45 + 1`,
      { state: 'running', ended: false, percent: expect.closeTo(45, -1) },
    ],
    [`status = 'running', phase = 'checking', updated_at = now()`, { text: 'The file is being checked.' }],
    // The importer was killed: it will be started again.
    [`status = 'running', updated_at = now() - interval '1 minute'`, { state: 'delayed', ended: false }],
    [
      `status = 'failed', failure = 'DatabaseUnavailable', failure_blame = 'system', failure_message = 'db.internal:5432'`,
      { state: 'delayed', ended: false, text: expect.not.stringContaining('db.internal'), advice: null },
    ],
    [`status = 'superseded'`, { state: 'superseded', ended: true }],
  ])('%s', async (set, told) => {
    await setRun(set);
    expect(await ada.status(address)).toMatchObject(told);
  });
});

describeInBrowser('a real browser', () => {
  it('uploads across origins, reads what is wrong, uploads the corrected file', async () => {
    const browser = await startChromium();
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('pageerror', ({ message }) => problems.push(message));
      const upload = async (content: string) => {
        const buffer = Buffer.from(content);
        await page.getByLabel('A CSV file').setInputFiles({ name: '顧客.csv', mimeType: 'text/csv', buffer });
        await page.getByRole('button', { name: 'Upload' }).click();
      };
      await page.goto(origin);
      await page.getByLabel('You are').fill('eve');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('Signed in as eve.').waitFor();

      await upload(file(row(1), row('<b>x</b>')));
      await page.getByText('1 of 2 rows').waitFor();
      await page.getByRole('cell', { name: '<b>x</b>' }).waitFor();
      const downloaded = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Download the rejected rows' }).click();
      expect((await downloaded).suggestedFilename()).toBe('顧客-rows.csv');
      await page.reload();
      await page.getByText('1 of 2 rows').waitFor();

      await upload(file(row(1), row(2)));
      await page.getByText('2 new').waitFor();
      expect(await page.getByRole('table').isVisible()).toBe(false);
      expect(await harness.customerIds()).toEqual([1, 2]);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

it('the page and its script are served', async () => {
  const page = await fetch(origin);
  expect(await page.text()).toBe(
    readFileSync(join(import.meta.dirname, '../../samples/web-application/page/index.html'), 'utf8'),
  );
  expect((await fetch(`${origin}/upload.js`)).headers.get('content-type')).toContain('text/javascript');
});
