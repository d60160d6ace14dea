import type { ExecutionListItem } from '@aws-sdk/client-sfn';
import postgres, { type Sql } from 'postgres';

/** How long a database may take that only makes things faster, in milliseconds. */
const PATIENCE_MS = 3000;
/** How far the clocks of the database and of Step Functions may be apart. */
const CLOCKS_APART_MS = 3_600_000;

/** A run that has not been heard of for so long has died. */
const ALIVE = '60 seconds';

/** Names of the errors of a database that has no ledger yet: no schema, or no table. */
const noLedger = new Set(['3F000', '42P01']);

/** A row of `csv_import.runs`, as far as executions are described by it. */
export interface LedgerRow {
  run_id: string;
  import: string;
  bucket: string;
  key: string;
  status: string;
  last_attempt: string;
  loading_attempt: string | null;
  execution_arn: string;
  rows_read: string;
  rows_inserted: string;
  rows_updated: string;
  rows_unchanged: string;
  rows_duplicate: string;
  rows_deleted: string;
  rows_rejected: string;
  failure: string | null;
  failure_message: string | null;
  /** What key and metadata of the upload said; null where nothing, or in a ledger of an earlier release. */
  upload_values: Record<string, unknown> | null;
}

/** The importer's ledger, read where a connection to its database is configured: one query instead of thousands. */
export class Ledger {
  readonly #url: string;

  /** @param url of the database; it is connected to while something is asked only */
  constructor(url: string) {
    this.#url = url;
  }

  /**
   * What the ledger knows of executions, by ARN; of a run with several, it knows the last.
   *
   * @param listed newest first
   */
  async find(
    listed: readonly Pick<ExecutionListItem, 'executionArn' | 'startDate'>[],
  ): Promise<Map<string, LedgerRow>> {
    if (listed.length === 0) return new Map();
    const from = new Date(listed.at(-1)!.startDate!.getTime() - CLOCKS_APART_MS);
    const arns = listed.map(({ executionArn }) => executionArn!);
    const rows = await this.#ask(
      (sql) => sql<LedgerRow[]>`
        select run_id, import, bucket, key, status, last_attempt, loading_attempt, execution_arn, rows_read,
          rows_inserted, rows_updated, rows_unchanged, rows_duplicate, rows_deleted, rows_rejected, failure,
          failure_message, to_jsonb(runs) -> 'upload_values' as upload_values
        from csv_import.runs
        where (ended_at >= ${from} or ended_at is null) and execution_arn = any(${arns})`,
    );
    return new Map((rows ?? []).map((row) => [row.execution_arn, row]));
  }

  /** Runs that load now, and runs that wait for a slot; null where there is no ledger yet. */
  async countSlots(): Promise<{ used: number; waiting: number } | null> {
    const rows = await this.#ask(
      (sql) => sql<{ used: number; waiting: number }[]>`
        select
          (select count(*)::int from csv_import.runs
            where ended_at is null and status = 'running' and updated_at > now() - ${ALIVE}::interval) as used,
          (select count(*)::int from csv_import.waiting where returns_at > now() - ${ALIVE}::interval) as waiting`,
    );
    return rows?.[0] ?? null;
  }

  /** Asks on a connection of its own, which leaves nothing open; null where there is no ledger yet. */
  async #ask<T>(query: (sql: Sql) => Promise<T>): Promise<T | null> {
    const sql = postgres(this.#url, {
      max: 1,
      connect_timeout: PATIENCE_MS / 1000,
      onnotice: () => {},
      connection: { statement_timeout: PATIENCE_MS, application_name: 'csv-import operator' },
    });
    try {
      return await query(sql);
    } catch (error) {
      if (noLedger.has((error as { code?: string }).code ?? '')) return null;
      throw error;
    } finally {
      // Not waited for: a connection that never came about has nothing to end.
      void sql.end({ timeout: 0 });
    }
  }
}
