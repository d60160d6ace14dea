import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { headerFile } from '../../operator/doctor/header-file.ts';
import {
  createImportHarness,
  customersImport,
  customersSql,
  type ImportHarness,
} from '../support/import-harness.ts';

// By such a file `ops doctor` finds out whether database and table are well: it must see what an import would, and cost
// the table nothing.

const modes = ['append', 'upsert', 'replace'] as const;
const nobody = `nobody_${randomUUID().slice(0, 8)}`;

let harness: ImportHarness;
let deniedUrl: string;
beforeAll(async () => {
  harness = await createImportHarness();
  const url = new URL(harness.databaseUrl);
  await harness.sql.unsafe(`create role ${nobody} login password '${url.password}'`);
  // Its ledger it may have; and the table it may see.
  await harness.sql.unsafe(
    `do $$ begin execute format('grant create on database %I to ${nobody}', current_database()); end $$`,
  );
  url.username = nobody;
  deniedUrl = url.href;
});
afterAll(async () => {
  await harness.sql.unsafe(`drop owned by ${nobody}`);
  await harness.sql.unsafe(`drop role ${nobody}`);
  await harness.close();
});
beforeEach(async () => {
  await harness.sql.unsafe(
    `drop schema if exists csv_import cascade; drop table if exists customers cascade; ${customersSql}`,
  );
});

async function dryRun(definition = customersImport(), importer = {}) {
  const upload = await harness.put('k.csv', headerFile(definition)!);
  return harness.run(upload, definition, { attempt: { dryRun: true }, importer });
}

const fill = () =>
  harness.sql`
    insert into customers (customer_id, name, email, registered_at)
    select id, 'Name', 'm@example.com', now() from generate_series(1, 3) as id`;

it.each(modes)('%s: goes through, with no row and with some', async (mode) => {
  const definition = customersImport({ mode });
  expect(await dryRun(definition)).toMatchObject({ outcome: 'dry-run', counts: { read: 0, deleted: 0 } });
  await fill();
  expect(await dryRun(definition)).toMatchObject({
    outcome: 'dry-run',
    counts: { read: 0, deleted: mode === 'replace' ? 3 : 0 },
  });
});

it('replace: no row of the table is touched', async () => {
  await fill();
  await dryRun(customersImport({ mode: 'replace' }));
  // Where a row was deleted or locked, even if that was rolled back, its xmax says by which transaction.
  expect(await harness.sql`select distinct xmax::text from customers`).toEqual([{ xmax: '0' }]);
});

it('replace in earnest still deletes', async () => {
  await fill();
  const definition = customersImport({ mode: 'replace' });
  const report = await harness.run(await harness.put('k.csv', headerFile(definition)!), definition);
  expect(report).toMatchObject({ outcome: 'imported', counts: { deleted: 3 } });
});

it('a table that is not there, or that lacks a column', async () => {
  await harness.sql`alter table customers drop column notes`;
  expect(await dryRun()).toMatchObject({
    failure: { name: 'TargetTableMismatch', message: expect.stringContaining('"notes" is missing') },
  });
  await harness.sql`drop table customers`;
  expect(await dryRun()).toMatchObject({
    failure: { name: 'TargetTableMismatch', message: expect.stringContaining('no table customers') },
  });
});

it.each([
  ['append', 'select'],
  ['upsert', 'select, insert'],
  ['replace', 'select, insert, update'],
] as const)('%s: what its user may not do, where it may only %s', async (mode, granted) => {
  await fill();
  await harness.sql.unsafe(`grant ${granted} on customers to ${nobody}`);
  const report = await dryRun(customersImport({ mode }), { database: { url: deniedUrl, tls: 'url' } });
  expect(report.failure).toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('customers'),
  });
});
