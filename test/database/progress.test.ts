import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failures } from '../../contract/failures.ts';
import { storageKeys } from '../../contract/storage-keys.ts';
import { migrateLedger } from '../../task/ledger/migrate.ts';
import { connect } from '../../task/load/connect.ts';
import {
  createImportHarness,
  customersImport,
  customersSql,
  type ImportHarness,
} from '../support/import-harness.ts';
import { waitFor } from '../support/wait-for.ts';

const samples = join(import.meta.dirname, '../../samples');
const content = readFileSync(join(samples, 'customers.csv'));

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(
    `drop schema if exists csv_import cascade; drop table if exists customers cascade; ${customersSql}`,
  );
  const connection = connect({ url: harness.databaseUrl, tls: 'url' }, 'progress test');
  await migrateLedger(connection);
  await connection.sql.end();
});

const run = async () => (await harness.sql`select * from csv_import.runs`)[0];

describe('the ledger, to whoever reads it while a run lasts', () => {
  it.each(['file', { batchRows: 1_000 }] as const)(
    'says what the attempt is doing, and that it is alive (commit: %j)',
    async (commit) => {
      const held = await harness.sql.reserve();
      // Rows cannot be written, so the load stands still with its transaction open.
      await held.unsafe('begin; lock table customers in share mode');
      const upload = await harness.put('uploads/customers/a.csv', content);
      const report = harness.run(upload, customersImport({ commit }));
      const first = await waitFor('progress', async () => {
        const row = await run();
        return row?.status === 'running' && row.phase.startsWith('waiting for a lock held by ') ? row : null;
      });
      expect(first).toMatchObject({ attempts: 1, ended_at: null, failure: null });
      const later = await waitFor('a sign of life', async () => {
        const row = await run();
        return row!.updated_at > first.updated_at ? row : null;
      });
      expect(later!.updated_at - first.updated_at).toBeLessThan(15_000);
      await held.unsafe('rollback');
      held.release();

      expect(await report).toMatchObject({ outcome: 'imported' });
      const ended = await run();
      expect(ended).toMatchObject({ status: 'imported', phase: null, bytes_read: String(content.length) });
      expect(ended!.updated_at.getTime()).toBeGreaterThanOrEqual(ended!.ended_at.getTime() - 1);
    },
  );

  it('goes on with the attempt that loads after another attempt of the run gave up', async () => {
    const held = await harness.sql.reserve();
    await held.unsafe('begin; lock table customers in share mode');
    const upload = await harness.put('uploads/customers/a.csv', content);
    const first = harness.run(upload, customersImport());
    const isWaiting = (row: Awaited<ReturnType<typeof run>>) =>
      row?.phase?.startsWith('waiting for a lock held');
    await waitFor('a load that stands still', async () => isWaiting(await run()));
    const second = await harness.run(upload, customersImport(), { importer: { lockWaitSeconds: 1 } });
    expect(second.failure).toMatchObject({ name: 'RunLocked' });

    const before = await run();
    expect(before).toMatchObject({ attempts: 2, failure: null });
    await waitFor('a sign of life', async () => {
      const row = await run();
      return row!.updated_at > before!.updated_at && isWaiting(row);
    });
    await harness.sql`select pg_terminate_backend(pid) from pg_locks
      where relation = 'customers'::regclass and pid <> pg_backend_pid() and mode <> 'ShareLock'`;
    const { failure } = await first;
    await held.unsafe('rollback');
    held.release();
    expect(failure).toMatchObject({ name: 'DatabaseUnavailable' });
    expect(await run()).toMatchObject({ status: 'failed', failure: 'DatabaseUnavailable', phase: null });
  });

  it('is not what a load depends on: that progress cannot be written fails nothing', async () => {
    await harness.sql.unsafe(`
      create function csv_import.refuse() returns trigger language plpgsql as
        $$ begin raise exception 'no progress'; end $$;
      create trigger refuse before update on csv_import.runs for each row
        when (new.phase is not null) execute function csv_import.refuse()`);
    const upload = await harness.put('uploads/customers/a.csv', content);
    expect(await harness.run(upload, customersImport())).toMatchObject({ outcome: 'imported' });
    expect(await run()).toMatchObject({ status: 'imported', phase: null });
  });
});

describe('the ledger, once a run has ended', () => {
  it('says the cause of a failure, what to do, and where the reject files are; success takes it back', async () => {
    const bad = readFileSync(join(samples, 'customers-with-errors.csv'));
    const upload = await harness.put('uploads/customers/a.csv', bad);
    const first = await harness.run(upload, customersImport());
    const keysOf = ({ runId, attempt }: typeof first) => ({
      reject_errors_key: storageKeys.rejectErrors(runId, attempt),
      rejected_rows_key: storageKeys.rejectedRows(runId, attempt),
    });
    expect(await run()).toMatchObject({
      status: 'failed',
      phase: null,
      failure: 'RowsRejected',
      failure_blame: 'file',
      failure_retryable: false,
      failure_advice: failures.RowsRejected.advice,
      ...keysOf(first),
    });
    // The definition was changed, and the execution redriven.
    const second = await harness.run(upload, customersImport({ rejects: { maxRows: 100 } }));
    expect(await run()).toMatchObject({
      status: 'imported',
      failure: null,
      failure_blame: null,
      failure_retryable: null,
      failure_advice: null,
      ...keysOf(second),
    });
  });

  it('has no reject files of a failure that wrote none', async () => {
    const upload = await harness.put('uploads/customers/a.csv', 'nonsense\n1\n');
    await harness.run(upload, customersImport());
    expect(await run()).toMatchObject({
      failure: 'HeaderInvalid',
      failure_blame: 'file',
      reject_errors_key: null,
      rejected_rows_key: null,
    });
  });
});
