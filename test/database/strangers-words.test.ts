import { Logger } from '@aws-lambda-powertools/logger';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const CARD = '4111-1111';
const table = pgTable('cards', { id: integer('id').primaryKey(), card: text('card') });
type Changes = Partial<ImportOptions<typeof table>>;

let harness: ImportHarness;
let logged: string[];
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade;
    drop table if exists cards cascade;
    create table cards (id integer primary key, card text);
    insert into cards values (9, '')`);
  logged = [];
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line) => void logged.push(String(line)));
  }
});
afterEach(() => vi.restoreAllMocks());

/** What an import says of a card number: everywhere but in the results bucket, and there. */
async function importCard(changes: Changes = {}) {
  const definition = defineImport({ name: 'cards', prefix: 'cards/', table, mode: 'upsert', ...changes });
  const upload = await harness.put('cards/a.csv', `id,card\n1,fine\n2,${CARD}\n`);
  // A logger of the console as it is now.
  const logger = new Logger({ logLevel: 'DEBUG' });
  Reflect.set(logger, 'console', console);
  const report = await harness.run(upload, definition, { importer: { logger } });
  expect(logged.join()).toContain('importing into');
  const ledger = await harness.sql`
    select (select json_agg(runs) from csv_import.runs) as runs,
           (select json_agg(checkpoints) from csv_import.checkpoints) as checkpoints`;
  const errors = report.rejects === null ? [] : await harness.readCsv(report.rejects.errorsKey);
  return {
    report,
    told: JSON.stringify([report, logged, ledger]),
    reasons: errors.map(({ reason }) => reason),
  };
}

const trigger = (does: string, event = 'before insert or update') =>
  harness.sql.unsafe(`
    create or replace function check_card() returns trigger language plpgsql as $$
    begin if new.card like '4%' then ${does}; end if; return new; end $$;
    create trigger check_card ${event} on cards for each row execute function check_card()`);

it.each<Changes['mode']>(['append', 'upsert', 'replace'])(
  'what a trigger says of a row is in errors.csv and nowhere else, %s',
  async (mode) => {
    await trigger(`raise exception 'card number % is not valid', new.card`);
    const { report, told, reasons } = await importCard({ mode: mode! });
    expect(report.failure).toMatchObject({ name: 'ConstraintViolated', blame: 'file' });
    expect(report.failure!.message).toMatch(
      /^Line 3: .*a trigger or rule of the table \(SQLSTATE P0001\)\.$/,
    );
    expect(told).not.toContain(CARD);
    expect(reasons).toEqual([
      `refused by the database, a trigger or rule of the table (SQLSTATE P0001): card number ${CARD} is not valid`,
    ]);
  },
);

it.each([
  ['a code of PostgreSQL’s own', `raise exception 'card %', new.card using errcode = '40001'`],
  ['the code of a shutdown', `raise exception 'card %', new.card using errcode = '57P01'`],
  ['the code of a missing privilege', `raise exception 'card %', new.card using errcode = '42501'`],
  ['the code of a bug', `raise exception 'card %', new.card using errcode = 'XX000'`],
  ['a line that looks like a stack’s', `raise exception E'no\\n    at %', new.card using errcode = 'XX000'`],
  ['a constraint’s name', `raise check_violation using constraint = new.card, table = new.card`],
  ['a domain’s name', `raise check_violation using datatype = new.card`],
  ['a column’s name', `raise not_null_violation using column = new.card, table = 'cards'`],
  ['a table’s name', `execute format('select from %I', new.card)`],
  ['a statement', `execute 'select ' || quote_literal(new.card) || ' ' || quote_literal(new.card)`],
  ['a value that cannot be read', 'perform new.card::integer'],
])('a trigger that puts a cell into %s does not get it into logs, report or ledger', async (_, does) => {
  await trigger(does);
  const { report, told } = await importCard();
  expect(report.outcome).toBe('failed');
  expect(told).not.toContain(CARD);
});

it('what a deferred trigger says stays out of them, too', async () => {
  await harness.sql.unsafe(`
    create or replace function check_card() returns trigger language plpgsql as $$
    begin if new.card like '4%' then raise exception 'card %', new.card; end if; return null; end $$;
    create constraint trigger check_card after insert on cards deferrable initially deferred
    for each row execute function check_card()`);
  const { told, reasons } = await importCard();
  expect(told).not.toContain(CARD);
  expect(reasons).toEqual([expect.stringContaining(CARD)]);
});

it('in batches, errors.csv says no more of such a row than the ledger may keep', async () => {
  await trigger(`raise exception 'card number % is not valid', new.card`);
  const { report, told, reasons } = await importCard({ commit: { batchRows: 10 } });
  expect(report.failure).toMatchObject({ name: 'RowsLeftOut' });
  expect(told).not.toContain(CARD);
  expect(reasons).toEqual(['refused by the database, a trigger or rule of the table (SQLSTATE P0001)']);
});

it('the reason that a row rule gives is in errors.csv and nowhere else', async () => {
  const { told, reasons } = await importCard({
    rowRule: ({ card }) => (card === CARD ? `no card is ${card}` : null),
  });
  expect(told).not.toContain(CARD);
  expect(told).toContain('the import’s row rule rejects the row');
  expect(reasons).toEqual([`no card is ${CARD}`]);
});
