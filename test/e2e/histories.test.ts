import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HistoryName, recordHistory } from '../events/histories.ts';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { waitFor } from '../support/wait-for.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

// What docs/console.md draws: real executions on a real stack, recorded without what is different each time. After a
// change of the workflow `npx vitest run test/e2e/histories.test.ts -u` records them anew.

/** Long enough to do something while an execution waits. */
const MAX_WAIT_SECONDS = 5;
/** Characters of a state's input or output: somebody has to read it. */
const READABLE = 8_000;
const samples = join(import.meta.dirname, '../../samples');

let harness: StackHarness;
let proxy: TcpProxy;

beforeAll(async () => {
  harness = await createStackHarness({
    maxWaitSeconds: MAX_WAIT_SECONDS,
    proxied: async (url) => {
      proxy = await createTcpProxy(url);
      return proxy.through(url);
    },
  });
});
afterAll(async () => {
  await harness.close();
  await proxy.close();
});

async function upload(name: string, sample: string): Promise<string> {
  return harness.upload(name, await readFile(join(samples, sample)));
}

const entered = (arn: string, state: string) =>
  waitFor(state, async () => (await harness.states(arn)).includes(state) || null);

/** @param until the state with which a history of an execution that still runs ends */
async function expectHistory(arn: string, name: HistoryName, until?: string): Promise<void> {
  const { events = [] } = await harness.sfn.send(
    new GetExecutionHistoryCommand({ executionArn: arn, maxResults: 1000 }),
  );
  for (const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } of events) {
    const [name, data] = [entered?.name ?? exited?.name, entered?.input ?? exited?.output ?? ''];
    expect({ name, small: data.length < READABLE }).toEqual({ name, small: true });
  }
  await expect(recordHistory(events, until)).toMatchFileSnapshot(`../events/history-${name}.jsonl`);
}

describe('the recorded histories are those of real executions', () => {
  it('success', async () => {
    const arn = await upload('success.csv', 'customers.csv');
    expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
    await expectHistory(arn, 'success');
  });

  it('a failure that the file caused', async () => {
    const arn = await upload('file-problem.csv', 'customers-with-errors.csv');
    expect(await harness.end(arn)).toMatchObject({ status: 'FAILED', error: 'RowsRejected' });
    await expectHistory(arn, 'file-problem');
  });

  it('a failure that passes: BackOff, and another attempt', async () => {
    await proxy.refuse();
    const arn = await upload('retried.csv', 'customers.csv');
    await entered(arn, 'BackOff');
    await proxy.accept();
    await expectHistory(arn, 'retry', 'BackOff');
    expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
    await expectHistory(arn, 'retried');
  });

  it('a failure that the system caused, put right and redriven', async () => {
    await harness.sql`alter table customers rename to customers_elsewhere`;
    const arn = await upload('redriven.csv', 'customers.csv');
    expect(await harness.end(arn)).toMatchObject({ status: 'FAILED', error: 'TargetTableMismatch' });
    await expectHistory(arn, 'system-problem');
    await harness.sql`alter table customers_elsewhere rename to customers`;
    expect(await harness.redrive(arn)).toMatchObject({ status: 'SUCCEEDED' });
    await expectHistory(arn, 'redriven');
  });

  it('an upload that waits for a slot: another version of its file is being loaded', async () => {
    const writer = await harness.sql.reserve();
    await writer`begin`;
    await writer`lock table customers in exclusive mode`;
    const first = await upload('waiting.csv', 'customers.csv');
    let second: string;
    try {
      await waitFor('the first is loading', async () => {
        const [run] = await harness.sql`select status from csv_import.runs where key like '%waiting.csv'`;
        return run?.status === 'running' || null;
      });
      second = await upload('waiting.csv', 'customers.csv');
      await entered(second, 'WaitForSlot');
      await expectHistory(second, 'waiting', 'WaitForSlot');
    } finally {
      await writer`rollback`;
      writer.release();
    }
    for (const arn of [first, second]) expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
  });
});
