import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { file, row } from '../support/customer-rows.ts';
import {
  createImportHarness,
  customersImport,
  customersSql,
  type ImportHarness,
} from '../support/import-harness.ts';

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

const ledger = () => harness.sql`select * from csv_import.runs order by first_started_at`;
const ids = async () =>
  (await harness.sql`select customer_id as id from customers order by 1`).map(({ id }) => id);

describe('once and only once', () => {
  it('the same run again says already imported and changes nothing', async () => {
    const upload = await harness.put('k.csv', file(row(1), row(2)));
    const first = await harness.run(upload, customersImport({ mode: 'append' }));
    const second = await harness.run(upload, customersImport({ mode: 'append' }));
    expect(second).toMatchObject({
      outcome: 'already-imported',
      byRunId: first.runId,
      counts: first.counts,
      failure: null,
    });
    expect(await ids()).toEqual([1, 2]);
    expect(await ledger()).toMatchObject([{ status: 'imported', attempts: 2 }]);
  });

  it('the same bytes put under the same key again are a run of their own that finds them imported', async () => {
    const first = await harness.run(
      await harness.put('k.csv', file(row(1))),
      customersImport({ mode: 'append' }),
    );
    const again = await harness.run(
      await harness.put('k.csv', file(row(1))),
      customersImport({ mode: 'append' }),
    );
    expect(again.runId).not.toBe(first.runId);
    expect(again).toMatchObject({ outcome: 'already-imported', byRunId: first.runId });
    expect(await ids()).toEqual([1]);
  });

  it('A, B, A again ends with A where rows are updated, and is not appended twice', async () => {
    const [a, b] = [file(row(1, { name: 'A' })), file(row(1, { name: 'B' }))];
    for (const content of [a, b]) await harness.run(await harness.put('k.csv', content), customersImport());
    const last = await harness.run(await harness.put('k.csv', a), customersImport());
    expect(last).toMatchObject({ outcome: 'imported', counts: { updated: 1 } });
    expect(await harness.sql`select name from customers`).toMatchObject([{ name: 'A' }]);
  });

  it('an older version after newer ones is superseded by the newest', async () => {
    const older = await harness.put('k.csv', file(row(1, { name: 'old' })), '005A');
    let newest = '';
    for (const version of [1, 2, 3, 4, 5]) {
      const newer = await harness.put('k.csv', file(row(1, { name: `new ${version}` })), `005A0${version}`);
      newest = (await harness.run(newer, customersImport())).runId;
    }
    // Wherever the ledger has their rows.
    for (const order of ['asc', 'desc']) {
      await harness.sql.unsafe(`with all_runs as (delete from csv_import.runs returning *)
        insert into csv_import.runs select * from all_runs order by sequencer ${order}`);
      const late = await harness.run(older, customersImport());
      expect(late).toMatchObject({ outcome: 'superseded', byRunId: newest, failure: null });
    }
    expect(await harness.sql`select name from customers`).toMatchObject([{ name: 'new 5' }]);
  });

  it('an event made by hand has no sequencer: the order is known where S3’s own event came before', async () => {
    const older = await harness.put('k.csv', file(row(1, { limit: 'much' })), '005A');
    const newer = await harness.put('k.csv', file(row(1, { name: 'new' })), '005A01');
    expect(await harness.run(older, customersImport())).toMatchObject({ failure: { name: 'RowsRejected' } });
    const first = await harness.run(newer, customersImport());
    const byHand = { ...older, sequencer: '' };
    expect(await harness.run(byHand, customersImport())).toMatchObject({
      outcome: 'superseded',
      byRunId: first.runId,
    });
    // The other way round: S3's own event tells the order of what was imported by hand.
    const [late, late2] = [
      await harness.put('l.csv', file(row(2, { name: 'old' })), '005A'),
      await harness.put('l.csv', file(row(2, { name: 'new' })), '005A01'),
    ];
    await harness.run({ ...late2, sequencer: '' }, customersImport());
    expect(await harness.run(late2, customersImport())).toMatchObject({ outcome: 'already-imported' });
    expect(await harness.run(late, customersImport())).toMatchObject({ outcome: 'superseded' });
    // Of a version whose event never came nobody knows the place: it is loaded, as asked for.
    const lost = await harness.put('k.csv', file(row(1, { name: 'lost' })), '');
    expect(await harness.run(lost, customersImport())).toMatchObject({ outcome: 'imported' });
  });

  it('a dry run reports what it would do and leaves nothing', async () => {
    await harness.run(await harness.put('k.csv', file(row(1), row(2))), customersImport());
    const upload = await harness.put('k.csv', file(row(2, { name: 'changed' }), row(3)));
    const report = await harness.run(upload, customersImport(), { attempt: { dryRun: true } });
    expect(report).toMatchObject({ outcome: 'dry-run', counts: { read: 2, inserted: 1, updated: 1 } });
    expect(await ids()).toEqual([1, 2]);
    expect(await ledger()).toHaveLength(1);
    expect((await harness.run(upload, customersImport())).outcome).toBe('imported');
  });
});
