// Modes, scope, lookups and steps on a table of another schema with reserved and mixed-case names, whole and partitioned.
import { integer, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineImport, fromKey, importedAt } from '../../contract/definition/define-import.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

const schema = pgSchema('Odd Shop');
const groups = schema.table('Group', { id: integer('Id').primaryKey(), code: text('order').notNull() });
const items = schema.table('select', {
  tenant: integer('Tenant').notNull(),
  id: integer('user').notNull(),
  group: integer('Group Id'),
  label: text('"Label"'),
  gone: timestamp('Gone At', { withTimezone: true }),
});
type Options = Parameters<typeof defineImport<typeof items>>[0];
const imported = (changes: Partial<Options>) =>
  defineImport({
    name: 'items',
    prefix: 'items/',
    key: '{tenant}/*.csv',
    keyColumns: ['tenant', 'id'],
    table: items,
    mode: 'upsert',
    rejects: { maxRows: 5 },
    values: { tenant: fromKey('tenant') },
    scope: ['tenant'],
    columns: { group: { lookup: { in: groups, by: 'code' } } },
    after: 'insert into "Odd Shop".log select "user", action from csv_import_changed',
    ...changes,
  });

let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(() => harness.close());

describe.each(['', 'partition by list ("Tenant")'])('a table %s', (partitioning) => {
  beforeEach(async () => {
    await harness.sql.unsafe(`
      drop schema if exists csv_import cascade; drop schema if exists "Odd Shop" cascade; create schema "Odd Shop";
      create table "Odd Shop"."Group" ("Id" integer primary key, "order" text not null);
      create table "Odd Shop".log (id integer, action text);
      create table "Odd Shop"."select" ("Tenant" integer not null, "user" integer not null, "Group Id" integer,
        """Label""" text, "Gone At" timestamptz, primary key ("Tenant", "user")) ${partitioning};
      insert into "Odd Shop"."Group" values (10, 'x'), (20, 'y')`);
    if (partitioning !== '') {
      await harness.sql.unsafe(`
        create table "Odd Shop"."one" partition of "Odd Shop"."select" for values in (1);
        create table "Odd Shop"."others" partition of "Odd Shop"."select" default`);
    }
    await harness.sql.unsafe(`
      insert into "Odd Shop"."select" values (1, 1, 10, 'one'), (1, 2, 20, 'two'), (2, 1, 10, 'other')`);
  });
  let uploads = 0;
  const run = async (content: string, changes: Partial<Options>) => {
    const report = await harness.run(
      await harness.put(`items/1/${++uploads}.csv`, content),
      imported(changes),
    );
    expect(report.failure).toBeNull();
    return report.counts;
  };
  const rows = async () =>
    (
      await harness.sql`
        select "user", "Group Id", """Label""", "Gone At" is not null as gone from "Odd Shop"."select"
        where "Tenant" = 1 order by 1`.values()
    ).map((row) => [...row]);
  const log = async () =>
    (await harness.sql`select * from "Odd Shop".log order by id`.values()).map((row) => [...row]);

  it.each<[Options['mode'], string, object, unknown[], unknown[]]>([
    [
      'append',
      'user,Group Id\n3,x\n',
      { inserted: 1 },
      [
        [1, 10, 'one', false],
        [2, 20, 'two', false],
        [3, 10, null, false],
      ],
      [[3, 'insert']],
    ],
    [
      'upsert',
      'user,Group Id\n1,y\n3,x\n4,z\n',
      { inserted: 1, updated: 1, rejected: 1 },
      [
        [1, 20, 'one', false],
        [2, 20, 'two', false],
        [3, 10, null, false],
      ],
      [
        [1, 'update'],
        [3, 'insert'],
      ],
    ],
    [
      'insert',
      'user,Group Id\n1,y\n3,x\n',
      { inserted: 1, skipped: 1 },
      [
        [1, 10, 'one', false],
        [2, 20, 'two', false],
        [3, 10, null, false],
      ],
      [[3, 'insert']],
    ],
    [
      'update',
      'user,"""Label"""\n1,ONE\n3,x\n',
      { updated: 1, rejected: 1 },
      [
        [1, 10, 'ONE', false],
        [2, 20, 'two', false],
      ],
      [[1, 'update']],
    ],
    ['delete', 'user\n1\n3\n', { deleted: 1, skipped: 1 }, [[2, 20, 'two', false]], [[1, 'delete']]],
  ])('%s', async (mode, content, counts, expected, changed) => {
    expect(await run(content, { mode })).toMatchObject(counts);
    expect(await rows()).toEqual(expected);
    expect(await log()).toEqual(changed);
    expect(
      await harness.sql`select from "Odd Shop"."select" where "Tenant" = 2 and """Label""" = 'other'`,
    ).toHaveLength(1);
  });

  it('replace, deleting and marking', async () => {
    const marking = { mode: 'replace', rejects: { maxRows: 0 } } as const;
    expect(
      await run('user,Group Id\n2,y\n', { ...marking, missing: { set: { gone: importedAt() } } }),
    ).toMatchObject({
      unchanged: 1,
      deleted: 1,
    });
    expect(await rows()).toEqual([
      [1, 10, 'one', true],
      [2, 20, 'two', false],
    ]);
    expect(await run('user,Group Id\n3,y\n', marking)).toMatchObject({ inserted: 1, deleted: 2 });
    expect(await rows()).toEqual([[3, 20, null, false]]);
    expect(await harness.sql`select from "Odd Shop"."select" where "Tenant" = 2`).toHaveLength(1);
  });
});
