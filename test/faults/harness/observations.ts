import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { expect } from 'vitest';
import type { TableImport } from '../../../contract/definition/define-import.ts';
import { isConnectionLost } from '../../../task/load/database-failure.ts';
import type { Expectation, TableRow } from './expectation.ts';
import type { Target } from './target.ts';

/** What a table is watched for. */
interface WatchedRun {
  runId: string;
  before: readonly TableRow[];
  expected: Expectation;
  definition: TableImport;
  target: Target;
}

const WATCH_EVERY_MS = 15;

/** A run's row in the ledger, with its counts as a report has them. */
export async function ledgerOf(sql: Sql, runId: string) {
  const [run] = await sql`
    select *, bytes_read::int,
      json_build_object('read', rows_read, 'inserted', rows_inserted, 'updated', rows_updated,
        'unchanged', rows_unchanged, 'skipped', rows_skipped, 'duplicates', rows_duplicate, 'deleted', rows_deleted,
        'rejected', rows_rejected, 'emptyRows', rows_empty) as counts
    from csv_import.runs where run_id = ${runId}`;
  return run;
}

/** The importers' sessions in this database, and what they or others hold or wait for. */
export function leftSessions(sql: Sql) {
  return sql`
    select application_name, state, wait_event, left(query, 60) as query, locktype, mode
    from pg_stat_activity
    left join pg_locks using (pid)
    where datname = current_database() and pid <> pg_backend_pid()
      and (application_name like 'csv-import%' or locktype = 'advisory')`;
}

/**
 * Looks at table and ledger all the while, each time in one snapshot: all of a file's rows are there exactly when
 * the ledger says so, or (in batches) those of exactly the batches that have their checkpoint.
 *
 * @returns stops looking, and fails if anything else was seen
 */
export function watchTable(sql: Sql, { runId, before, expected, definition, target }: WatchedRun) {
  const stop = new AbortController();
  const look = async () => {
    const [seen] = await sql.unsafe<{ rows: number; status: string | null; inserted: number | null }[]>(
      `select (select count(*)::int from ${target.name}) as rows,
         (select status from csv_import.runs where run_id = $1),
         (select sum(rows_inserted)::int from csv_import.checkpoints where run_id = $1) as inserted`,
      [runId],
    );
    const [none, all] = [before.length, expected.after.length];
    if (definition.commit !== 'file') {
      expect(seen!.rows, JSON.stringify(seen)).toBe(none + (seen!.inserted ?? 0));
    }
    if (definition.commit === 'file' || seen!.status === 'imported') {
      expect(seen!.rows, JSON.stringify(seen)).toBe(seen!.status === 'imported' ? all : none);
    }
  };
  const watching = (async () => {
    while (!stop.signal.aborted) {
      await look().catch((error: unknown) => {
        // Before the ledger is there (42P01, 3F000), and while the database is down.
        const { code } = error as { code?: string };
        if (code !== '42P01' && code !== '3F000' && !isConnectionLost(error)) throw error;
      });
      await sleep(WATCH_EVERY_MS);
    }
  })();
  // Whoever stops it sees the error.
  watching.catch(() => {});
  return async () => {
    stop.abort();
    await watching;
  };
}
