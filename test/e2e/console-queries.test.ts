import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadImports } from '../../imports/index.ts';
import { connectLocal } from '../../operator/connection.ts';
import { type Console, startConsole } from '../../operator/console/server/server.ts';
import { createSource } from '../../operator/console/server/source.ts';
import { rawRequest } from '../support/console-client.ts';
import { createOpsHarness, type OpsHarness } from './ops-harness.ts';

const MANY = '9'.repeat(400);
const wrongTimes = [
  '99999999999d',
  `${MANY}s`,
  '-1d',
  'NaN',
  '1y',
  '1.5h',
  '1e9d',
  ' ',
  '2026-02-30',
  '0x1d',
];
const wrongCounts = ['0', '-1', '101', '1e1', '0x10', '1.5', 'NaN', 'Infinity', MANY, 'x', ' 5'];

let harness: OpsHarness;
let page: Console;
beforeAll(async () => {
  harness = await createOpsHarness();
  const source = createSource(async () => connectLocal(harness.stack.description), await loadImports());
  page = await startConsole(source, { port: 0 });
});
afterAll(async () => {
  await page.close();
  await harness.close();
});

const long = 'x'.repeat(5_000);
const upload = (query: string) => ['POST', `/api/uploads?${query}`] as const;
const list = (query: string) => ['GET', `/api/executions?${query}`] as const;
const overview = (query: string) => ['GET', `/api/overview?${query}`] as const;
const encoded = encodeURIComponent;

describe('the console answers 400, with what to do, to', () => {
  it.each(
    [
      ...wrongTimes.flatMap((time) => [list(`since=${encoded(time)}`), overview(`since=${encoded(time)}`)]),
      ...wrongCounts.map((count) => list(`limit=${encoded(count)}`)),
      overview('since=32d'),
      ...['status', 'blame'].map((name) => list(`${name}=other`)),
      ...['since', 'limit', 'status', 'blame', 'import', 'after'].map((name) => list(`${name}=1&${name}=2`)),
      ...['import', 'after', 'since'].map((name) => list(`${name}=${long}`)),
      overview('since=1d&since=1d'),
      overview(`since=${long}`),
      ...['1', 'yes', 'TRUE', 'true&dryRun=false'].map((flag) =>
        upload(`import=customers&file=a.csv&dryRun=${flag}`),
      ),
      upload('import=none&file=a.csv'),
      upload('import=customers&import=customers&file=a.csv'),
      ...['', '..', 'a/b.csv', '%00.csv', '%C2%9B.csv', `${'x'.repeat(1_100)}.csv`, long].map((name) =>
        upload(`import=customers&file=${name}`),
      ),
    ].map(([method, path]) => ({ title: `${method} ${path.slice(0, 80)}`, method, path })),
  )('$title', async ({ method, path }) => {
    const sent = method === 'POST' ? { body: Buffer.from('x') } : {};
    const { status, body } = await rawRequest(page.url, { method, path, ...sent });
    const { error } = JSON.parse(body.toString());
    expect([status, error.message]).toEqual([400, expect.stringMatching(/.{20}/)]);
    expect(error.message).not.toMatch(/\n\s+at |undefined/);
  });
});

describe('the console never answers 500 to a name that none has', () => {
  const names = [
    'x'.repeat(5_000),
    '%00',
    '%ED%A0%80',
    '%',
    '..%2f..',
    'a:b',
    '%F0%9F%91%8D',
    '%E2%80%AE',
    '__proto__',
  ];
  it.each(
    names.flatMap((name) =>
      ['', '/rejects', '/files/rows.csv', '/redrive', '/stop'].map((rest) => [name, rest]),
    ),
  )('%s%s', async (name, rest) => {
    const method = ['/redrive', '/stop'].includes(rest) ? 'POST' : 'GET';
    const { status } = await rawRequest(page.url, { method, path: `/api/executions/${name}${rest}` });
    expect([400, 404]).toContain(status);
  });
});

it('what is left empty is not asked for', async () => {
  for (const path of [
    '/api/executions?since=&limit=&status=&blame=&import=&after=',
    '/api/overview?since=',
  ]) {
    expect((await rawRequest(page.url, { path })).status).toBe(200);
  }
});

describe('a command says what is wrong usage, without a stack', () => {
  it.each([
    ...wrongCounts.filter((count) => count !== '101').map((count) => ['list', '--limit', count]),
    ['list', '--limit', ''],
    ['list', '--since', '99999999999d'],
    ['list', '--since', ''],
    ['list', '--status', 'other'],
    ['redrive', '--failed-since', '-1d'],
    ['console', '--port', '65536'],
    ['console', '--port', '-1'],
    ['console', '--port', MANY],
    ['console', '--port', ''],
  ])('%s %s %j', async (...args) => {
    const { code, stdout, stderr } = await harness.ops(args);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/must be a whole number|is no time: write|Allowed choices/);
    expect(stderr).not.toContain('    at ');
  });
});
