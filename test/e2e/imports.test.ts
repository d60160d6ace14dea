import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCause } from '../../contract/failure-cause.ts';
import { headers } from '../../samples/customers.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

const samples = join(import.meta.dirname, '../../samples');
const file = (...rows: [id: number, name: string][]) =>
  `${headers.join(',')}\n${rows.map(([id, name]) => `${id},${name},m${id}@example.com,,,,1.00,2024-01-01T00:00:00Z,\n`).join('')}`;

let harness: StackHarness;
beforeAll(async () => {
  harness = await createStackHarness();
});
afterAll(() => harness.close());
beforeEach(() => harness.sql`truncate customers`);

const notificationsOf = async (arn: string) =>
  (await harness.notifications()).filter(({ message }) => message.includes(arn));

describe('an upload through the whole system', () => {
  it('a good file: SUCCEEDED, rows equal the file, ledger and report agree, success notified with counts', async () => {
    const content = readFileSync(join(samples, 'customers.csv'));
    const rows = parse(content, { columns: true }) as Record<string, string>[];
    const arn = await harness.upload('customers.csv', content);
    expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await harness.states(arn)).toEqual([
      'ValidateUpload',
      'RunImporter',
      'ReadReport',
      'CheckOutcome',
      'NotifySuccess',
      'ImportSucceeded',
    ]);

    const inTable = await harness.sql`
      select customer_id::text, name, email, coalesce(phone, '') as phone, coalesce(address, '') as address,
             coalesce(birthday::text, '') as birthday, credit_limit::text,
             extract(epoch from registered_at)::bigint::text as registered_at, coalesce(notes, '') as notes
      from customers order by customers.customer_id`;
    expect(inTable.map((row) => ({ ...row }))).toEqual(
      rows.map((row) => ({ ...row, registered_at: String(Date.parse(row.registered_at!) / 1000) })),
    );
    const [report] = await harness.reports(arn);
    expect(report).toMatchObject({
      outcome: 'imported',
      executionArn: arn,
      counts: { read: rows.length, inserted: rows.length },
    });
    const [run] = await harness.sql`select * from csv_import.runs where run_id = ${report!.runId}`;
    expect(run).toMatchObject({ status: 'imported', execution_arn: arn, rows_inserted: String(rows.length) });
    expect(await notificationsOf(arn)).toMatchObject([
      {
        subject: '[customers] 12,000 rows imported: customers.csv',
        message: expect.stringContaining('12,000 inserted'),
        attributes: { import: 'customers', outcome: 'imported' },
      },
    ]);
  });

  it('the same bytes under the same key again, and an event told twice: no row doubled', async () => {
    const first = await harness.upload('again.csv', file([1, 'One'], [2, 'Two']));
    await harness.end(first);
    const second = await harness.upload('again.csv', file([1, 'One'], [2, 'Two']));
    await harness.end(second);
    expect((await harness.reports(second))[0]).toMatchObject({ outcome: 'already-imported' });
    expect(await notificationsOf(second)).toMatchObject([
      { subject: '[customers] already imported: again.csv' },
    ]);

    // The same event under another id, as a duplicate delivery that EventBridge did not recognise.
    const { input } = await harness.describe(first);
    const duplicate = harness.stack.engine.start('duplicate', input!);
    expect(await harness.end(duplicate.arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await harness.reports(duplicate.arn))[0]).toMatchObject({ outcome: 'already-imported' });
    expect(await harness.customerIds()).toEqual([1, 2]);
  });

  it('a dry run by metadata: counts, and nothing in the table', async () => {
    const arn = await harness.upload('dry.csv', file([1, 'One']), { 'dry-run': 'true' });
    expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await harness.reports(arn))[0]).toMatchObject({ outcome: 'dry-run', counts: { inserted: 1 } });
    expect(await harness.customerIds()).toEqual([]);
  });

  it.each([
    'with space+plus%41.csv',
    '顧客 一覧／四月.csv',
    'new\nline.csv',
    '../up/./and//down.csv',
    `${'long'.repeat(200)}.csv`,
    '"quotes\' \\back{slash}$.Key.csv',
  ])('the key %j goes through untouched', async (name) => {
    const arn = await harness.upload(name, file([7, 'Seven']));
    expect(await harness.end(arn)).toMatchObject({ status: 'SUCCEEDED' });
    const [report] = await harness.reports(arn);
    expect(report!.upload.key).toBe(`uploads/customers/${name}`);
    expect(await harness.customerIds()).toEqual([7]);
  });
});

describe('a file with errors', () => {
  it('FAILED under the failure’s own name, with a cause to act on; nothing in; rejects and notification there', async () => {
    const content = readFileSync(join(samples, 'customers-with-errors.csv'));
    const arn = await harness.upload('customers-with-errors.csv', content);
    const execution = await harness.end(arn);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'RowsRejected', redriveStatus: 'REDRIVABLE' });
    const { text, details } = readCause(execution.cause);
    expect(text.split('\n')[0]).toMatch(
      /^s3:\/\/\S+ was not imported: 20 of 40 rows are rejected, and the import allows none\. First rejects: line 3, column “customer_id”.*Problem with the file.*What to do: Nothing was imported/,
    );
    expect(details).toMatchObject({ failure: 'RowsRejected', blame: 'file', import: 'customers' });
    expect(await harness.states(arn)).toEqual([
      'ValidateUpload',
      'RunImporter',
      'ExplainFailure',
      'RetryOrGiveUp',
      'NotifyFailure',
      'ImportFailed',
    ]);
    expect(await harness.customerIds()).toEqual([]);
    const [report] = await harness.reports(arn);
    expect(await harness.resultCsv(report!.rejects!.errorsKey)).toHaveLength(22);
    const lines = content.toString('latin1').split('\n');
    expect((await harness.result(report!.rejects!.rowsKey)).toString('latin1').split('\n')).toEqual([
      lines[0],
      ...lines.filter((_, index) => index >= 2 && index % 2 === 0),
      '',
    ]);
    expect(await notificationsOf(arn)).toMatchObject([
      { attributes: { import: 'customers', outcome: 'failed', failure: 'RowsRejected', blame: 'file' } },
    ]);
  });

  it('redriven after a corrected version was uploaded: superseded, visibly, and the corrected rows stay', async () => {
    const bad = await harness.upload('fixed.csv', file([1, 'One'], [2, '']));
    expect(await harness.end(bad)).toMatchObject({ status: 'FAILED', error: 'RowsRejected' });
    const good = await harness.upload('fixed.csv', file([1, 'One'], [2, 'Two']));
    expect(await harness.end(good)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await harness.redrive(bad)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect((await harness.reports(bad)).map(({ outcome }) => outcome)).toEqual(['failed', 'superseded']);
    expect(await harness.customerIds()).toEqual([1, 2]);
  });

  it('redriven as it was: FAILED again under the same name, and notified again', async () => {
    const arn = await harness.upload('still-bad.csv', file([1, '']));
    await harness.end(arn);
    expect(await harness.redrive(arn)).toMatchObject({
      status: 'FAILED',
      error: 'RowsRejected',
      redriveCount: 1,
    });
    expect(await notificationsOf(arn)).toHaveLength(2);
    expect(await harness.states(arn)).toEqual(expect.arrayContaining(['ImportFailed', 'ValidateUpload']));
  });

  it.each([
    ['notes.txt', 'UnsupportedExtension', file([1, 'One'])],
    ['empty.csv', 'EmptyUpload', ''],
  ])('%s is refused as %s before any importer starts', async (name, error, content) => {
    const arn = await harness.upload(name, content);
    expect(await harness.end(arn)).toMatchObject({ status: 'FAILED', error });
    expect(await harness.states(arn)).not.toContain('RunImporter');
    expect(await notificationsOf(arn)).toMatchObject([
      { attributes: { import: 'customers', failure: error, blame: 'file' } },
    ]);
  });
});
