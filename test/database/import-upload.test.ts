import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateCustomers } from '../../samples/customers.ts';
import { file, header, row } from '../support/customer-rows.ts';
import {
  createImportHarness,
  customersImport,
  customersSql,
  type ImportHarness,
} from '../support/import-harness.ts';

const samples = join(import.meta.dirname, '../../samples');

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

describe('a good file', () => {
  it('every value in the table equals what csv-parse reads from the same file', async () => {
    const content = readFileSync(join(samples, 'customers.csv'));
    const expected = (parse(content, { columns: true }) as Record<string, string>[]).map((each) => ({
      ...each,
      registered_at: new Date(each.registered_at!).toISOString(),
    }));
    const upload = await harness.put('uploads/customers/customers.csv', content);
    const report = await harness.run(upload, customersImport());

    expect(report).toMatchObject({ outcome: 'imported', rejects: null, failure: null });
    expect(report.counts).toEqual({
      read: expected.length,
      inserted: expected.length,
      updated: 0,
      unchanged: 0,
      duplicates: 0,
      deleted: 0,
      rejected: 0,
      skipped: 0,
      emptyRows: 0,
    });
    const rows = await harness.sql`
      select customer_id::text, name, email, coalesce(phone, '') as phone, coalesce(address, '') as address,
             coalesce(birthday::text, '') as birthday, credit_limit::text, registered_at, coalesce(notes, '') as notes
      from customers order by customers.customer_id`;
    expect(rows.map((each) => ({ ...each, registered_at: each.registered_at.toISOString() }))).toEqual(
      expected,
    );

    const [run] = await ledger();
    expect(run).toMatchObject({
      run_id: report.runId,
      status: 'imported',
      attempts: 1,
      rows_read: String(expected.length),
      rows_inserted: String(expected.length),
      bytes_read: String(content.length),
      size: String(content.length),
      failure: null,
      report_key: `reports/${report.runId}/${report.attempt}.json`,
    });
    expect(JSON.parse((await harness.read(run!.report_key)).toString())).toEqual(report);
    expect(
      JSON.parse((await harness.read(`progress/${report.runId}/${report.attempt}.json`)).toString()),
    ).toMatchObject({
      phase: 'done',
      bytesRead: content.length,
    });
  });

  it('Shift_JIS with Japanese headers becomes the same text', async () => {
    const upload = await harness.put('k.csv', readFileSync(join(samples, 'customers-shift-jis.csv')));
    const report = await harness.run(upload, customersImport({ columns: aliases }));
    expect(report).toMatchObject({
      outcome: 'imported',
      file: { encoding: 'shift_jis' },
      counts: { inserted: 1000 },
    });
    const expected = [...generateCustomers(1000, 7, 'japanese')];
    const rows = await harness.sql`select name, notes from customers order by customer_id`;
    expect(rows.map(({ name, notes }) => [name, notes ?? ''])).toEqual(
      expected.map((each) => [each[1], each[8]]),
    );
  });

  it('a header and nothing else imports nothing, well', async () => {
    const report = await harness.run(await harness.put('k.csv', `${header}\n`), customersImport());
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 0, inserted: 0 } });
  });
});

const aliases = {
  customerId: { aliases: ['顧客番号'] },
  name: { aliases: ['顧客名'] },
  email: { aliases: ['メールアドレス'] },
  phone: { aliases: ['電話番号'] },
  address: { aliases: ['住所'] },
  birthday: { aliases: ['生年月日'] },
  creditLimit: { aliases: ['与信限度額'] },
  registeredAt: { aliases: ['登録日時'] },
  notes: { aliases: ['備考'] },
};

describe('modes', () => {
  it('upsert inserts, updates what changed, leaves what is the same, and the last of equal keys wins', async () => {
    await harness.run(await harness.put('a.csv', file(row(1), row(2), row(3))), customersImport());
    const report = await harness.run(
      await harness.put(
        'b.csv',
        file(row(2, { name: 'new' }), row(3), row(4, { name: 'first' }), row(4, { name: 'last' })),
      ),
      customersImport(),
    );
    expect(report.counts).toEqual({
      read: 4,
      inserted: 1,
      updated: 1,
      unchanged: 1,
      duplicates: 1,
      deleted: 0,
      rejected: 0,
      skipped: 0,
      emptyRows: 0,
    });
    expect(await harness.sql`select customer_id as id, name from customers order by 1`).toEqual([
      { id: 1, name: 'Name 1' },
      { id: 2, name: 'new' },
      { id: 3, name: 'Name 3' },
      { id: 4, name: 'last' },
    ]);
  });

  it('upsert leaves columns alone that the file does not bring', async () => {
    await harness.run(
      await harness.put('a.csv', file(row(1, { notes: 'keep', limit: '5.00' }))),
      customersImport(),
    );
    const partial =
      'CUSTOMER ID,Name,e_mail,registeredAt\n1,New,n@example.com,2024-01-01T00:00:00Z\n2,Two,t@example.com,2024-01-01T00:00:00Z\n';
    const report = await harness.run(await harness.put('b.csv', partial), customersImport());
    expect(report.counts).toMatchObject({ inserted: 1, updated: 1 });
    expect(await harness.sql`select name, notes, credit_limit from customers order by customer_id`).toEqual([
      { name: 'New', notes: 'keep', credit_limit: '5.00' },
      { name: 'Two', notes: null, credit_limit: '0.00' },
    ]);
  });

  it('replace makes the table equal to the file', async () => {
    await harness.run(
      await harness.put('a.csv', file(row(1), row(2), row(3))),
      customersImport({ mode: 'replace' }),
    );
    const report = await harness.run(
      await harness.put('b.csv', file(row(3), row(2, { name: 'new' }), row(9))),
      customersImport({ mode: 'replace' }),
    );
    expect(report.counts).toEqual({
      read: 3,
      inserted: 1,
      updated: 1,
      unchanged: 1,
      duplicates: 0,
      deleted: 1,
      rejected: 0,
      skipped: 0,
      emptyRows: 0,
    });
    expect(await ids()).toEqual([2, 3, 9]);
  });
});

describe('a file with errors', () => {
  const content = readFileSync(join(samples, 'customers-with-errors.csv'));
  const withRules = { rules: { email: { pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/ } } };

  it('loads nothing, names every bad row, and hands the rows back byte for byte', async () => {
    const report = await harness.run(await harness.put('k.csv', content), customersImport(withRules));
    expect(report).toMatchObject({
      outcome: 'failed',
      counts: { read: 40, inserted: 0, rejected: 20 },
      failure: { name: 'RowsRejected', blame: 'file', retryable: false },
    });
    expect(report.failure!.message).toBe('20 of 40 rows are rejected, and the import allows none.');
    expect(await ids()).toEqual([]);

    const lines = content.toString('latin1').split('\n');
    const errors = await harness.readCsv(report.rejects!.errorsKey);
    expect([...new Set(errors.map(({ line }) => Number(line)))]).toEqual(
      Array.from({ length: 20 }, (_, index) => 3 + 2 * index),
    );
    expect(errors.slice(0, 5).map(({ column, code, value }) => [column, code, value])).toEqual([
      ['customer_id', 'invalid_integer', '12a'],
      ['customer_id', 'out_of_range', '2147483648'],
      ['customer_id', 'missing_value', ''],
      ['name', 'missing_value', ''],
      ['name', 'too_long', 'x'.repeat(81)],
    ]);
    const rows = (await harness.read(report.rejects!.rowsKey)).toString('latin1').split('\n');
    expect(rows).toEqual([lines[0], ...lines.filter((_, index) => index >= 2 && index % 2 === 0), '']);
    expect(await ledger()).toMatchObject([
      { status: 'failed', failure: 'RowsRejected', rows_rejected: '20' },
    ]);
  });

  it('with rejects: { maxRows: 100 } the good rows are in and the counts add up', async () => {
    const report = await harness.run(
      await harness.put('k.csv', content),
      customersImport({ ...withRules, rejects: { maxRows: 100 } }),
    );
    expect(report).toMatchObject({ outcome: 'imported', counts: { read: 40, inserted: 20, rejected: 20 } });
    expect(await ids()).toEqual(Array.from({ length: 20 }, (_, index) => 1 + 2 * index));
  });

  it.each([
    [49, 'failed'],
    [50, 'imported'],
  ])('with rejects: { maxPercent: %i } the run %s', async (maxPercent, outcome) => {
    const report = await harness.run(
      await harness.put('k.csv', content),
      customersImport({ ...withRules, rejects: { maxPercent } }),
    );
    expect(report.outcome).toBe(outcome);
  });

  it('the corrected rows.csv, uploaded, brings the missing rows', async () => {
    const lenient = customersImport({ rejects: { maxRows: 5 } });
    const first = await harness.run(
      await harness.put('k.csv', file(row(1), row(2, { limit: '1,5' }), row(3))),
      lenient,
    );
    expect(first.counts).toMatchObject({ inserted: 2, rejected: 1 });
    const corrected = (await harness.read(first.rejects!.rowsKey)).toString().replace('1,5', '1.5');
    const second = await harness.run(await harness.put('corrected.csv', corrected), lenient);
    expect(second.counts).toMatchObject({ read: 1, inserted: 1 });
    expect(await ids()).toEqual([1, 2, 3]);
  });

  it('a cell that reads like a formula cannot become one in errors.csv', async () => {
    const cells = ['=cmd()', ' =1+1', 'x;=1+1', '＝1'];
    const bad = file(...cells.map((cell) => `${cell},n,e@example.com,,,,1.00,2024-01-01T00:00:00Z,`));
    const report = await harness.run(await harness.put('k.csv', bad), customersImport());
    const errors = await harness.readCsv(report.rejects!.errorsKey);
    expect(errors.map(({ value }) => value)).toEqual(["'=cmd()", "' =1+1", "x;'=1+1", "'＝1"]);
    // To be corrected and uploaded again, so the rows stay as they are.
    expect((await harness.read(report.rejects!.rowsKey)).toString()).toContain('\n=cmd(),n,');
  });
});

describe('what only the database can find', () => {
  it('unique, foreign key and check: the constraint and the lines are named, nothing is loaded', async () => {
    await harness.sql.unsafe(`
      alter table customers add constraint one_mail unique (email);
      alter table customers add constraint no_fools check (name <> 'Fool')`);
    await harness.run(await harness.put('a.csv', file(row(1))), customersImport());

    for (const mode of ['append', 'upsert'] as const) {
      const taken = file(
        row(10),
        row(11, { email: 'm1@example.com' }),
        row(12, { email: 'm10@example.com' }),
      );
      const unique = await harness.run(await harness.put(`u-${mode}.csv`, taken), customersImport({ mode }));
      expect(unique.failure).toMatchObject({ name: 'ConstraintViolated', blame: 'file' });
      expect(unique.failure!.message).toBe(
        'Lines 3, 4: refused by the database, unique constraint "one_mail" on (email).',
      );
      expect(await harness.readCsv(unique.rejects!.errorsKey)).toMatchObject([
        { line: '3', row: '2', column: 'email', code: 'constraint_violated', value: 'm1@example.com' },
        { line: '4', row: '3', column: 'email', code: 'constraint_violated', value: 'm10@example.com' },
      ]);
      const check = await harness.run(
        await harness.put(
          `c-${mode}.csv`,
          file(row(20, { notes: '"two\nlines"' }), row(21, { name: 'Fool' })),
        ),
        customersImport({ mode }),
      );
      expect(check.failure!.message).toBe(
        'Line 4: refused by the database, check constraint "no_fools" on (name).',
      );
      expect(await ids()).toEqual([1]);
    }
    const duplicate = await harness.run(
      await harness.put('d.csv', file(row(2), row(2))),
      customersImport({ mode: 'append' }),
    );
    expect(duplicate.failure!.message).toMatch(
      /^Line 3: refused by the database, unique constraint "customers_pkey"/,
    );
    expect(duplicate.counts).toMatchObject({ read: 2, rejected: 1 });

    await harness.sql.unsafe(`
      create table regions (id integer primary key);
      insert into regions values (1);
      alter table customers add column region integer default 1, add constraint known_region foreign key (customer_id) references regions (id)`);
    const foreign = await harness.run(
      await harness.put('f.csv', file(row(1, { name: 'same' }), row(7))),
      customersImport(),
    );
    expect(foreign.failure!.message).toBe(
      'Line 3: refused by the database, foreign key constraint "known_region" on (customer_id).',
    );
  });

  it('a trigger that refuses is a failure of the file, too', async () => {
    await harness.sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no %', new.name; end $$;
      create trigger refuse before insert on customers for each row execute function refuse()`);
    const report = await harness.run(
      await harness.put('k.csv', file(row(1, { name: 'Secret' }))),
      customersImport(),
    );
    expect(report.failure).toMatchObject({ name: 'ConstraintViolated' });
    expect(report.failure!.message).not.toContain('Secret');
  });
});

describe('a table that does not fit the definition', () => {
  it.each<[string, string, RegExp]>([
    ['is missing', 'drop table customers', /the database has no table customers/],
    ['lacks a column', 'alter table customers drop column notes', /column "notes" is missing in the table/],
    [
      'has another type',
      'alter table customers alter name type varchar(50)',
      /column "name" is character varying\(50\) in the table, but character varying\(80\) in the definition/,
    ],
    [
      'has no key',
      'alter table customers drop constraint customers_pkey',
      /mode "upsert" needs a primary key/,
    ],
    [
      'wants more',
      'alter table customers add column tax text not null',
      /column "tax" is NOT NULL without a default/,
    ],
    [
      'wants a value',
      'alter table customers alter phone set not null',
      /column "phone" is NOT NULL in the table/,
    ],
  ])('%s', async (_, change, message) => {
    await harness.sql.unsafe(change);
    const report = await harness.run(await harness.put('k.csv', file(row(1))), customersImport());
    expect(report.failure).toMatchObject({ name: 'TargetTableMismatch', blame: 'system', retryable: false });
    expect(report.failure!.message).toMatch(message);
  });
});
