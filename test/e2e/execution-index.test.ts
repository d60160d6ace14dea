// The console's list: by the ledger where it can be read, by Step Functions alone where not, with the same result.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connectLocal } from '../../operator/connection.ts';
import { ExecutionIndex } from '../../operator/execution-index.ts';
import { ExecutionMemory } from '../../operator/execution-memory.ts';
import { Ledger } from '../../operator/ledger.ts';
import type { Execution } from '../../operator/read-execution.ts';
import { file, row } from '../support/customer-rows.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

const bad = row(1).replace('1,', 'x,');
/** Longer than anything here takes. */
const LONG_MS = 60_000;
/** Executions of the past. */
const MANY = 2000;

let harness: StackHarness;
/** The ARN of one that went well. */
let good: string;
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'csv-import-index-'));
  await writeExecutions(join(directory, 'executions'), MANY);
  harness = await createStackHarness({ directory });
  good = await harness.upload('good.csv', file(row(1)));
  await harness.end(good);
  await enterRuns(MANY);
});
afterAll(() => harness.close());

/** Executions of the past, which have read their file and ended, as the local stack keeps them. */
async function writeExecutions(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const before = Date.now() - 86_400_000;
  for (let number = 0; number < count; number += 200) {
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const timestamp = before - (number + index) * 1000;
        const at = (id: number) => ({ id, previousEventId: id - 1, timestamp: timestamp + (id - 1) * 500 });
        const events = [
          { ...at(1), type: 'ExecutionStarted', executionStartedEventDetails: { input: '{}' } },
          { ...at(2), type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '{}' } },
        ];
        const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
        return writeFile(join(folder, `old-${number + index}.jsonl`), text);
      }),
    );
  }
}

/** Their runs in the ledger, which the first import has created. */
async function enterRuns(count: number): Promise<void> {
  const arn = harness.description.stateMachineArn.replace(':stateMachine:', ':execution:');
  await harness.sql`
    insert into csv_import.runs (run_id, import, bucket, key, version, etag, size, sequencer, status, attempts,
      last_attempt, loading_attempt, execution_arn, report_key, rows_read, rows_inserted, ended_at)
    select 'run-' || n, 'customers', 'uploads', 'uploads/customers/user-' || n % 7 || '/customers.csv', 'v' || n,
      'e', 10, '', 'imported', 1, 'old-' || n || '.0.1', 'old-' || n || '.0.1', ${`${arn}:old-`} || n, 'r', n, n,
      now() - interval '1 day' - n * interval '1 second'
    from generate_series(0, ${count - 1}) as n`;
}

/** A connection that tells what it has sent; with another ledger, or without one. */
function connection(ledger: Ledger | null | undefined = undefined) {
  const sent: string[] = [];
  const { ledger: own, ...rest } = connectLocal(harness.description);
  const used = ledger === undefined ? own : ledger;
  const connected: Connection = { ...rest, ...(used === null || used === undefined ? {} : { ledger: used }) };
  connected.sfn.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        sent.push(commandName!);
        return next(args);
      },
    { step: 'initialize' },
  );
  return { connected, sent };
}

/** All of an execution but what only its history tells. */
const summary = ({ name, status, import: of, upload, runId, outcome, failure, dryRun }: Execution) => ({
  ...{ name, status, import: of, upload, runId, outcome, dryRun },
  failure: failure && [failure.name, failure.blame],
});
const recent = (executions: readonly Execution[]) =>
  executions.filter(({ name }) => !name.startsWith('old-'));

async function start(name: string, of: string, versionId?: string): Promise<string> {
  const { input } = await harness.describe(of);
  const event = JSON.parse(input!);
  if (versionId !== undefined) event.detail.object['version-id'] = versionId;
  const { stateMachineArn } = harness.description;
  const { executionArn } = await harness.sfn.send(
    new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(event) }),
  );
  return executionArn!;
}

describe('an index of executions', () => {
  it(`needs no request for any of ${MANY} executions in the ledger`, async () => {
    const { connected, sent } = connection();
    const index = new ExecutionIndex(new ExecutionMemory());
    const { executions, unread, incomplete } = await index.read(connected, LONG_MS);
    expect({ count: executions.length >= MANY, unread, incomplete }).toEqual({
      count: true,
      unread: 0,
      incomplete: false,
    });
    expect(executions.at(-1)).toMatchObject({
      name: `old-${MANY - 1}`,
      outcome: 'imported',
      counts: { read: MANY - 1 },
    });
    // What is not in the ledger is a handful: dry runs, markers, what never came as far as the importer, failures.
    expect(sent.filter((name) => name === 'DescribeExecutionCommand').length).toBeLessThan(12);
  });

  it('says by the ledger what Step Functions says one by one', async () => {
    await harness.end(await start('again', good));
    for (const [name, content, metadata] of [
      ['good.csv', file(row(1)), {}],
      ['bad.csv', file(bad), {}],
      ['dry.csv', file(row(2)), { 'dry-run': 'true' }],
      ['empty.csv', '', {}],
      ['._marker.csv', 'x', {}],
    ] as const) {
      await harness.end(await harness.upload(name, content, metadata));
    }
    await harness.sql`alter table customers rename to customers_gone`;
    const redriven = await harness.upload('gone.csv', file(row(3)));
    await harness.end(redriven);
    await harness.end(await harness.upload('gone-too.csv', file(row(4))));
    await harness.sql`alter table customers_gone rename to customers`;
    await harness.redrive(redriven);

    const { connected } = connection();
    const byLedger = await new ExecutionIndex(new ExecutionMemory()).read(connected, LONG_MS);
    expect(byLedger).toMatchObject({ incomplete: false, ledgerProblem: null });
    const { connected: alone } = connection(null);
    const executions = recent(byLedger.executions);
    const described = new ExecutionIndex(new ExecutionMemory());
    const read = async () => recent((await described.read(alone, 200)).executions).map(summary);
    await expect.poll(read, { timeout: LONG_MS, interval: 200 }).toEqual(executions.map(summary));
    expect(new Set(executions.map(({ outcome, failure }) => outcome ?? failure?.name))).toEqual(
      new Set([
        ...['imported', 'already-imported', 'dry-run', 'ignored'],
        ...['RowsRejected', 'EmptyUpload', 'TargetTableMismatch'],
      ]),
    );
    expect(executions.find(({ failure }) => failure?.name === 'RowsRejected')?.counts).toMatchObject({
      read: 1,
      rejected: 1,
    });
  });

  it('follows what is new, what a redrive changes, and what ends', async () => {
    const { connected, sent } = connection();
    const index = new ExecutionIndex(new ExecutionMemory());
    const find = async (name: string) =>
      (await index.read(connected, LONG_MS)).executions.find(({ upload }) =>
        upload?.key.endsWith(`/${name}`),
      );
    const failed = (await find('gone-too.csv'))!;
    expect(failed).toMatchObject({ status: 'FAILED', failure: { name: 'TargetTableMismatch' } });
    await harness.redrive(failed.arn);
    expect(await find('gone-too.csv')).toMatchObject({
      status: 'SUCCEEDED',
      redrives: 1,
      outcome: 'imported',
    });

    const writer = await harness.sql.reserve();
    await writer`begin`;
    await writer`lock table customers in exclusive mode`;
    const arn = await harness.upload('slow.csv', file(row(5)));
    await expect.poll(() => find('slow.csv'), { timeout: LONG_MS }).toMatchObject({ status: 'RUNNING' });
    await harness.sfn.send(new StopExecutionCommand({ executionArn: arn, cause: 'by a test' }));
    await writer`rollback`;
    writer.release();
    expect(await find('slow.csv')).toMatchObject({ status: 'ABORTED', failure: { blame: null } });
    sent.length = 0;
    await find('slow.csv');
    expect(new Set(sent)).toEqual(new Set(['ListExecutionsCommand']));
  });

  it('answers in time with what it has, and says what is still to come', async () => {
    const { connected } = connection(null);
    const index = new ExecutionIndex(new ExecutionMemory());
    const began = performance.now();
    const { unread, incomplete } = await index.read(connected, 200);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(incomplete || unread > 0).toBe(true);
  });

  it('goes on without a ledger that cannot be read, and says why', async () => {
    const { connected } = connection(new Ledger('postgres://nobody@127.0.0.1:1/none'));
    const index = new ExecutionIndex(new ExecutionMemory());
    const read = () => index.read(connected, 200);
    await expect
      .poll(read, { timeout: LONG_MS })
      .toMatchObject({ ledgerProblem: expect.stringContaining('ECONNREFUSED') });
    const newest = async () => (await read()).executions[0];
    await expect.poll(newest, { timeout: LONG_MS }).toMatchObject({ import: 'customers' });
  });
});
