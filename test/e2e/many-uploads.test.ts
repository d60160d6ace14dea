import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { attemptSchema, turnSettingsSchema } from '../../contract/environment.ts';
import { failureKind } from '../../contract/failures.ts';
import { localAwsConfig } from '../../contract/local-stack.ts';
import customersImport from '../../imports/customers.ts';
import { TaskError } from '../../local/task-error.ts';
import type { LocalTasks, RunTaskRequest } from '../../local/tasks.ts';
import { createTurns } from '../../local/turns.ts';
import { headers } from '../../samples/customers.ts';
import { importUpload } from '../../task/import-upload.ts';
import { createStackBench, type StackBench } from './stack-bench.ts';

// Many uploads at once through the whole system. Only that an importer is a process is left out, since starting a
// thousand of them would take longer than everything else: the same function runs in this one.

/** LOAD_UPLOADS=1000 for the whole thing, which takes some minutes. */
const UPLOADS = Number(process.env.LOAD_UPLOADS ?? 75);
const OVER_SECONDS = (UPLOADS / 1000) * 60;
/** Every key is uploaded so many times. */
const VERSIONS = 5;
const LIMIT = 3;
/** So many importers run at once, most of which find that it is not their turn. */
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
    perform pg_sleep(0.02);
    return null;
  end $$;
  create trigger record_change after insert or update on customers for each row execute function record_change();`;

let bench: StackBench;
let looks = 0;
beforeAll(async () => {
  bench = await createStackBench({
    // Shorter than on AWS, as all that is waited for here is.
    maxWaitSeconds: 3,
    runTasks: inProcess,
  });
  await bench.sql.unsafe(watchSql);
});
afterAll(() => bench?.close());

/** Importers in this process, a dozen at a time, on the database and with the limit that the container would have. */
function inProcess(provided: Record<string, string>): LocalTasks {
  const turns = createTurns(IMPORTERS);
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
      const giveBack = await turns.take(signal);
      try {
        const { LOOKS } = turnSettingsSchema.parse(environment);
        const report = await importUpload(attemptSchema.parse(environment), customersImport, {
          s3,
          database: { url: provided.DATABASE_URL!, tls: 'url' },
          logger: new Logger({ logLevel: 'SILENT' }),
          signal,
          lockWaitSeconds: 30,
          maxConcurrentRuns: LIMIT,
          looks: LOOKS!,
        });
        if (report.outcome === 'queued') looks++;
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
      bench.s3.send(
        new PutObjectCommand({
          Bucket: bench.description.uploadBucket,
          Key: `uploads/customers/${key}.csv`,
          Body: `${headers.join(',')}\n${key},version ${version},a@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`,
        }),
      ),
    );
  }
  await Promise.all(sent);

  let ended = 0;
  for (; ended < UPLOADS; await sleep(500)) {
    const all = bench.stack.engine.executions.list();
    expect(all.length).toBe(UPLOADS);
    ended = all.filter(({ status }) => status !== 'RUNNING').length;
  }
  const statuses = bench.stack.engine.executions.list().map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set(['SUCCEEDED']));

  // None lost: each upload is in the ledger, as imported, or as overtaken by a later one of its key.
  const runs = await bench.sql`select status, count(*)::int as runs from csv_import.runs group by 1`;
  const byStatus = Object.fromEntries(runs.map(({ status, runs }) => [status, runs as number]));
  expect((byStatus.imported ?? 0) + (byStatus.superseded ?? 0)).toBe(UPLOADS);
  expect(await bench.sql`select * from csv_import.waiting`).toEqual([]);

  // In order: what a row was is never newer than what it became, and the last upload of each key is what is there.
  const changes = await bench.sql<{ customer_id: number; name: string; writers: number }[]>`
      select customer_id, name, writers from changes order by at`;
  for (let key = 0; key < keys; key++) {
    const names = changes.filter(({ customer_id }) => customer_id === key).map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    const versions = Math.ceil((UPLOADS - key) / keys);
    expect(names.at(-1)).toBe(`version ${versions - 1}`);
  }
  // The limit was reached, so it was tested; and it was never passed, which the trigger would have refused.
  expect(Math.max(...changes.map(({ writers }) => writers))).toBe(LIMIT);
  expect(looks).toBeGreaterThan(0);
  console.log(
    `${UPLOADS} uploads: ${JSON.stringify(byStatus)}, ${looks} looks in vain, ${Math.round((Date.now() - began) / 1000)} s`,
  );
});
