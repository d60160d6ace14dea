import type { Sql } from 'postgres';

/** What names an upload: all that the application has to know of a run. */
export interface UploadName {
  import: string;
  bucket: string;
  key: string;
  /** As S3 answered the upload: `x-amz-version-id`; the ETag without quotes where the bucket keeps no versions. */
  version: string;
}

/** A run, as the ledger has it. Counts are of rows. */
export interface Run {
  status: 'queued' | 'running' | 'imported' | 'already-imported' | 'superseded' | 'failed';
  /** What the importer is doing: `checking`, `loading`, `merging` and so on. */
  phase: string | null;
  percent: number;
  /** Whether the importer was heard of within the last half minute; it says something every two seconds. */
  alive: boolean;
  inserted: number;
  updated: number;
  unchanged: number;
  rejected: number;
  failure: string | null;
  message: string | null;
  blame: 'file' | 'system' | null;
  advice: string | null;
  errorsKey: string | null;
  rowsKey: string | null;
}

/** What has become of an upload; null: no importer was started for it, or not yet. */
export async function readRun(sql: Sql, upload: UploadName): Promise<Run | null> {
  const [run] = await sql<Run[]>`
    select status, phase,
      floor(100.0 * bytes_read / greatest(size, 1))::int as percent,
      updated_at > now() - interval '30 seconds' as alive,
      rows_inserted::float8 as inserted,
      rows_updated::float8 as updated,
      rows_unchanged::float8 as unchanged,
      rows_rejected::float8 as rejected,
      failure, failure_message as message, failure_blame as blame, failure_advice as advice,
      reject_errors_key as "errorsKey", rejected_rows_key as "rowsKey"
    from csv_import.runs
    where import = ${upload.import} and bucket = ${upload.bucket}
      and key = ${upload.key} and version = ${upload.version}
    order by first_started_at desc limit 1`.catch(noLedgerYet);
  return run ?? null;
}

/** The very first importer makes the ledger, and the first of a new release adds what is new. */
function noLedgerYet(error: { code?: string }): Run[] {
  // undefined_table, undefined_column
  if (error.code === '42P01' || error.code === '42703') return [];
  throw error;
}
