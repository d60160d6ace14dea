import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import type { Sql } from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrateLedger } from '../../task/ledger/migrate.ts';
import { connect } from '../../task/load/connect.ts';
import type { Connection } from '../../task/load/connection.ts';
import { olderLedger } from '../support/older-ledger.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let connection: Connection;
let sql: Sql;
beforeEach(async () => {
  database = await createTestDatabase();
  connection = connect({ url: database.url, tls: 'url' }, 'migration test');
  sql = connection.sql;
});
afterEach(async () => {
  await sql.end();
  await database.drop();
});

const drizzles = () =>
  migrate(drizzle(sql), {
    migrationsFolder: join(import.meta.dirname, '../../task/ledger/migrations'),
    migrationsSchema: 'csv_import',
    migrationsTable: 'migrations',
  });
const applied = () => sql`select hash, created_at from csv_import.migrations order by id`;
const columns = () => sql`
  select table_name, column_name, data_type, column_default, is_nullable from information_schema.columns
  where table_schema = 'csv_import' order by table_name, ordinal_position`;

describe('the ledger’s migrations', () => {
  it('make what Drizzle’s own migrator makes, and either takes the other’s word for what is applied', async () => {
    await drizzles();
    const theirs = { applied: [...(await applied())], columns: [...(await columns())] };
    expect(theirs.applied.length).toBeGreaterThan(1);
    await migrateLedger(connection);
    expect([...(await applied())]).toEqual(theirs.applied);

    await sql`drop schema csv_import cascade`;
    await migrateLedger(connection);
    expect({ applied: [...(await applied())], columns: [...(await columns())] }).toEqual(theirs);
    await drizzles();
    expect([...(await applied())]).toEqual(theirs.applied);
  });

  it('are applied where some are missing, and all or none', async () => {
    await migrateLedger(connection);
    const all = [...(await applied())];
    // The newest is said to be missing, but what it makes is there, so it fails.
    await sql`delete from csv_import.migrations where id = (select max(id) from csv_import.migrations)`;
    await expect(migrateLedger(connection)).rejects.toThrow();
    expect([...(await applied())]).toEqual(all.slice(0, -1));
  });

  it('give runs of before their places in the order in which they wrote', async () => {
    await migrateLedger(connection);
    await sql.unsafe(olderLedger);
    const rows = [
      ['late', 'imported', '12:00'],
      ['early', 'imported', '10:00'],
      // It has written batches until 11:00, and ended later.
      ['half-way', 'failed', '13:00'],
      ['never', 'failed', '14:00'],
      ['same', 'already-imported', '15:00'],
    ];
    for (const [id, status, ended] of rows) {
      await sql`insert into csv_import.runs (run_id, import, bucket, key, version, etag, size, sequencer, status,
          last_attempt, execution_arn, report_key, ended_at)
        values (${id!}, 'i', 'b', 'k', ${id!}, 'e', 1, '', ${status!}, '', '', '', ${`2026-11-24 ${ended}Z`})`;
    }
    await sql`insert into csv_import.checkpoints
        (run_id, start_offset, end_offset, next_line, first_row, refused, attempt, committed_at)
      values ('half-way', 0, 1, 2, 1, '[]', '', '2026-11-24 10:30Z'), ('half-way', 1, 2, 3, 2, '[]', '', '2026-11-24 11:00Z')`;
    await migrateLedger(connection);
    expect(
      (await sql`select run_id, wrote from csv_import.runs order by wrote, run_id`).map((each) => [
        each.run_id,
        each.wrote,
      ]),
    ).toEqual([
      ['early', '1'],
      ['half-way', '2'],
      ['late', '3'],
      ['never', null],
      ['same', null],
    ]);
  });
});
