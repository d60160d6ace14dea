import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { attemptSchema, slotSettingsSchema } from '../../contract/environment.ts';
import { failureKind } from '../../contract/failures.ts';
import customersImport from '../../imports/customers.ts';
import { createSemaphore } from '../../local/semaphore.ts';
import { TaskError } from '../../local/task-error.ts';
import type { LocalTasks, RunTaskRequest } from '../../local/tasks.ts';
import { localAwsConfig } from '../../operator/local-stack.ts';
import { headers } from '../../samples/customers.ts';
import { importUpload } from '../../task/import-upload.ts';
import { Slots } from '../../task/ledger/slots.ts';
import { connect } from '../../task/load/connect.ts';
import { waitFor } from '../support/wait-for.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

// Many uploads at once through the whole system. Only that an importer is a process is left out, since starting a
// thousand of them would take longer than everything else: the same function runs in this one.

/** LOAD_UPLOADS=1000 for the whole thing, which takes some minutes. */
const UPLOADS = Number(process.env.LOAD_UPLOADS ?? 40);
const OVER_SECONDS = (UPLOADS / 1000) * 60;
/** Every key is uploaded so many times. */
const VERSIONS = 5;
const LIMIT = 3;
/** So many importers run at once, most of which find no free slot. */
const IMPORTERS = 24;

/** Refuses a statement that writes while more sessions than the limit do, and records every change of a row. */
const watchSql = `
  create function check_limit() returns trigger language plpgsql as $$
  declare writers int;
  begin
    select count(distinct pid) into writers from pg_locks
    where relation = 'customers'::regclass and mode = 'RowExclusiveLock' and granted;
    if writers > ${LIMIT} then raise exception '% sessions write at once', writers; end if;
    return null;
  end $$;
  create trigger check_limit before insert or update on customers execute function check_limit();
  create table changes (at bigserial, customer_id int, name text, writers int);
  create function record_change() returns trigger language plpgsql as $$
  begin
    insert into changes (customer_id, name, writers) select new.customer_id, new.name, count(distinct pid) from pg_locks
    where relation = 'customers'::regclass and mode = 'RowExclusiveLock' and granted;
    -- Long enough for the others to come in between, if they could.
    perform pg_sleep(0.25);
    return null;
  end $$;
  create trigger record_change after insert or update on customers for each row execute function record_change();`;

/** A file of one row. */
const file = (id: number, name: string) =>
  `${headers.join(',')}\n${id},${name},a@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`;

let harness: StackHarness;
let polls = 0;
beforeAll(async () => {
  harness = await createStackHarness({
    // Shorter than on AWS, as all that is waited for here is.
    maxWaitSeconds: 3,
    runTasks: inProcess,
  });
  await harness.sql.unsafe(watchSql);
});
afterAll(() => harness?.close());

/** Importers in this process, a dozen at a time, on the database and with the limit that the container would have. */
function inProcess(provided: Record<string, string>): LocalTasks {
  const semaphore = createSemaphore(IMPORTERS);
  const s3 = new S3Client({
    ...localAwsConfig,
    endpoint: provided.AWS_ENDPOINT_URL_S3!,
    forcePathStyle: true,
  });
  const closing = new AbortController();
  return {
    running: () => [],
    close: async () => closing.abort(),
    async run(request: RunTaskRequest, aborted: AbortSignal) {
      const environment = Object.fromEntries(
        request.Overrides!.ContainerOverrides![0]!.Environment!.map(({ Name, Value }) => [Name, Value]),
      );
      const signal = AbortSignal.any([aborted, closing.signal]);
      const giveBack = await semaphore.take(signal);
      try {
        const { POLLS } = slotSettingsSchema.parse(environment);
        const report = await importUpload(attemptSchema.parse(environment), customersImport, {
          s3,
          database: { url: provided.DATABASE_URL!, tls: 'url' },
          logger: new Logger({ logLevel: 'SILENT' }),
          signal,
          lockWaitSeconds: 30,
          maxConcurrentRuns: LIMIT,
          polls: POLLS!,
        });
        if (report.outcome === 'queued') polls++;
        const task = {
          TaskArn: `arn:aws:ecs:us-east-1:000000000000:task/local/${randomUUID()}`,
          LastStatus: 'STOPPED' as const,
          StopCode: 'EssentialContainerExited' as const,
          StoppedReason: '',
          StoppedAt: Date.now(),
          Containers: [
            {
              Name: 'importer',
              LastStatus: 'STOPPED' as const,
              ExitCode: report.failure === null ? 0 : failureKind(report.failure.name).exitCode!,
            },
          ],
          Overrides: { ContainerOverrides: request.Overrides!.ContainerOverrides! },
        };
        if (report.failure !== null) throw new TaskError('States.TaskFailed', JSON.stringify(task));
        return task;
      } finally {
        giveBack();
      }
    },
  };
}

it(`${UPLOADS} uploads in ${OVER_SECONDS} s: none lost, each key in its order, never more at once than the limit`, {
  timeout: 1_800_000,
}, async () => {
  const keys = Math.ceil(UPLOADS / VERSIONS);
  const began = Date.now();
  const sent: Promise<unknown>[] = [];
  for (let at = 0; at < UPLOADS; at++) {
    const [key, version] = [at % keys, Math.floor(at / keys)];
    await sleep(Math.max(0, began + (at / UPLOADS) * OVER_SECONDS * 1000 - Date.now()));
    sent.push(
      harness.s3.send(
        new PutObjectCommand({
          Bucket: harness.description.uploadBucket,
          Key: `uploads/customers/${key}.csv`,
          Body: file(key, `version ${version}`),
        }),
      ),
    );
  }
  await Promise.all(sent);

  let ended = 0;
  for (; ended < UPLOADS; await sleep(500)) {
    const all = harness.stack.engine.executions.list();
    expect(all.length).toBe(UPLOADS);
    ended = all.filter(({ status }) => status !== 'RUNNING').length;
  }
  const statuses = harness.stack.engine.executions.list().map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set(['SUCCEEDED']));

  // None lost: each upload is in the ledger, as imported, or as overtaken by a later one of its key.
  const runs = await harness.sql`select status, count(*)::int as runs from csv_import.runs group by 1`;
  const byStatus = Object.fromEntries(runs.map(({ status, runs }) => [status, runs as number]));
  expect((byStatus.imported ?? 0) + (byStatus.superseded ?? 0)).toBe(UPLOADS);
  expect(await harness.sql`select * from csv_import.waiting`).toEqual([]);

  // In order: what a row was is never newer than what it became, and the last upload of each key is what is there.
  const changes = await harness.sql<{ customer_id: number; name: string; writers: number }[]>`
      select customer_id, name, writers from changes order by at`;
  for (let key = 0; key < keys; key++) {
    const names = changes.filter(({ customer_id }) => customer_id === key).map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    const versions = Math.ceil((UPLOADS - key) / keys);
    expect(names.at(-1)).toBe(`version ${versions - 1}`);
  }
  // Several wrote at once, so there was something to limit; more than the limit, the trigger would have refused.
  const most = Math.max(...changes.map(({ writers }) => writers));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(LIMIT);
  console.log(
    `${UPLOADS} uploads: ${JSON.stringify(byStatus)}, ${polls} polls without a free slot, ${Math.round((Date.now() - began) / 1000)} s`,
  );
});

it('an upload that has to wait for long stands in WaitForSlot, says what for, and is imported in the end', async () => {
  // Runs that have the slots, and runs that have waited for longer.
  const holders = Array.from({ length: LIMIT }, (_, at) => {
    const attempt = attemptSchema.parse({
      S3_BUCKET: 'u',
      S3_KEY: `held ${at}`,
      S3_ETAG: 'e',
      S3_SIZE: '1',
      IMPORT_NAME: 'customers',
      RUN_ID: `held-${at}`,
      ATTEMPT: 'held',
      RESULTS_BUCKET: 'r',
    });
    const session = connect({ url: harness.description.databaseUrl, tls: 'url' }, 'holder');
    return { session, slots: new Slots(harness.sql, attempt, { stack: LIMIT, import: null }) };
  });
  const release = () => Promise.all(holders.map(({ session }) => session.sql.end({ timeout: 1 })));
  onTestFinished(async () => void (await release()));
  for (const { session, slots } of holders) expect(await slots.take(session, false)).toBe(true);
  await harness.sql`
    insert into csv_import.waiting (run_id, import, bucket, key, sequencer, since, returns_at)
    select 'ahead-' || n, 'customers', 'u', 'ahead ' || n, '', now() - interval '1 min', now() + interval '1 min'
    from generate_series(1, 5000) n`;

  const before = polls;
  const arn = await harness.upload('waits.csv', file(9_999, 'waits'));
  await waitFor('WaitForSlot', async () => (await harness.states(arn)).includes('WaitForSlot') || null);
  const { events = [] } = await harness.sfn.send(
    new GetExecutionHistoryCommand({ executionArn: arn, maxResults: 1000 }),
  );
  const entered = events.find(
    ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === 'WaitForSlot',
  );
  expect(JSON.parse(entered!.stateEnteredEventDetails!.input!)).toMatchObject({
    run: { label: expect.stringContaining('uploads/customers/waits.csv') },
    attempt: 2,
    polls: 1,
    slotWait: {
      reason: `As many runs load as may at once: ${LIMIT} (limits.maxConcurrentRuns of the stack).`,
      running: LIMIT,
      ahead: 5_000,
      waitSeconds: expect.any(Number),
    },
  });
  expect(await harness.sql`select status from csv_import.runs where key like '%waits.csv'`).toMatchObject([
    { status: 'queued' },
  ]);

  await harness.sql`delete from csv_import.waiting where run_id like 'ahead-%'`;
  await release();
  expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
  expect(polls).toBeGreaterThan(before);
  const outcomes = (await harness.reports(arn)).map(({ outcome }) => outcome);
  expect(new Set(outcomes.slice(0, -1))).toEqual(new Set(['queued']));
  expect(outcomes.at(-1)).toBe('imported');
  expect((await harness.notifications()).filter(({ message }) => message.includes('waits.csv'))).toHaveLength(
    1,
  );
});
