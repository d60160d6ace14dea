import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, type ImportOptions } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';
import { waitFor } from '../support/wait-for.ts';

const table = pgTable('items', { id: integer('id').primaryKey(), name: text('name'), note: text('note') });
const items = (changes: Partial<ImportOptions<typeof table>> = {}) =>
  defineImport({ name: 'items', prefix: 'items/', table, mode: 'upsert', ...changes });
const file = (name: string, from: number, to: number) =>
  `id,name\n${Array.from({ length: to - from + 1 }, (_, index) => `${from + index},${name}`).join('\n')}\n`;

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());
beforeEach(async () => {
  await harness.sql.unsafe(`
    drop schema if exists csv_import cascade; drop table if exists items;
    create table items (id integer primary key, name text, note text)`);
});

const namesOf = async () =>
  (await harness.sql`select name, count(*)::int as rows from items group by 1 order by 1`).map((row) => ({
    ...row,
  }));

/** Importers wait here, at the beginning of the statement that writes to the table, until the gate is open. */
const GATE = 4711;
async function closeGate() {
  await harness.sql.unsafe(`
    create or replace function wait_at_gate() returns trigger language plpgsql as $$
    begin
      if current_setting('application_name') like 'csv-import%' then
        perform pg_advisory_lock_shared(${GATE}); perform pg_advisory_unlock_shared(${GATE});
      end if;
      return null;
    end $$;
    create trigger gate before insert or update or delete on items execute function wait_at_gate()`);
  const keeper = await harness.sql.reserve();
  await keeper.unsafe(`select pg_advisory_lock(${GATE})`);
  return {
    /** Resolves when so many importers wait. */
    reached: (importers = 1) =>
      waitFor('importers at the gate', async () => {
        const [row] = await harness.sql`
          select count(*)::int as count from pg_locks where locktype = 'advisory' and objid = ${GATE} and not granted`;
        return row!.count >= importers || null;
      }),
    async open() {
      await keeper.unsafe(`select pg_advisory_unlock(${GATE})`);
      keeper.release();
    },
  };
}

async function startUpsert(content: string, key = 'items/a.csv', definition = items()) {
  return harness.run(await harness.put(key, content), definition);
}

describe('an upsert, while an application writes', () => {
  it('updates the keys that the application inserts while rows are merged', async () => {
    await harness.sql`insert into items select id, 'old', 'kept' from generate_series(1, 10) as id`;
    const gate = await closeGate();
    const run = startUpsert(file('file', 1, 20));
    await gate.reached();
    await harness.sql`insert into items select id, 'application', 'kept' from generate_series(11, 20) as id`;
    await gate.open();
    expect(await run).toMatchObject({
      outcome: 'imported',
      counts: { read: 20, inserted: 0, updated: 20, unchanged: 0 },
    });
    expect(await harness.sql`select distinct name, note from items`).toMatchObject([
      { name: 'file', note: 'kept' },
    ]);
  });

  it('inserts the keys that the application deletes while rows are merged', async () => {
    await harness.sql`insert into items select id, 'file' from generate_series(1, 20) as id`;
    await harness.sql`update items set name = 'old' where id = 1`;
    const gate = await closeGate();
    const run = startUpsert(file('file', 1, 20));
    await gate.reached();
    await harness.sql`delete from items where id > 15`;
    await gate.open();
    expect(await run).toMatchObject({ counts: { inserted: 5, updated: 1, unchanged: 14 } });
    expect(await namesOf()).toEqual([{ name: 'file', rows: 20 }]);
  });

  it('comes before or after a transaction as a whole, also where a row of it had been as in the file', async () => {
    await harness.sql`insert into items values (1, 'file'), (2, 'old')`;
    const gate = await closeGate();
    const run = startUpsert(file('file', 1, 2));
    await gate.reached();
    await harness.sql`update items set name = 'application'`;
    await gate.open();
    expect(await run).toMatchObject({ counts: { updated: 2, unchanged: 0 } });
    expect(await namesOf()).toEqual([{ name: 'file', rows: 2 }]);
  });

  it('does not count as updated what the application has made the same', async () => {
    await harness.sql`insert into items values (1, 'old'), (2, 'old')`;
    const gate = await closeGate();
    const run = startUpsert(file('file', 1, 3));
    await gate.reached();
    await harness.sql`update items set name = 'file' where id = 1`;
    await harness.sql`insert into items values (3, 'file')`;
    await gate.open();
    expect(await run).toMatchObject({ counts: { inserted: 0, updated: 1, unchanged: 2 } });
  });

  it('holds up nobody who writes to other rows, nor who reads', async () => {
    await harness.sql`insert into items select id, 'old' from generate_series(1, 30) as id`;
    const application = await harness.sql.reserve();
    await application.unsafe("begin; update items set name = 'mine' where id = 20");
    const run = startUpsert(file('file', 1, 20));
    // It waits for row 20 alone, and keeps what it has updated before.
    await waitFor('the row lock', async () => {
      const [row] = await harness.sql`
        select count(*)::int as count from pg_stat_activity
        where application_name like 'csv-import %' and wait_event_type = 'Lock'`;
      return row!.count > 0 || null;
    });
    await harness.sql.begin(async (other) => {
      await other`set local lock_timeout = '2s'`;
      await other`update items set name = 'free' where id = 25`;
      await other`insert into items values (31, 'free')`;
      expect(await other`select count(*)::int as rows from items`).toEqual([{ rows: 31 }]);
    });
    await application.unsafe('commit');
    application.release();
    expect(await run).toMatchObject({ counts: { updated: 20 } });
  });

  it('does not update a second time what a trigger changes on the way in', async () => {
    await harness.sql.unsafe(`
      create or replace function shout() returns trigger language plpgsql as $$
      begin new.name = upper(new.name); new.note = coalesce(new.note, '') || '+'; return new; end $$;
      create trigger shout before insert or update on items for each row execute function shout()`);
    await harness.sql`insert into items values (1, 'old')`;
    const report = await startUpsert(file('file', 1, 3));
    expect(report).toMatchObject({ outcome: 'imported', counts: { inserted: 2, updated: 1, unchanged: 0 } });
    expect(await harness.sql`select id, name, note from items order by id`).toEqual([
      { id: 1, name: 'FILE', note: '++' },
      { id: 2, name: 'FILE', note: '+' },
      { id: 3, name: 'FILE', note: '+' },
    ]);
  });

  it.each(['insert', 'update'])('notices rows that a trigger drops before an %s', async (event) => {
    await harness.sql`insert into items values (1, 'old')`;
    await harness.sql.unsafe(`
      create or replace function drop_row() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger drop_row before ${event} on items for each row execute function drop_row()`);
    const report = await startUpsert(file('file', 1, 2));
    expect(report.failure).toMatchObject({
      name: 'CountsDisagree',
      message:
        '1 rows were written, but are not in the table: a trigger of public.items drops them, or a policy hides them.',
    });
    expect(await namesOf()).toEqual([{ name: 'old', rows: 1 }]);
  });
});

it('two upserts that insert the same keys in another order meet in a deadlock, and both get in', async () => {
  await harness.sql`insert into items values (99, 'old')`;
  await harness.sql.unsafe(`
    create or replace function dawdle() returns trigger language plpgsql as $$
    begin perform pg_sleep(0.5); return new; end $$;
    create trigger dawdle before insert on items for each row execute function dawdle()`);
  const gate = await closeGate();
  const runs = [
    startUpsert('id,name\n1,a\n2,a\n', 'items/a.csv'),
    startUpsert('id,name\n2,b\n1,b\n', 'items/b.csv'),
  ];
  await gate.reached(2);
  await gate.open();
  const reports = await Promise.all(runs);
  expect(reports.map(({ failure }) => failure)).toEqual([null, null]);
  const counts = reports.map((report) => [report.counts.inserted, report.counts.updated]);
  expect(counts).toContainEqual([2, 0]);
  expect(counts).toContainEqual([0, 2]);
  expect(await harness.sql`select count(distinct name)::int as files from items where id < 99`).toEqual([
    { files: 1 },
  ]);
  await waitFor('the deadlock in the statistics', async () => {
    const [row] = await harness.sql`
      select deadlocks::int as count from pg_stat_database where datname = current_database()`;
    return row!.count > 0 || null;
  });
});

describe('two imports into one table', () => {
  it('by upsert: one comes after the other, and the counts say so', async () => {
    await harness.sql`insert into items select id, 'old' from generate_series(1, 1000) as id`;
    const gate = await closeGate();
    const runs = [
      startUpsert(file('a', 1, 2000), 'items/a.csv'),
      startUpsert(file('b', 1, 2000), 'items/b.csv'),
    ];
    await gate.reached();
    await gate.open();
    const reports = await Promise.all(runs);
    const [first, second] = reports.toSorted((a, b) => b.counts.inserted - a.counts.inserted);
    expect(first!.counts).toMatchObject({ inserted: 1000, updated: 1000, unchanged: 0 });
    expect(second!.counts).toMatchObject({ inserted: 0, updated: 2000, unchanged: 0 });
    expect(await namesOf()).toEqual([{ name: second!.upload.key.slice(6, 7), rows: 2000 }]);
  });

  it('by upsert, into an empty table: likewise', async () => {
    const gate = await closeGate();
    const runs = [
      startUpsert(file('a', 1, 500), 'items/a.csv'),
      startUpsert(file('b', 1, 500), 'items/b.csv'),
    ];
    await gate.reached();
    await gate.open();
    const reports = await Promise.all(runs);
    const [first, second] = reports.toSorted((a, b) => b.counts.inserted - a.counts.inserted);
    expect(first!.counts).toMatchObject({ inserted: 500, updated: 0 });
    expect(second!.counts).toMatchObject({ inserted: 0, updated: 500 });
    expect(await namesOf()).toEqual([{ name: second!.upload.key.slice(6, 7), rows: 500 }]);
  });

  it.each([0, 10])('by replace, into a table of %i rows: the rows of one file are left', async (rows) => {
    await harness.sql`insert into items select id, 'old' from generate_series(1, ${rows}::int) as id`;
    const gate = await closeGate();
    const definition = items({ mode: 'replace' });
    const runs = [
      startUpsert(file('a', 1, 300), 'items/a.csv', definition),
      startUpsert(file('b', 201, 400), 'items/b.csv', definition),
    ];
    await gate.reached();
    await gate.open();
    const reports = await Promise.all(runs);
    const second = reports.find(({ counts }) => counts.deleted > rows)!;
    const last = second.upload.key.slice(6, 7);
    expect(await namesOf()).toEqual([{ name: last, rows: last === 'a' ? 300 : 200 }]);
    expect(second.counts).toMatchObject(
      last === 'a'
        ? { inserted: 200, updated: 100, deleted: 100 }
        : { inserted: 100, updated: 100, deleted: 200 },
    );
  });

  it.each(['with', 'without'])(
    'by replace, into an empty table %s a key: likewise, for other keys',
    async (key) => {
      if (key === 'without') await harness.sql.unsafe('alter table items drop constraint items_pkey');
      const plain = pgTable('items', { id: integer('id').notNull(), name: text('name') });
      const definition =
        key === 'with'
          ? items({ mode: 'replace' })
          : defineImport({ name: 'items', prefix: 'items/', table: plain, mode: 'replace' });
      const gate = await closeGate();
      const runs = [
        startUpsert(file('a', 1, 100), 'items/a.csv', definition),
        startUpsert(file('b', 201, 300), 'items/b.csv', definition),
      ];
      // Each waits at the gate, or for the other.
      await waitFor('both imports', async () => {
        const [row] = await harness.sql`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and application_name like 'csv-import %' and wait_event_type = 'Lock'`;
        return row!.count >= 2 || null;
      });
      await gate.open();
      const reports = await Promise.all(runs);
      expect(reports.map(({ counts }) => counts.deleted).toSorted((a, b) => a - b)).toEqual([0, 100]);
      const last = reports.find(({ counts }) => counts.deleted > 0)!.upload.key.slice(6, 7);
      expect(await namesOf()).toEqual([{ name: last, rows: 100 }]);
    },
  );

  it('by replace without a key: likewise', async () => {
    await harness.sql.unsafe('alter table items drop constraint items_pkey');
    const keyless = pgTable('items', { id: integer('id').notNull(), name: text('name') });
    const definition = defineImport({ name: 'items', prefix: 'items/', table: keyless, mode: 'replace' });
    await harness.sql`insert into items values (1, 'old')`;
    const gate = await closeGate();
    const runs = ['a', 'b'].map((name) => startUpsert(file(name, 1, 100), `items/${name}.csv`, definition));
    await gate.reached();
    await gate.open();
    const reports = await Promise.all(runs);
    expect(reports.map(({ counts }) => counts.deleted).toSorted((a, b) => a - b)).toEqual([1, 100]);
    expect(await namesOf()).toHaveLength(1);
  });
});

it('replace lets nobody write while it merges, but read', async () => {
  await harness.sql`insert into items select id, 'old' from generate_series(1, 10) as id`;
  const gate = await closeGate();
  const run = startUpsert(file('file', 5, 20), 'items/a.csv', items({ mode: 'replace' }));
  await gate.reached();
  expect(await namesOf()).toEqual([{ name: 'old', rows: 10 }]);
  const inserted = harness.sql`insert into items values (99, 'application')`.execute();
  await gate.open();
  expect(await run).toMatchObject({ counts: { inserted: 10, updated: 6, deleted: 4 } });
  await inserted;
  expect(await namesOf()).toEqual([
    { name: 'application', rows: 1 },
    { name: 'file', rows: 16 },
  ]);
});
