import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { headers } from '../../samples/customers.ts';
import { connect } from '../../task/load/connect.ts';
import { databaseFailure } from '../../task/load/database-failure.ts';
import {
  createImportHarness,
  customersImport,
  customersSql,
  type ImportHarness,
} from '../support/import-harness.ts';
import { describeWithPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.ts';

const file = (rows: number) =>
  `${headers.join(',')}\n${Array.from({ length: rows }, (_, id) => `${id},Ada,ada@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`).join('')}`;

describeWithPgBouncer('behind PgBouncer', () => {
  let harness: ImportHarness;
  let pooler: PgBouncer | undefined;
  beforeAll(async () => {
    harness = await createImportHarness();
    return () => harness.close();
  });
  beforeEach(async () => {
    await harness.sql.unsafe(
      `drop schema if exists csv_import cascade; drop table if exists customers cascade; ${customersSql}`,
    );
  });
  afterEach(() => pooler?.stop());

  /** Starts PgBouncer; what comes back runs imports through it. */
  async function pool(settings: Record<string, string | number>) {
    pooler = await startPgBouncer(harness.databaseUrl, settings);
    const url = pooler.through(harness.databaseUrl);
    return {
      url,
      run: async (changes: Parameters<typeof customersImport>[0] = {}, more = '') =>
        harness.run(
          await harness.put(`${JSON.stringify(changes)}.csv`, file(1_000)),
          customersImport(changes),
          {
            importer: { database: { url: `${url}${more}`, tls: 'url' } },
          },
        ),
    };
  }

  it.each<[string, Record<string, string | number>]>([
    ['in transaction mode', { pool_mode: 'transaction' }],
    [
      'in transaction mode, that takes its servers in rotation',
      { pool_mode: 'transaction', server_round_robin: 1 },
    ],
    ['in transaction mode, with one connection', { pool_mode: 'transaction', default_pool_size: 1 }],
    ['in statement mode', { pool_mode: 'statement' }],
  ])('%s it is refused at once, with nothing left in any session', async (_, settings) => {
    const { url, run } = await pool(settings);
    const began = Date.now();
    const report = await run();
    expect(report.failure).toMatchObject({
      name: 'DatabaseMisconfigured',
      blame: 'system',
      retryable: false,
      message: expect.stringMatching(/Connect directly or use session mode\.$/),
    });
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await harness.sql`select to_regnamespace('csv_import') as ledger`).toEqual([{ ledger: null }]);
    // The server's sessions that the importer had, as the next client finds them.
    const other = connect({ url, tls: 'url' }, 'somebody else');
    try {
      for (let times = 0; times < 6; times++) {
        const [left] = await other.sql`
          select (select count(*)::int from pg_locks where pid = pg_backend_pid() and locktype = 'advisory') as locks,
            (select count(*)::int from pg_settings where source = 'session' and name like '%timeout') as timeouts`;
        expect(left).toEqual({ locks: 0, timeouts: 0 });
      }
    } finally {
      await other.sql.end({ timeout: 1 });
    }
  });

  it.each<[string, Parameters<typeof customersImport>[0]]>([
    ['append', { mode: 'append' }],
    ['upsert', { mode: 'upsert' }],
    ['replace', { mode: 'replace' }],
    ['append in batches', { mode: 'append', commit: { batchRows: 100, lanes: 3 } }],
  ])('in session mode, as it is by default, it does no harm: %s', async (_, changes) => {
    const { run } = await pool({});
    expect(await run(changes)).toMatchObject({ failure: null, counts: { inserted: 1_000 } });
    expect(await run(changes)).toMatchObject({ outcome: 'already-imported' });
  });

  it('a server process that is lent to many alternately is found out while others use it, too', async () => {
    const { url, run } = await pool({ pool_mode: 'transaction', default_pool_size: 4 });
    const others = Array.from({ length: 6 }, () => connect({ url, tls: 'url' }, 'somebody else'));
    let going = true;
    const busy = others.map(async ({ sql }) => {
      while (going) await sql`select pg_sleep(random() / 100)`;
    });
    try {
      expect((await run()).failure).toMatchObject({ name: 'DatabaseMisconfigured' });
    } finally {
      going = false;
      await Promise.all(busy);
      await Promise.all(others.map(({ sql }) => sql.end({ timeout: 1 })));
    }
  });

  it('one connection in session mode is too few, and said to be', async () => {
    const { run } = await pool({ default_pool_size: 1, query_wait_timeout: 1 });
    expect((await run()).failure).toMatchObject({ name: 'DatabaseUnavailable', retryable: true });
  });

  it('a start-up parameter that it refuses is named, and not tried again', async () => {
    const { url } = await pool({});
    const { sql } = connect({ url: `${url}?options=-c%20work_mem%3D8MB`, tls: 'url' }, 'test');
    const failure = await sql`select 1`.then(() => null, databaseFailure);
    await sql.end({ timeout: 1 });
    expect(failure).toMatchObject({
      name: 'DatabaseMisconfigured',
      message: expect.stringMatching(/refuses the connection: unsupported startup parameter: options/),
    });
  });
});
