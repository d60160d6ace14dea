import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import type { Counts } from '../../../contract/report.ts';
import type { Upload } from '../../../contract/upload.ts';
import { leftSessions } from '../../faults/harness/observations.ts';
import { createImportHarness, type ImportHarness } from '../../support/import-harness.ts';
import { type FileRow, fileOf, importOf, type Row, type Stream, type TableName, tablesSql } from './world.ts';

/** What an attempt committed, as the database itself has written it down. */
export interface Committed {
  number: number;
  runId: string;
  attempt: string;
  /** `imported`: the run says so from then on. */
  kind: 'batch' | 'imported';
  /** A batch's first row, from 1. */
  first: number | null;
  counts: Counts;
}

/** A run's row in the ledger, as far as this suite looks at it. */
export interface LedgerEntry {
  runId: string;
  status: string;
  failure: string | null;
}

const countsOf = (row: string, deleted: string) => `jsonb_build_object(
  'read', ${row}.rows_read, 'inserted', ${row}.rows_inserted, 'updated', ${row}.rows_updated,
  'unchanged', ${row}.rows_unchanged, 'skipped', ${row}.rows_skipped, 'duplicates', ${row}.rows_duplicate, 'deleted', ${deleted},
  'rejected', ${row}.rows_rejected, 'emptyRows', ${row}.rows_empty)`;

/** Whatever becomes of ledger and checkpoints later: what was committed stays written down. */
const journalSql = `
  create table journal (
    number serial primary key, run_id text, attempt text, kind text, first bigint, counts jsonb
  );
  create function note_batch() returns trigger language plpgsql as $$ begin
    insert into journal (run_id, attempt, kind, first, counts)
    values (new.run_id, new.attempt, 'batch', new.first_row, ${countsOf('new', '0')});
    return null;
  end $$;
  create trigger note after insert on csv_import.checkpoints for each row execute function note_batch();
  create function note_imported() returns trigger language plpgsql as $$ begin
    insert into journal (run_id, attempt, kind, counts)
    values (new.run_id, coalesce(new.loading_attempt, new.last_attempt), 'imported', ${countsOf('new', 'new.rows_deleted')});
    return null;
  end $$;
  create trigger note after update on csv_import.runs for each row
    when (new.status = 'imported' and old.status <> 'imported') execute function note_imported()`;

/** A backend notices the end of its client when it next reads or writes. */
const SESSIONS_END_WITHIN_MS = 10_000;

/** A database with both tables, S3, and a record of what is committed. */
export class HistoryHarness {
  readonly harness: ImportHarness;
  /** The application's connections. */
  readonly application: Sql;

  private constructor(harness: ImportHarness) {
    this.harness = harness;
    this.application = postgres(harness.databaseUrl, { max: 8, onnotice: () => {}, prepare: false });
  }

  static async open(): Promise<HistoryHarness> {
    const harness = await createImportHarness();
    const name = new URL(harness.databaseUrl).pathname.slice(1);
    // Whoever is in a deadlock is told at once, instead of after a second.
    await harness.sql.unsafe(`alter database ${name} set deadlock_timeout = '100ms'; ${tablesSql}`);
    // The importer makes its ledger by itself.
    const upload = await harness.put('uploads/append/first.csv', fileOf([]));
    await harness.run(upload, importOf('append/first'));
    await harness.sql.unsafe(journalSql);
    return new HistoryHarness(harness);
  }

  /** Makes the table hold these rows, and the ledger nothing. */
  async reset(table: TableName, rows: readonly Row[]): Promise<void> {
    const { sql } = this.harness;
    await sql.unsafe(
      'truncate accounts, entries, journal, csv_import.runs, csv_import.checkpoints, csv_import.waiting',
    );
    if (rows.length > 0) await sql`insert into ${sql(table)} ${sql(rows as Row[], 'id', 'owner')}`;
  }

  /** Puts a version of a stream into the bucket. */
  async put(stream: Stream, folder: string, version: number, rows: readonly FileRow[]): Promise<Upload> {
    const key = `${importOf(stream).prefix}${folder}/${stream.slice(stream.indexOf('/') + 1)}.csv`;
    return this.harness.put(key, fileOf(rows), version.toString(16).padStart(4, '0'));
  }

  async readTable(table: TableName): Promise<Row[]> {
    return [...(await this.harness.sql<Row[]>`select id, owner from ${this.harness.sql(table)}`)];
  }

  /** What was committed after the entry of this number. */
  async committedSince(number: number): Promise<Committed[]> {
    return [
      ...(await this.harness.sql<Committed[]>`
        select number, run_id as "runId", attempt, kind, first::int, counts
        from journal where number > ${number} order by number`),
    ];
  }

  async readLedger(): Promise<LedgerEntry[]> {
    return [
      ...(await this.harness.sql<
        LedgerEntry[]
      >`select run_id as "runId", status, failure from csv_import.runs`),
    ];
  }

  /** Runs that are entered as waiting for their slot. */
  async waitingRuns(): Promise<string[]> {
    const rows = await this.harness.sql<
      { runId: string }[]
    >`select run_id as "runId" from csv_import.waiting`;
    return rows.map(({ runId }) => runId);
  }

  /** Whether a session of this name waits for a lock. */
  async isBlocked(name: string): Promise<boolean> {
    const rows = await this.harness.sql`
      select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and strpos(application_name, ${name}) > 0`;
    return rows.length > 0;
  }

  /** Ends sessions of this name. */
  async endSessions(name: string, which: 'all' | 'with advisory locks'): Promise<void> {
    await this.harness.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and strpos(application_name, ${name}) > 0
        and (${which === 'all'} or pid in (select pid from pg_locks where locktype = 'advisory' and granted))`;
  }

  /** Importers' sessions and advisory locks that do not go away. */
  async sessionsLeft(): Promise<unknown[]> {
    for (const deadline = Date.now() + SESSIONS_END_WITHIN_MS; ; ) {
      const left = await leftSessions(this.harness.sql);
      if (left.length === 0 || Date.now() > deadline) return [...left];
      await sleep(20);
    }
  }

  async close(): Promise<void> {
    await this.application.end({ timeout: 1 });
    await this.harness.close();
  }
}
