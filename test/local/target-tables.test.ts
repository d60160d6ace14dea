import { integer, pgEnum, pgSchema, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PostgresServer, removePostgres, startPostgres } from '../../local/postgres.ts';
import { createMissingTables, planMissingTables } from '../../local/target-tables.ts';
import { makeFolder } from './make-folder.ts';

const directory = makeFolder();
let server: PostgresServer;
let sql: Sql;
beforeAll(async () => {
  server = await startPostgres({ directory, port: 0, fsync: false });
});
afterAll(() => removePostgres(directory));
beforeEach(async () => {
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin`drop database if exists tables`;
  await admin`create database tables`;
  await admin.end();
  sql = postgres(server.url.replace(/postgres$/, 'tables'), { max: 1, onnotice: () => {} });
  return () => sql.end();
});

const tablesThere = async () =>
  (
    await sql<{ name: string }[]>`
      select table_schema || '.' || table_name as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') order by 1`
  ).map(({ name }) => name);

describe('the imports’ tables', () => {
  const colour = pgEnum('colour', ['red', 'blue']);
  const shop = pgSchema('shop');
  const people = pgTable('people', { id: integer('id').primaryKey(), colour: colour('colour').notNull() });
  const orders = shop.table(
    'orders',
    { person: integer('person').references(() => people.id), line: integer('line'), note: text('note') },
    (table) => [primaryKey({ columns: [table.person, table.line] })],
  );
  const modules = { people: { colour, people }, orders: { shop, orders } };

  it('are created with their enums, schemas, keys and references, once', async () => {
    expect(await createMissingTables(sql, modules)).toEqual(['people', 'orders']);
    expect(await tablesThere()).toEqual(['public.people', 'shop.orders']);
    await sql`insert into people values (1, 'red')`;
    await sql`insert into shop.orders values (1, 1, 'a')`;
    await expect(sql`insert into people values (2, 'green')`).rejects.toMatchObject({ code: '22P02' });
    await expect(sql`insert into shop.orders values (1, 1, 'b')`).rejects.toMatchObject({ code: '23505' });
    await expect(sql`insert into shop.orders values (9, 1, 'b')`).rejects.toMatchObject({ code: '23503' });
    expect(await createMissingTables(sql, modules)).toEqual([]);
    expect(await sql`select count(*)::int as n from people`).toMatchObject([{ n: 1 }]);
  });

  it('are added to those that are there, whose enums and schemas stay', async () => {
    await createMissingTables(sql, { people: modules.people });
    await sql`create schema shop`;
    expect(await createMissingTables(sql, modules)).toEqual(['orders']);
    expect(await tablesThere()).toEqual(['public.people', 'shop.orders']);
  });

  it('are all created where two files export them by one name, and once where two export the same', async () => {
    const first = { table: pgTable('first', { id: integer('id') }) };
    const second = { table: pgTable('second', { id: integer('id') }) };
    expect(await createMissingTables(sql, { first, second, third: first })).toEqual(['first', 'second']);
    expect(await tablesThere()).toEqual(['public.first', 'public.second']);
  });

  it('can be planned without touching the database: the SQL for a database of the user’s own', async () => {
    const { missing, statements } = await planMissingTables(sql, modules);
    expect(missing).toEqual(['people', 'orders']);
    expect(statements.join('\n')).toContain('CREATE TABLE "shop"."orders"');
    expect(await tablesThere()).toEqual([]);
    for (const statement of statements) await sql.unsafe(statement);
    expect(await tablesThere()).toEqual(['public.people', 'shop.orders']);
  });

  it('of imports/ can all be created', async () => {
    expect(await createMissingTables(sql)).toContain('customers');
    expect(await createMissingTables(sql)).toEqual([]);
  });
});
