/** SQL that takes an empty ledger back to before its fifth migration; each later one adds what it undoes of itself. */
export const olderLedger = `
  alter table csv_import.runs drop wrote, drop rows_empty, drop upload_values, drop rows_skipped,
    add constraint runs_upload unique (import, bucket, key, version);
  drop index csv_import.runs_version;
  alter table csv_import.waiting drop away, drop attempt;
  alter table csv_import.checkpoints drop rows_empty, drop comment_lines, drop rows_skipped, drop rows_deleted;
  delete from csv_import.migrations where id > 4`;
