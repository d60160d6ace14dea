import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operation } from '../../local/aws-json/operation.ts';
import { type AwsJsonServer, startAwsJsonServer } from '../../local/aws-json/server.ts';
import { rawRequest } from '../support/console-client.ts';
import { PLAIN, startTestS3, VERSIONED } from './s3-fixture.ts';

const page = 'https://app.example.com';
const s3 = await startTestS3({
  buckets: [
    {
      name: VERSIONED,
      versioned: true,
      cors: [
        {
          allowedOrigins: [page],
          allowedMethods: ['GET', 'PUT', 'POST'],
          allowedHeaders: ['*'],
          exposedHeaders: [],
          maxAgeSeconds: null,
        },
      ],
    },
    { name: PLAIN, versioned: false },
  ],
});
let api: AwsJsonServer;
beforeAll(async () => {
  const operations = { Count: operation(z.object({}), () => ({ count: 1 })) };
  api = await startAwsJsonServer({ target: 'Test', version: '1.0', operations }, 0);
});
afterAll(() => api.close());

/** Requests that only a page of another site makes a browser send. */
const fromPages: [string, Record<string, string>][] = [
  ['with another origin', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['with an origin that hides its name', { origin: 'null' }],
  ['of another program of this machine', { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' }],
  ['by a name that leads here', { host: 'evil.example:9000' }],
  ['by a name that begins like ours', { host: '127.0.0.1.evil.example' }],
  ['by an image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  [
    'by a frame',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  ],
];
/** Of this server itself only what strangers have uploaded could be a page. */
const fromItself: typeof fromPages = [['by an object that is a page', { 'sec-fetch-site': 'same-origin' }]];

describe.each([
  [
    'S3',
    () => s3.server.endpoint,
    { path: `/${PLAIN}?delete`, method: 'POST', code: '<Code>AccessDenied</Code>' },
  ],
  [
    'S3, which lists its buckets',
    () => s3.server.endpoint,
    { path: '/', method: 'GET', code: 'AccessDenied' },
  ],
  ['an API', () => api.endpoint, { path: '/', method: 'POST', code: 'AccessDeniedException' }],
])('%s does not answer', (_, endpoint, { path, method, code }) => {
  it.each([...fromPages, ...fromItself])('a page %s', async (_, headers) => {
    const body = Buffer.from('<Delete><Object><Key>a</Key></Object></Delete>');
    const answer = await rawRequest(endpoint(), {
      path,
      method,
      headers: { 'content-type': 'text/plain', 'x-amz-target': 'Test.Count', ...headers },
      ...(method === 'POST' ? { body } : {}),
    });
    expect(answer.status).toBe(403);
    expect(answer.body.toString()).toContain(code);
  });
});

describe('still answered are', () => {
  it('programs, by every name of this machine', async () => {
    const headers = { 'x-amz-target': 'Test.Count' };
    for (const host of ['127.0.0.1', 'localhost:1', '[::1]:8083', 'LOCALHOST']) {
      expect(await rawRequest(api.endpoint, { method: 'POST', headers: { ...headers, host } })).toMatchObject(
        {
          status: 200,
        },
      );
      expect(await rawRequest(s3.server.endpoint, { headers: { host } })).toMatchObject({ status: 200 });
    }
  });

  it('pages that the bucket’s rules allow, for objects only', async () => {
    const headers = { origin: page, 'sec-fetch-site': 'cross-site' };
    const ask = (method: string, path: string) =>
      rawRequest(s3.server.endpoint, {
        method,
        path,
        headers,
        ...(/^P/.test(method) ? { body: Buffer.from('a') } : {}),
      });
    expect((await ask('PUT', `/${VERSIONED}/a.csv`)).status).toBe(200);
    expect((await ask('GET', `/${VERSIONED}/a.csv`)).status).toBe(200);
    expect((await ask('DELETE', `/${VERSIONED}/a.csv`)).status).toBe(403);
    expect((await ask('GET', `/${VERSIONED}?list-type=2`)).status).toBe(403);
    expect((await ask('POST', `/${VERSIONED}?delete`)).status).toBe(403);
    expect((await ask('PUT', `/${PLAIN}/a.csv`)).status).toBe(403);
  });

  it('links to objects', async () => {
    const headers = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    const path = `/${VERSIONED}/a.csv`;
    expect((await rawRequest(s3.server.endpoint, { path, headers })).status).toBe(200);
    expect((await rawRequest(s3.server.endpoint, { path, method: 'DELETE', headers })).status).toBe(403);
  });
});

it('an API takes no more than 1 MiB, and keeps no more of it', async () => {
  const before = process.memoryUsage.rss();
  let most = 0;
  const piece = Buffer.alloc(1024 * 1024, ' ');
  const body = Readable.from(
    (function* () {
      for (let sent = 0; sent < 300; sent++) {
        most = Math.max(most, process.memoryUsage.rss());
        yield piece;
      }
    })(),
  );
  const answer = await fetch(api.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'Test.Count' },
    body: Readable.toWeb(body) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ __type: 'RequestEntityTooLargeException' });
  expect(most - before).toBeLessThan(200 * 1024 * 1024);
});
