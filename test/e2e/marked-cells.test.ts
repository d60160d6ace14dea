import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { paginateGetExecutionHistory } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headers } from '../../samples/customers.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

/** Stands in cells only: whatever quotes a cell, quotes this. */
const MARKER = 'Kx7marker';
const row = (cells: Partial<Record<string, string>> = {}) => {
  const good: Record<string, string> = {
    customer_id: '1',
    name: MARKER,
    email: `${MARKER}@example.com`,
    phone: MARKER,
    credit_limit: '1.00',
    registered_at: '2024-01-01T00:00:00Z',
    notes: MARKER,
  };
  return headers.map((name) => cells[name] ?? good[name] ?? '').join(',');
};
const head = headers.join(',');
const file = (...lines: string[]) => `${lines.join('\n')}\n`;
const gzipped = gzipSync(file(head, row()).repeat(50));

interface Case {
  /** What the execution fails with. */
  failure: string;
  name: string;
  content: string | Buffer;
  /** In the database, before the import. */
  sql?: string;
}

const cases: Case[] = [
  { failure: 'UnsupportedExtension', name: 'a.txt', content: file(head, row()) },
  { failure: 'EmptyUpload', name: 'empty.csv', content: '' },
  {
    failure: 'UploadTooLarge',
    name: 'bomb.csv.gz',
    content: gzipSync(`${head}\n${MARKER.repeat(1_000_000)}`),
  },
  { failure: 'UndecodableFile', name: 'cut.csv.gz', content: gzipped.subarray(0, -20) },
  {
    failure: 'UndecodableFile',
    name: 'bytes.csv',
    content: Buffer.concat([Buffer.from(file(head, row())), Buffer.of(0x81, 0xff, 0xfe, 0x00)]),
  },
  { failure: 'HeaderInvalid', name: 'no-header.csv', content: file(row(), row()) },
  { failure: 'HeaderInvalid', name: 'one-value.csv', content: `${MARKER}` },
  { failure: 'HeaderInvalid', name: 'open-quote.csv', content: `"${MARKER},${row()}` },
  {
    failure: 'RowsRejected',
    name: 'types.csv',
    content: file(head, row({ customer_id: MARKER, birthday: MARKER })),
  },
  {
    failure: 'RowsRejected',
    name: 'quotes.csv',
    content: file(head, row({ notes: `${MARKER}"x` }), `"${MARKER}`),
  },
  { failure: 'RowsRejected', name: 'width.csv', content: file(head, `${row()},${MARKER}`) },
  { failure: 'RowsRejected', name: 'long.csv', content: file(head, row({ name: MARKER.repeat(90) })) },
  {
    failure: 'ConstraintViolated',
    name: 'check.csv',
    content: file(head, row()),
    sql: `alter table customers add constraint c check (name not like '%${MARKER}%')`,
  },
  {
    failure: 'ConstraintViolated',
    name: 'unique.csv',
    content: file(head, row(), row({ customer_id: '2' })),
    sql: 'create unique index one_name on customers (name)',
  },
  {
    failure: 'ConstraintViolated',
    name: 'trigger.csv',
    content: file(head, row()),
    sql: `create function refuse() returns trigger language plpgsql as
            $$ begin raise exception 'no %', new.name using detail = new.name, hint = new.email; end $$;
          create trigger refuse before insert on customers for each row execute function refuse()`,
  },
  {
    failure: 'CountsDisagree',
    name: 'dropped.csv',
    content: file(head, row()),
    sql: `create function drop_row() returns trigger language plpgsql as $$ begin return null; end $$;
          create trigger drop_row before insert on customers for each row execute function drop_row()`,
  },
  {
    failure: 'TargetTableMismatch',
    name: 'column.csv',
    content: file(head, row()),
    sql: 'alter table customers rename column notes to remarks',
  },
  {
    failure: 'DatabaseUnavailable',
    name: 'down.csv',
    content: file(head, row()),
    sql: `create function go_down() returns trigger language plpgsql as
            $$ begin raise exception 'down with %', new.name using errcode = '57P01'; end $$;
          create trigger go_down before insert on customers for each row execute function go_down()`,
  },
];

const repair = `
  alter table customers drop constraint if exists c;
  drop index if exists one_name;
  drop trigger if exists refuse on customers; drop function if exists refuse;
  drop trigger if exists drop_row on customers; drop function if exists drop_row;
  drop trigger if exists go_down on customers; drop function if exists go_down;
  do $$ begin alter table customers rename column remarks to notes; exception when undefined_column then null; end $$`;

let harness: StackHarness;
beforeAll(async () => {
  harness = await createStackHarness();
});
afterAll(() => harness.close());

async function historyOf(arn: string): Promise<string> {
  const pages = paginateGetExecutionHistory(
    { client: harness.sfn },
    { executionArn: arn, includeExecutionData: true },
  );
  const events = [];
  for await (const page of pages) events.push(...(page.events ?? []));
  return JSON.stringify(events);
}

describe('no cell leaves the reject files', () => {
  it.each(cases)('$failure: $name', async ({ failure, name, content, sql = '' }) => {
    await harness.sql.unsafe(`truncate customers; ${sql}`);
    const arn = await harness.upload(name, content);
    const ended = await harness.end(arn);
    await harness.sql.unsafe(repair);
    expect(ended).toMatchObject({ status: 'FAILED', error: failure });
    const reports = await harness.reports(arn);
    const told = [JSON.stringify(ended), await historyOf(arn), JSON.stringify(reports)];
    expect(told.filter((text) => text.includes(MARKER))).toEqual([]);
    for (const { rejects } of reports) {
      if (rejects !== null) expect((await harness.result(rejects.rowsKey)).toString()).toContain(MARKER);
    }
  });

  it('nor does one reach logs, notifications, the ledger or what the stack remembers', async () => {
    const [ledger] = await harness.sql`
      select (select json_agg(runs) from csv_import.runs)::text as runs,
             (select json_agg(checkpoints) from csv_import.checkpoints)::text as checkpoints`;
    const kept = ['logs', 'executions'].flatMap((folder) =>
      readdirSync(join(harness.directory, folder), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => readFileSync(join(each.parentPath, each.name), 'utf8')),
    );
    const notifications = await harness.notifications();
    expect(notifications).toHaveLength(cases.length);
    expect(kept.length).toBeGreaterThan(cases.length);
    const all = [...kept, ...notifications.map((each) => JSON.stringify(each)), JSON.stringify(ledger)];
    expect(all.filter((text) => text.includes(MARKER))).toEqual([]);
  });
});
