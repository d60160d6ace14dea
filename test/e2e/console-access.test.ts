import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { loadImports } from '../../imports/index.ts';
import { type Connection, connectLocal } from '../../operator/connection.ts';
import type { ExecutionView, Problem } from '../../operator/console/api.ts';
import { type Console, startConsole } from '../../operator/console/server/server.ts';
import { createSource } from '../../operator/console/server/source.ts';
import { headers } from '../../samples/customers.ts';
import { rawRequest, refusal } from '../support/console-client.ts';
import { waitFor } from '../support/wait-for.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

let harness: StackHarness;
let connection: Connection;
let page: Console;

beforeAll(async () => {
  harness = await createStackHarness();
  connection = connectLocal(harness.description);
  page = await startConsole(
    createSource(async () => connection, await loadImports()),
    { port: 0 },
  );
});
afterAll(async () => {
  await page.close();
  await harness.close();
});

describe('the page', () => {
  it('can be loaded without any script in it', async () => {
    const root = await fetch(page.url);
    const html = await root.text();
    expect(html).toMatch(/<html lang="en">.*<meta name="viewport".*<title>.+<\/title>/s);
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style| on\w+=| style=/);
    expect(root.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/,
    );
    expect(root.headers.get('x-content-type-options')).toBe('nosniff');
    expect(root.headers.get('referrer-policy')).toBe('no-referrer');
    for (const [, asset] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const response = await fetch(page.url + asset!);
      expect(response.headers.get('content-type')).toMatch(/^text\/(javascript|css); charset=utf-8$/);
      expect((await response.text()).length).toBeGreaterThan(0);
      const again = await fetch(page.url + asset!, {
        headers: { 'if-none-match': response.headers.get('etag')! },
      });
      expect(again.status).toBe(304);
    }
    expect((await fetch(`${page.url}/assets/no-such.js`)).status).toBe(404);
  });

  it('is found by links without a #, and by none that lead elsewhere', async () => {
    for (const [path, location] of [
      ['/executions/any?tab=rejects', '/#/executions/any?tab=rejects'],
      ['/%E9%A1%A7', '/#/%E9%A1%A7'],
      ['//attacker.example/', '/#//attacker.example/'],
    ]) {
      const { status, headers } = await rawRequest(page.url, { path: path! });
      expect([status, headers.location]).toEqual([302, location]);
    }
  });

  it('says so where it cannot be bundled', async () => {
    const broken = await startConsole(
      createSource(async () => connection, []),
      {
        port: 0,
        page: () => Promise.reject(new Error('main.tsx:3:4: Expected "<" but found ">"')),
      },
    );
    onTestFinished(() => broken.close());
    const response = await fetch(broken.url);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('main.tsx:3:4: Expected "&lt;" but found "&gt;"');
  });
});

describe('what may be asked', () => {
  const refused = (path: string) => refusal(page.url + path);

  it('knows nothing else', async () => {
    expect(await refused('/api/secrets')).toMatchObject({ status: 404, name: 'UnknownRequest' });
    expect(await refused('/api/executions/no-such')).toMatchObject({
      status: 404,
      name: 'ExecutionDoesNotExist',
    });
    expect(await refused('/api/executions?status=well')).toMatchObject({
      status: 400,
      message: expect.stringContaining('"status"'),
    });
    expect(await refused('/api/executions?since=yesterday')).toMatchObject({
      status: 400,
      message: expect.stringContaining('write how long ago'),
    });
    expect(await refused('/api/overview?since=2020-01-01')).toMatchObject({ status: 400 });
  });
});

describe('who may ask', () => {
  const content = `${headers.join(',')}\nx,Name,m@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`;
  let failed: string;
  beforeAll(async () => {
    const arn = await harness.upload('refused.csv', content);
    await harness.end(arn);
    failed = arn.split(':').at(-1)!;
  });

  it.each([
    ['a page of another name that leads here', { host: 'attacker.example' }],
    ['a page of another site', { origin: 'https://attacker.example', 'sec-fetch-site': 'cross-site' }],
    ['a picture on another site', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another program on this machine', { origin: 'http://localhost:3000' }],
  ])('not %s: it reads nothing, changes nothing, uploads nothing', async (_, hostile) => {
    const before = await harness.executions();
    for (const [method, path] of [
      ['GET', '/api/executions'],
      ['GET', `/api/executions/${failed}`],
      ['GET', '/'],
      ['POST', `/api/executions/${failed}/redrive`],
      ['POST', '/api/uploads?import=customers&file=hostile.csv'],
    ] as const) {
      const { status, body, headers } = await rawRequest(page.url + path, {
        method,
        headers: hostile as Record<string, string>,
        ...(method === 'POST' ? { body: Buffer.from(content) } : {}),
      });
      expect([method, path, status]).toEqual([method, path, 403]);
      expect(JSON.parse(body.toString()).error.name).toMatch(/^Foreign(Host|Origin)$/);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
    const seen = (await (await fetch(`${page.url}/api/executions/${failed}`)).json()) as ExecutionView;
    expect(seen.execution.redrives).toBe(0);
    expect(await harness.executions()).toEqual(before);
  });

  it('not by a request for another name at our address', async () => {
    const { status } = await rawRequest(page.url, { path: 'http://attacker.example/api/executions' });
    expect(status).toBe(403);
  });

  it('nobody from outside of this machine', async () => {
    expect(new URL(page.url).hostname).toBe('127.0.0.1');
    const second = await startConsole(
      createSource(async () => connection, []),
      {
        port: Number(new URL(page.url).port),
      },
    );
    onTestFinished(() => second.close());
    expect(second.url).not.toBe(page.url);
    expect((await fetch(`${second.url}/api/stack`)).status).toBe(200);
  });
});

describe('npm run console', () => {
  it('starts without a stack, says so, goes on when there is one, and ends by Ctrl-C', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'csv-import-console-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const main = join(import.meta.dirname, '../../operator/main.ts');
    const child = spawn(process.execPath, [main, 'console', '--port', '0'], {
      cwd: folder,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = new Promise((resolve) => child.once('exit', resolve));
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    await waitFor('the remedy', () => (said.includes('`npm run local`') ? true : null));
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said)!;

    const without = await fetch(`${url}/api/stack`);
    expect(without.status).toBe(503);
    expect(((await without.json()) as Problem).error.message).toContain('`npm run local`');
    expect((await fetch(url)).status).toBe(200);

    await symlink(harness.directory, join(folder, '.local'));
    const answer = await fetch(`${url}/api/stack`);
    expect(await answer.json()).toMatchObject({ uploadBucket: harness.description.uploadBucket });
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  });

  it('an endpoint that does not answer', async () => {
    const endpoints = { ...harness.description.endpoints, stepFunctions: 'http://127.0.0.1:1' };
    const nowhere = connectLocal({ ...harness.description, endpoints });
    const lost = await startConsole(
      createSource(async () => nowhere, []),
      { port: 0 },
    );
    onTestFinished(() => lost.close());
    const response = await fetch(`${lost.url}/api/executions`);
    expect(response.status).toBe(503);
    expect(((await response.json()) as Problem).error).toMatchObject({
      name: 'NotConnected',
      message: expect.stringMatching(/^There is no connection: .*ECONNREFUSED.* See that this machine/),
    });
  });
});
