import { type FailureName, failureKind, failureNameSchema } from '../contract/failures.ts';
import { noCounts } from '../contract/report.ts';
import type { LedgerRow } from './ledger.ts';
import { bareExecution, type Execution, type ListedExecution } from './read-execution.ts';

/** An execution by its ledger row, and whether that is all there is to know. */
export interface LedgerExecution {
  execution: Execution;
  /** False while it runs, and of a failure, of which the workflow may know more than the importer. */
  final: boolean;
}

/** Describes an execution by its row in the ledger; null where the row may be about another one. */
export function describeByLedger(listed: ListedExecution, row: LedgerRow): LedgerExecution | null {
  const execution: Execution = {
    ...bareExecution(listed),
    upload: { bucket: row.bucket, key: row.key },
    import: row.import,
    runId: row.run_id,
    ...valuesOf(row),
  };
  switch (listed.status) {
    case 'RUNNING':
      return { execution: { ...execution, attempt: row.last_attempt }, final: true };
    case 'SUCCEEDED': {
      const outcome = outcomeOf(listed, row);
      if (outcome === null) return null;
      return { execution: { ...execution, outcome, counts: countsOf(row) }, final: true };
    }
    case 'FAILED': {
      const name = failureNameSchema.safeParse(row.failure).data;
      if (row.status !== 'failed' || name === undefined) return { execution, final: false };
      const failure = failureOf(name, row.failure_message);
      return { execution: { ...execution, failure, counts: countsOf(row) }, final: false };
    }
    default:
      return { execution, final: false };
  }
}

function valuesOf({ upload_values: values }: LedgerRow): Pick<Execution, 'values'> {
  const entries = Object.entries(values ?? {}).filter(([, value]) => value !== null);
  if (entries.length === 0) return {};
  return { values: Object.fromEntries(entries.map(([name, value]) => [name, String(value)])) };
}

function outcomeOf({ name }: ListedExecution, row: LedgerRow): Execution['outcome'] {
  if (row.status === 'already-imported' || row.status === 'superseded') return row.status;
  // A later execution of a run that is imported leaves the row as it is.
  const loaded = row.loading_attempt?.startsWith(`${name}.`) ?? false;
  return row.status === 'imported' && loaded ? 'imported' : null;
}

function countsOf(row: LedgerRow): Execution['counts'] {
  return {
    ...noCounts,
    read: Number(row.rows_read),
    inserted: Number(row.rows_inserted),
    updated: Number(row.rows_updated),
    unchanged: Number(row.rows_unchanged),
    duplicates: Number(row.rows_duplicate),
    deleted: Number(row.rows_deleted),
    rejected: Number(row.rows_rejected),
  };
}

function failureOf(name: FailureName, message: string | null): Execution['failure'] {
  const { blame, advice } = failureKind(name);
  const links = { execution: null, log: null, report: null, rejectedRows: null, rejectErrors: null };
  return { name, blame, message: message ?? '', advice, links };
}
