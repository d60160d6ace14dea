import { afterEach, describe, expect, it } from 'vitest';
import { headers } from '../../samples/customers.ts';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { waitFor } from '../support/wait-for.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

const file = (count: number) =>
  `${headers.join(',')}\n${Array.from({ length: count }, (_, index) => `${index + 1},Name,m@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`).join('')}`;

let harness: StackHarness;
let proxy: TcpProxy;
afterEach(async () => {
  await harness.close();
  await proxy?.close();
});

const count = async () => Number((await harness.sql`select count(*) from customers`)[0]!.count);

describe('a system failure, and redrive', () => {
  it('the database refuses connections: retried, FAILED, notified; it is back, redriven: SUCCEEDED, rows once', async () => {
    harness = await createStackHarness({
      proxied: async (url) => {
        proxy = await createTcpProxy(url);
        return proxy.through(url);
      },
    });
    await proxy.refuse();
    const arn = await harness.upload('customers.csv', file(500));
    const execution = await harness.end(arn);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'DatabaseUnavailable' });
    expect(JSON.parse(execution.cause!).errorMessage).toMatch(
      /Problem with the system.*Check that the database is up/s,
    );
    const again = ['RunImporter', 'ExplainFailure', 'RetryOrGiveUp', 'BackOff'];
    expect(await harness.states(arn)).toEqual([
      'ValidateUpload',
      ...again,
      ...again,
      ...again,
      ...again.slice(0, 3),
      'NotifyFailure',
      'ImportFailed',
    ]);
    expect(await harness.notifications()).toMatchObject([
      { attributes: { failure: 'DatabaseUnavailable', blame: 'system', import: 'customers' } },
    ]);

    await proxy.accept();
    expect(await harness.redrive(arn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(await count()).toBe(500);
    expect((await harness.reports(arn)).map(({ outcome }) => outcome)).toEqual([
      ...Array(4).fill('failed'),
      'imported',
    ]);
    // What is in cannot be redriven, and need not be.
    await expect(harness.redrive(arn)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
  });

  it('SIGKILL of the importer in the middle of the load, every time; then redriven: rows exactly once', async () => {
    harness = await createStackHarness();
    // The load waits in its merge for as long as somebody else is writing to the table.
    const writer = await harness.sql.reserve();
    await writer`begin`;
    await writer`lock table customers in exclusive mode`;
    const arn = await harness.upload('customers.csv', file(2_000));
    const loadsInTheMiddle = async () => {
      const [waiting] = await harness.sql`
        select pid from pg_locks where relation = 'customers'::regclass and not granted`;
      return waiting;
    };
    for (let attempt = 1; attempt <= 4; attempt++) {
      await waitFor(`attempt ${attempt} in the middle of its load`, loadsInTheMiddle);
      const [importer] = harness.stack.importers();
      process.kill(importer!, 'SIGKILL');
      await waitFor('its session to end', async () => {
        const waiting = await loadsInTheMiddle();
        if (waiting !== undefined) await harness.sql`select pg_terminate_backend(${waiting.pid})`;
        return waiting === undefined ? true : null;
      });
    }
    expect(await harness.end(arn)).toMatchObject({ status: 'FAILED', error: 'ImporterKilled' });
    expect(await count()).toBe(0);
    await writer`rollback`;
    writer.release();
    expect(await harness.redrive(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await count()).toBe(2_000);
    const [run] = await harness.sql`select status, attempts, rows_inserted from csv_import.runs`;
    expect(run).toEqual({ status: 'imported', attempts: 5, rows_inserted: '2000' });
  });

  it('SIGTERM in the middle of the load: a report that says so, exit code 143, and the next attempt loads', async () => {
    harness = await createStackHarness();
    const writer = await harness.sql.reserve();
    await writer`begin`;
    await writer`lock table customers in exclusive mode`;
    const arn = await harness.upload('customers.csv', file(100));
    await waitFor('the load', async () => {
      const [waiting] =
        await harness.sql`select pid from pg_locks where relation = 'customers'::regclass and not granted`;
      return waiting;
    });
    const asked = Date.now();
    process.kill(harness.stack.importers()[0]!, 'SIGTERM');
    await waitFor('the second attempt', () => harness.reports(arn).then(([report]) => report));
    expect(Date.now() - asked).toBeLessThan(10_000);
    await writer`rollback`;
    writer.release();
    expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await harness.reports(arn)).map(({ outcome, failure }) => failure?.name ?? outcome)).toEqual([
      'ImporterStopped',
      'imported',
    ]);
    expect(await count()).toBe(100);
  });
});
