import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { headers } from '../../samples/customers.ts';
import {
  createImportHarness,
  customersImport,
  customersSql,
  type ImportHarness,
  RESULTS,
  UPLOADS,
} from '../support/import-harness.ts';
import { createTcpProxy } from '../support/tcp-proxy.ts';
import { waitFor } from '../support/wait-for.ts';

const file = (...ids: number[]) => fileOf(ids);
const fileOf = (ids: number[]) =>
  `${headers.join(',')}\n${ids.map((id) => `${id},Name,m@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`).join('')}`;

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(
    `drop schema if exists csv_import cascade; drop table if exists customers cascade; ${customersSql}`,
  );
});

const count = async () => Number((await harness.sql`select count(*) from customers`)[0]!.count);
const status = async () => (await harness.sql`select status from csv_import.runs`).map((run) => run.status);
const s3Through = (endpoint: string, requestTimeout = 2_000) =>
  new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: { requestTimeout },
  });

describe('a problem with the file', () => {
  it.each<[string, Buffer | string, string, RegExp]>([
    ['no bytes', '', 'EmptyUpload', /has no content/],
    ['only blank lines', '\n\r\n\n', 'EmptyUpload', /blank lines only/],
    ['unknown and missing columns', 'custmer_id,name\n1,a\n', 'HeaderInvalid', /"custmer_id".*customer_id/s],
    ['a column twice', `${headers.join(',')},NAME\n`, 'HeaderInvalid', /name/i],
    [
      'bytes of no encoding',
      Buffer.from('customer_id,name\n1,caf\xe9 \xff\n', 'latin1'),
      'UndecodableFile',
      /not UTF-8 \(first at byte 23,/,
    ],
  ])('%s', async (_, content, name, message) => {
    const report = await harness.run(await harness.put('k.csv', content), customersImport());
    expect(report).toMatchObject({ outcome: 'failed', failure: { name, blame: 'file', retryable: false } });
    expect(report.failure!.message).toMatch(message);
    expect(await status()).toEqual(['failed']);
  });

  it('an encoding that cannot be made out', async () => {
    const content = Buffer.concat([Buffer.from(file(1)), Buffer.from([0x81, 0x0a])]);
    const report = await harness.run(await harness.put('k.csv', content), customersImport());
    expect(report.failure).toMatchObject({ name: 'UndecodableFile' });
    expect(await count()).toBe(0);
  });

  it('deleted before it is read', async () => {
    const upload = await harness.put('k.csv', file(1));
    await harness.s3.send(
      new DeleteObjectCommand({ Bucket: UPLOADS, Key: 'k.csv', VersionId: upload.versionId }),
    );
    expect((await harness.run(upload, customersImport())).failure).toMatchObject({
      name: 'UploadGone',
      blame: 'file',
    });
  });

  it('overwritten in a bucket without versions', async () => {
    const put = (body: string) =>
      harness.s3.send(new PutObjectCommand({ Bucket: RESULTS, Key: 'in.csv', Body: body }));
    const { ETag } = await put(file(1));
    await put(file(2));
    const upload = {
      bucket: RESULTS,
      key: 'in.csv',
      versionId: '',
      etag: ETag!.replaceAll('"', ''),
      size: file(1).length,
      sequencer: '',
    };
    expect((await harness.run(upload, customersImport())).failure).toMatchObject({
      name: 'UploadChanged',
      blame: 'file',
    });
    expect(await count()).toBe(0);
  });

  it('overwritten in a versioned bucket: the version of the event is read', async () => {
    const upload = await harness.put('k.csv', file(1));
    await harness.put('k.csv', file(2));
    expect((await harness.run(upload, customersImport())).outcome).toBe('imported');
    expect(await harness.sql`select customer_id as id from customers`).toEqual([{ id: 1 }]);
  });
});

describe('a problem with the system', () => {
  it('a database that refuses connections', async () => {
    const proxy = await createTcpProxy(harness.databaseUrl);
    await proxy.refuse();
    const upload = await harness.put('k.csv', file(1));
    const report = await harness.run(upload, customersImport(), {
      importer: { database: { url: proxy.through(harness.databaseUrl), tls: 'url' } },
    });
    expect(report.failure).toMatchObject({ name: 'DatabaseUnavailable', blame: 'system', retryable: true });
    expect((await harness.run(upload, customersImport())).outcome).toBe('imported');
  });

  it.each([
    ['a backend that is terminated', 'pg_terminate_backend'],
    ['a statement that somebody cancels', 'pg_cancel_backend'],
  ])('%s in the middle of the load', async (_, end) => {
    await harness.sql.unsafe(`
      create or replace function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return new; end $$;
      create trigger slow before insert on customers for each row execute function slow()`);
    for (const mode of ['append', 'upsert'] as const) {
      const running = harness.run(await harness.put(`${mode}.csv`, file(1, 2)), customersImport({ mode }));
      const pid = await waitFor('the load', async () => {
        const [backend] = await harness.sql`
          select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`;
        return backend?.pid as number | undefined;
      });
      await harness.sql.unsafe(`select ${end}(${pid})`);
      expect((await running).failure).toMatchObject({ name: 'DatabaseUnavailable', retryable: true });
      expect(await count()).toBe(0);
    }
  });

  it('the reply to COMMIT is lost: the next attempt finds the rows in, once', async () => {
    const proxy = await createTcpProxy(harness.databaseUrl);
    // The server's answer to COMMIT is the command tag "COMMIT", which nothing else sends.
    // The second connection is the one that loads, and what it commits before is its slot.
    let copied = false;
    proxy.onClientData = (chunk, connection) => {
      if (connection === 2) copied ||= /\bcopy\b/i.test(chunk.toString('latin1'));
      return true;
    };
    proxy.onServerData = (chunk, connection) => connection !== 2 || !copied || !chunk.includes('COMMIT\0');
    const upload = await harness.put('k.csv', file(1, 2, 3));
    const lost = await harness.run(upload, customersImport({ mode: 'append' }), {
      importer: { database: { url: proxy.through(harness.databaseUrl), tls: 'url' } },
    });
    expect(lost.failure).toMatchObject({ name: 'DatabaseUnavailable', retryable: true });
    await proxy.close();
    const next = await harness.run(upload, customersImport({ mode: 'append' }));
    expect(next).toMatchObject({ outcome: 'already-imported', counts: { inserted: 3 } });
    expect(await count()).toBe(3);
  });

  it('another transaction in the way (serialization failure)', async () => {
    await harness.sql.unsafe(`
      create or replace function conflict() returns trigger language plpgsql as $$
      begin raise exception 'could not serialize' using errcode = '40001'; end $$;
      create trigger conflict before insert on customers for each row execute function conflict()`);
    const report = await harness.run(await harness.put('k.csv', file(1)), customersImport());
    expect(report.failure).toMatchObject({ name: 'DatabaseConflict', blame: 'system', retryable: true });
  });

  it('another attempt that holds the key for too long', async () => {
    await harness.sql.unsafe(`
      create or replace function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(3); return new; end $$;
      create trigger slow before insert on customers for each row execute function slow()`);
    const upload = await harness.put('k.csv', file(1));
    const first = harness.run(upload, customersImport());
    await waitFor('the first attempt', async () => {
      const [backend] = await harness.sql`select pid from pg_stat_activity where wait_event = 'PgSleep'`;
      return backend;
    });
    const second = await harness.run(upload, customersImport(), { importer: { lockWaitSeconds: 1 } });
    expect(second.failure).toMatchObject({ name: 'RunLocked', blame: 'system', retryable: true });
    expect((await first).outcome).toBe('imported');
    // The one that gave up must not have said "failed" of a run that is in.
    expect(await status()).toEqual(['imported']);
  });

  it.each(['append', 'upsert'] as const)('a trigger that drops rows in silence (%s)', async (mode) => {
    await harness.sql.unsafe(`
      create or replace function drop_row() returns trigger language plpgsql as $$
      begin if new.customer_id = 2 then return null; end if; return new; end $$;
      create trigger drop_row before insert on customers for each row execute function drop_row()`);
    const report = await harness.run(await harness.put('k.csv', file(1, 2, 3)), customersImport({ mode }));
    expect(report.failure).toMatchObject({ name: 'CountsDisagree', blame: 'system', retryable: false });
    expect(await count()).toBe(0);
  });

  it('a user who may not write', async () => {
    const url = new URL(harness.databaseUrl);
    await harness.sql.unsafe(`
      do $$ begin create role reader login; exception when duplicate_object then null; end $$;
      alter role reader password '${url.password}';
      create schema csv_import authorization reader;
      grant create, temporary on database ${new URL(harness.databaseUrl).pathname.slice(1)} to reader;
      grant select on customers to reader`);
    url.username = 'reader';
    const report = await harness.run(await harness.put('k.csv', file(1)), customersImport(), {
      importer: { database: { url: url.href, tls: 'url' } },
    });
    expect(report.failure).toMatchObject({ name: 'AccessDenied', blame: 'system', retryable: false });
    await harness.sql.unsafe('drop schema csv_import cascade; drop owned by reader');
  });

  it('S3 that delivers fewer bytes than announced', async () => {
    const upload = await harness.put('k.csv', file(1));
    const report = await harness.run({ ...upload, size: upload.size + 1 }, customersImport(), {});
    expect(report.failure).toMatchObject({ name: 'UploadTruncated', blame: 'system', retryable: true });
    expect(await count()).toBe(0);
  });

  it('S3 that resets the connection now and then: the load goes on', async () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => index + 1);
    const upload = await harness.put('k.csv', fileOf(rows));
    const proxy = await createTcpProxy(harness.s3Endpoint);
    let seen = 0;
    proxy.onServerData = (chunk, connection) => {
      seen += chunk.length;
      // The first three connections break off in the middle of a body.
      return connection > 3 || seen < connection * 1_500_000;
    };
    const report = await harness.run(upload, customersImport({ mode: 'append' }), {
      importer: { s3: s3Through(proxy.through(harness.s3Endpoint)) },
    });
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: rows.length } });
    expect(await count()).toBe(rows.length);
    await proxy.close();
  });

  it('S3 that is down', async () => {
    const upload = await harness.put('k.csv', file(1));
    const proxy = await createTcpProxy(harness.s3Endpoint);
    let reads = 0;
    // Reports and progress go through; the object itself never comes.
    proxy.onServerData = (chunk) =>
      !(chunk.includes('Content-Range') || chunk.includes('content-range')) || ++reads < 0;
    const report = await harness.run(upload, customersImport(), {
      importer: { s3: s3Through(proxy.through(harness.s3Endpoint)) },
    });
    expect(report.failure).toMatchObject({ name: 'StorageUnavailable', blame: 'system', retryable: true });
    expect(reads).toBe(6);
    await proxy.close();
  });

  it('told to stop while the ledger does not answer', async () => {
    const upload = await harness.put('k.csv', file(1));
    await harness.run(upload, customersImport());
    const stop = new AbortController();
    const held = await harness.sql.reserve();
    await held.unsafe('begin; select from csv_import.runs for update');
    try {
      const running = harness.run(upload, customersImport(), { importer: { signal: stop.signal } });
      await waitFor('the ledger to be waited for', async () => {
        const [waits] =
          await harness.sql`select from pg_locks where not granted and locktype = 'transactionid'`;
        return waits;
      });
      const asked = Date.now();
      stop.abort();
      expect((await running).failure).toMatchObject({ name: 'ImporterStopped' });
      expect(Date.now() - asked).toBeLessThan(9_000);
    } finally {
      await held.unsafe('rollback');
      held.release();
    }
  });

  it('told to stop', async () => {
    const stop = new AbortController();
    const upload = await harness.put('k.csv', file(1, 2));
    await harness.sql.unsafe(`
      create or replace function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return new; end $$;
      create trigger slow before insert on customers for each row execute function slow()`);
    const running = harness.run(upload, customersImport(), { importer: { signal: stop.signal } });
    await waitFor('the load', async () => {
      const [backend] = await harness.sql`select pid from pg_stat_activity where wait_event = 'PgSleep'`;
      return backend;
    });
    const asked = Date.now();
    stop.abort();
    expect((await running).failure).toMatchObject({
      name: 'ImporterStopped',
      blame: 'system',
      retryable: true,
    });
    expect(Date.now() - asked).toBeLessThan(10_000);
    expect(await status()).toEqual(['failed']);
    await harness.sql`drop trigger slow on customers`;
    await waitFor('the server to notice', async () => {
      const [backend] = await harness.sql`select pid from pg_stat_activity where wait_event = 'PgSleep'`;
      if (backend !== undefined) await harness.sql`select pg_terminate_backend(${backend.pid})`;
      return backend === undefined ? true : null;
    });
    expect((await harness.run(upload, customersImport())).outcome).toBe('imported');
  });
});
