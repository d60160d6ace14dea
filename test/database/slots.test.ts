import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { headers } from '../../samples/customers.ts';
import { migrateLedger } from '../../task/ledger/migrate.ts';
import { type Limits, Slots } from '../../task/ledger/slots.ts';
import { connect } from '../../task/load/connect.ts';
import type { Connection } from '../../task/load/connection.ts';
import {
  createImportHarness,
  customersImport,
  customersSql,
  type ImportHarness,
} from '../support/import-harness.ts';
import { olderLedger } from '../support/older-ledger.ts';
import { waitFor } from '../support/wait-for.ts';

const file = (id: number, name = 'Ada') =>
  `${headers.join(',')}\n${id},${name},ada@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`;

let harness: ImportHarness;
let connections: Connection[];
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  connections = [];
  await harness.sql.unsafe(
    `drop schema if exists csv_import cascade; drop table if exists customers cascade; ${customersSql}`,
  );
  await migrateLedger(open());
});
afterEach(async () => {
  await Promise.all(connections.map(({ sql }) => sql.end({ timeout: 2 })));
});

function open(): Connection {
  const connection = connect({ url: harness.databaseUrl, tls: 'url' }, 'slots test');
  connections.push(connection);
  return connection;
}

/** A run of an import, as far as slots look at it. */
function contender(name: string, limits: Limits, upload: { key?: string; sequencer?: string } = {}) {
  const slots = new Slots(
    open().statements,
    harness.attempt(
      {
        bucket: 'u',
        key: upload.key ?? name,
        versionId: name,
        etag: name,
        size: 1,
        sequencer: upload.sequencer ?? '',
      },
      { importName: name.split(' ')[0]! },
    ),
    limits,
  );
  return { slots, loader: open() };
}

const waiting = async () => (await harness.sql`select run_id from csv_import.waiting`).length;

describe('slots', () => {
  it('are as many as the stack allows, over all imports', async () => {
    const limits = { stack: 2, import: null };
    const [first, second, third] = ['customers a', 'orders b', 'prices c'].map((name) =>
      contender(name, limits),
    );
    expect(await first!.slots.take(first!.loader, false)).toBe(true);
    expect(await second!.slots.take(second!.loader, false)).toBe(true);
    expect(await third!.slots.take(third!.loader, false)).toBe(false);
    expect(await third!.slots.poll()).toMatchObject({ running: { stack: 2, import: 0 }, mayTry: false });
  });

  it('are as many as the import allows, which leaves those of others alone', async () => {
    const [first, second, other] = [
      contender('customers a', { stack: 5, import: 1 }),
      contender('customers b', { stack: 5, import: 1 }),
      contender('orders c', { stack: 5, import: null }),
    ];
    expect(await first.slots.take(first.loader, false)).toBe(true);
    expect(await second.slots.take(second.loader, false)).toBe(false);
    expect(await other.slots.take(other.loader, false)).toBe(true);
    expect(await second.slots.poll()).toMatchObject({ running: { stack: 2, import: 1 }, mayTry: false });
  });

  it('of an import are given back where the stack has none left', async () => {
    const limits = { stack: 1, import: 1 };
    const [first, second] = [contender('customers a', limits), contender('orders b', limits)];
    expect(await first.slots.take(first.loader, false)).toBe(true);
    expect(await second.slots.take(second.loader, false)).toBe(false);
    await first.loader.sql.end();
    const third = contender('orders c', limits);
    await waitFor('the slot', async () => (await third.slots.take(third.loader, false)) || null);
  });

  it('end with the session that has them, however that ends', async () => {
    const limits = { stack: 1, import: null };
    const [killed, next] = [contender('customers a', limits), contender('customers b', limits)];
    await killed.slots.take(killed.loader, false);
    const [session] = await killed.loader.sql`select pg_backend_pid() as pid`;
    await harness.sql`select pg_terminate_backend(${session!.pid}::int)`;
    await waitFor('the slot', async () => (await next.slots.take(next.loader, false)) || null);
  });

  it('go to who has asked first, among those who are polling', async () => {
    const limits = { stack: 1, import: null };
    const [holder, first, second] = ['a', 'b', 'c'].map((name) => contender(name, limits));
    await holder!.slots.take(holder!.loader, false);
    await first!.slots.poll();
    await second!.slots.poll();
    await holder!.loader.sql.end();
    await waitFor('the free slot', async () => (await first!.slots.poll()).mayTry || null);
    expect(await second!.slots.poll()).toMatchObject({ mayTry: false, polling: { stack: 1, import: 0 } });
    // Who is away until later keeps its place, but nobody idle waits for it.
    await first!.slots.leave(300);
    await harness.sql`update csv_import.waiting set asked_at = now() - interval '1 min' where import = 'b'`;
    expect(await second!.slots.poll()).toMatchObject({ mayTry: true, ahead: { stack: 1 } });
  });

  it('do not go to the dead, nor wait for them', async () => {
    const limits = { stack: 1, import: null };
    const [killed, next] = [contender('customers a', limits), contender('customers b', limits)];
    await killed.slots.poll();
    expect(await next.slots.poll()).toMatchObject({ ahead: { stack: 1 } });
    await harness.sql`update csv_import.waiting set returns_at = now() - interval '31 s', asked_at = '-infinity'
      where run_id = (select run_id from csv_import.waiting order by since limit 1)`;
    expect(await next.slots.poll()).toMatchObject({ ahead: { stack: 0 } });
  });

  it('of two attempts that both find their key free, only one gets any', async () => {
    const limits = { stack: 2, import: 2 };
    const upload = { key: 'k', sequencer: '01' };
    const [first, second] = ['customers a', 'customers b'].map((name) => contender(name, limits, upload));
    expect(await first!.slots.poll()).toMatchObject({ keyBusy: false });
    expect(await first!.slots.take(first!.loader, true)).toBe(true);
    expect(await second!.slots.take(second!.loader, true)).toBe(false);
    expect(await second!.slots.poll()).toMatchObject({ keyBusy: true, running: { stack: 1, import: 1 } });
    expect(await waiting()).toBe(1);
  });

  it('are not taken by a connection that has closed', async () => {
    const limits = { stack: 1, import: 1 };
    const [first, other] = [contender('customers a', limits), contender('customers b', limits)];
    await first.loader.sql`select`;
    await harness.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'slots test'
      and query = 'select' and datname = current_database()`;
    await waitFor('its end', async () => first.loader.isClosed() || null);
    await first.slots.poll();
    await expect(first.slots.take(first.loader, true)).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    // It still waits, and the slot is free.
    expect(await waiting()).toBe(1);
    expect(await other.slots.take(other.loader, true)).toBe(true);
  });

  it('are given up, and the place in the queue, by that attempt only', async () => {
    const limits = { stack: 1, import: null };
    const [older, newer] = [
      contender('customers a', limits, { key: 'k', sequencer: '01' }),
      contender('customers b', limits, { key: 'k', sequencer: '02' }),
    ];
    const duplicate = contender('customers a', limits, { key: 'k', sequencer: '01' });
    await older.slots.poll();
    await duplicate.slots.poll();
    await older.slots.giveUp();
    expect(await newer.slots.poll()).toMatchObject({ keyBusy: true });
    await duplicate.slots.giveUp();
    expect(await newer.slots.poll()).toMatchObject({ keyBusy: false });
  });

  it('come to uploads of one key in their order', async () => {
    const limits = { stack: 5, import: null };
    const [older, newer, other] = [
      contender('customers a', limits, { key: 'k', sequencer: '01' }),
      contender('customers b', limits, { key: 'k', sequencer: '02' }),
      contender('customers c', limits, { key: 'other', sequencer: '02' }),
    ];
    await newer.slots.poll();
    await older.slots.poll();
    expect(await newer.slots.poll()).toMatchObject({ keyBusy: true });
    expect(await older.slots.poll()).toMatchObject({ keyBusy: false });
    expect(await other.slots.poll()).toMatchObject({ keyBusy: false });
    // Killed while it asked: nobody waits for the dead.
    const lastAsked = (ago: string) =>
      harness.sql`update csv_import.waiting set returns_at = now() - ${ago}::interval where sequencer like '01%'`;
    await lastAsked('25 s');
    expect(await newer.slots.poll()).toMatchObject({ keyBusy: true });
    await lastAsked('31 s');
    expect(await newer.slots.poll()).toMatchObject({ keyBusy: false });
    // Away, it may come back late; given up by whoever started it, it does not.
    await older.slots.poll();
    await older.slots.leave(60);
    await lastAsked('29 min');
    expect(await newer.slots.poll()).toMatchObject({ keyBusy: true });
    await lastAsked('31 min');
    expect(await newer.slots.poll()).toMatchObject({ keyBusy: false });
    await older.slots.poll();
    await lastAsked('31 s');
    expect(await newer.slots.poll()).toMatchObject({ keyBusy: false });
  });
});

describe('a run without a slot', () => {
  it('leaves as queued, says why and for how long, loads nothing; the next attempt imports it', async () => {
    const holder = contender('orders x', { stack: 1, import: null });
    await holder.slots.take(holder.loader, false);
    const upload = await harness.put('uploads/customers/a.csv', file(1));
    const first = await harness.run(upload, customersImport(), {
      importer: { maxConcurrentRuns: 1, polls: 0 },
    });
    expect(first).toMatchObject({
      outcome: 'queued',
      failure: null,
      notice: null,
      counts: { read: 0 },
      slotWait: {
        reason: expect.stringContaining('As many runs load as may at once: 1 (limits.maxConcurrentRuns'),
        running: 1,
        ahead: 0,
      },
    });
    expect(first.slotWait!.waitSeconds).toBeGreaterThanOrEqual(24);
    expect(await harness.sql`select status, phase, attempts, ended_at from csv_import.runs`).toMatchObject([
      { status: 'queued', phase: 'queued', attempts: 1, ended_at: null },
    ]);
    expect(
      JSON.parse((await harness.read(`progress/${first.runId}/${first.attempt}.json`)).toString()),
    ).toMatchObject({
      phase: 'queued',
    });
    expect(await waiting()).toBe(1);

    await holder.loader.sql.end();
    const second = await waitFor('the slot', async () => {
      const report = await harness.run(upload, customersImport(), {
        importer: { maxConcurrentRuns: 1, polls: 1 },
      });
      return report.outcome === 'queued' ? null : report;
    });
    expect(second).toMatchObject({ outcome: 'imported', counts: { inserted: 1 }, slotWait: null });
    expect(await waiting()).toBe(0);
    expect(await harness.sql`select customer_id from customers`).toHaveLength(1);
  });

  it('leaves soon, and comes back soon, where waiting costs more than starting', async () => {
    // Short runs: a task would wait for the next one's end.
    await harness.run(await harness.put('uploads/customers/a.csv', file(1)), customersImport());
    const holder = contender('orders x', { stack: 1, import: null });
    await holder.slots.take(holder.loader, false);
    const upload = await harness.put('uploads/customers/b.csv', file(2));
    const report = await harness.run(upload, customersImport(), {
      importer: { maxConcurrentRuns: 1, polls: 0, patience: { staySeconds: 0, leastWaitSeconds: 2 } },
    });
    expect(report).toMatchObject({ outcome: 'queued', slotWait: { running: 1 } });
    expect(report.slotWait!.waitSeconds).toBeLessThan(10);
  });

  it('says which limit it waits for: that of the import where this one is reached', async () => {
    const holder = contender('customers x', { stack: 5, import: 1 });
    await holder.slots.take(holder.loader, false);
    const upload = await harness.put('uploads/customers/a.csv', file(1));
    const report = await harness.run(upload, customersImport({ maxConcurrentRuns: 1 }), {
      importer: { maxConcurrentRuns: 5, polls: 0 },
    });
    expect(report.slotWait).toMatchObject({
      reason: 'As many runs of this import load as may at once: 1 (maxConcurrentRuns of the import).',
      running: 1,
    });
  });

  it('stays until it has a slot where nobody would start it again', async () => {
    const holder = contender('orders x', { stack: 1, import: null });
    await holder.slots.take(holder.loader, false);
    const upload = await harness.put('uploads/customers/a.csv', file(1));
    const run = harness.run(upload, customersImport(), { importer: { maxConcurrentRuns: 1 } });
    await waitFor('the queue', async () => ((await waiting()) > 0 ? true : null));
    expect(await harness.sql`select status from csv_import.runs`).toMatchObject([{ status: 'queued' }]);
    await holder.loader.sql.end();
    expect(await run).toMatchObject({ outcome: 'imported' });
  });

  it('that is told to stop while it waits says so, and holds up nobody', async () => {
    const holder = contender('orders x', { stack: 1, import: null });
    await holder.slots.take(holder.loader, false);
    const stop = new AbortController();
    const upload = await harness.put('uploads/customers/a.csv', file(1));
    const run = harness.run(upload, customersImport(), {
      importer: { maxConcurrentRuns: 1, signal: stop.signal },
    });
    await waitFor('the queue', async () => ((await waiting()) > 0 ? true : null));
    stop.abort();
    expect(await run).toMatchObject({ outcome: 'failed', failure: { name: 'ImporterStopped' } });
    expect(await waiting()).toBe(0);
  });

  it.each([
    ['asks again', 'update', 'new.away = false'],
    ['leaves', 'update', 'new.away'],
    ['has got a slot', 'delete', 'true'],
  ])('that fails while it %s holds up nobody, and keeps no slot', async (when, event, condition) => {
    const holder = contender('orders x', { stack: 1, import: null });
    if (when !== 'has got a slot') await holder.slots.take(holder.loader, false);
    await harness.sql.unsafe(`
      create function csv_import.break_down() returns trigger language plpgsql as
        $$ begin raise exception 'no memory' using errcode = '53200'; end $$;
      create trigger break_down before ${event} on csv_import.waiting for each row when (${condition})
        execute function csv_import.break_down()`);
    const upload = await harness.put('uploads/customers/a.csv', file(1));
    const polls = when === 'leaves' ? { polls: 0 } : {};
    const report = await harness.run(upload, customersImport(), {
      importer: { maxConcurrentRuns: 1, ...polls },
    });
    expect(report).toMatchObject({ outcome: 'failed', failure: { name: 'DatabaseUnavailable' } });
    await harness.sql.unsafe('drop trigger break_down on csv_import.waiting');
    expect(await waiting()).toBe(when === 'has got a slot' ? 1 : 0);
    await holder.loader.sql.end();
    const next = contender('orders y', { stack: 1, import: null });
    await waitFor('the slot', async () => (await next.slots.take(next.loader, false)) || null);
  });

  it('that cannot ask any more says why, even if it cannot leave the queue either', async () => {
    const holder = contender('orders x', { stack: 1, import: null });
    await holder.slots.take(holder.loader, false);
    await harness.sql.unsafe(`
      create function csv_import.break_down() returns trigger language plpgsql as
        $$ begin raise exception 'no memory' using errcode = '53200'; end $$;
      create function csv_import.stay() returns trigger language plpgsql as
        $$ begin raise exception 'not now' using errcode = '0A000'; end $$;
      create trigger break_down before update on csv_import.waiting for each row
        execute function csv_import.break_down();
      create trigger stay before delete on csv_import.waiting for each row execute function csv_import.stay()`);
    const upload = await harness.put('uploads/customers/a.csv', file(1));
    const report = await harness.run(upload, customersImport(), { importer: { maxConcurrentRuns: 1 } });
    expect(report.failure).toMatchObject({ name: 'DatabaseUnavailable' });
  });

  it('whose report cannot be written has failed, and holds up nobody', async () => {
    const holder = contender('orders x', { stack: 1, import: null });
    await holder.slots.take(holder.loader, false);
    const upload = await harness.put('uploads/customers/a.csv', file(1));
    await expect(
      harness.run(upload, customersImport(), {
        attempt: { resultsBucket: 'no-such-bucket' },
        importer: { maxConcurrentRuns: 1, polls: 0 },
      }),
    ).rejects.toMatchObject({ name: 'UnexpectedError' });
    expect(await waiting()).toBe(0);
  });

  it('of a limited import, when its file is loaded a second time by way of a staging table, keeps its slot', async () => {
    // A unique constraint that only the database knows makes the first load fail and the second one find the row.
    await harness.sql.unsafe('alter table customers add unique (email)');
    const upload = await harness.put('uploads/customers/a.csv', file(1) + file(2).split('\n')[1]);
    const report = await harness.run(upload, customersImport({ mode: 'append', maxConcurrentRuns: 1 }), {
      importer: { maxConcurrentRuns: 1, polls: 0 },
    });
    expect(report).toMatchObject({ outcome: 'failed', failure: { name: 'ConstraintViolated' } });
    const next = await harness.put('uploads/customers/b.csv', file(3));
    expect(
      await harness.run(next, customersImport({ maxConcurrentRuns: 1 }), {
        importer: { maxConcurrentRuns: 1, polls: 0 },
      }),
    ).toMatchObject({ outcome: 'imported' });
  });
});

it('a migration that runs stand in the way of gives up soon, and says what it waited for', async () => {
  const connection = open();
  await harness.sql.unsafe(olderLedger);
  const held = await harness.sql.reserve();
  await held.unsafe('begin; lock table csv_import.waiting in row exclusive mode');
  try {
    await expect(migrateLedger(connection, 1)).rejects.toMatchObject({
      name: 'DatabaseConflict',
      message: expect.stringContaining('imports that are running still used it'),
    });
  } finally {
    await held.unsafe('rollback');
    held.release();
  }
  await migrateLedger(connection);
  expect(await waiting()).toBe(0);
});
