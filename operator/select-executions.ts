import type { Execution } from './read-execution.ts';

/** What the list can be sorted by. */
export const sortFields = ['started', 'duration', 'rows', 'file', 'import', 'status'] as const;
export type SortField = (typeof sortFields)[number];

/** The page's statuses: unlike those of Step Functions, a deliberate stop of the importer is not a failure. */
export const shownStatuses = ['running', 'succeeded', 'failed', 'timed_out', 'aborted'] as const;
export type ShownStatus = (typeof shownStatuses)[number];

/** Which executions are wanted, in which order; all conditions must hold. */
export interface Selection {
  import?: string | undefined;
  /** `failed` has timeouts, too; `aborted` has all deliberate stops. */
  status?: ShownStatus | undefined;
  blame?: 'file' | 'system' | undefined;
  /** Words that key, names, ids, failure and message contain, all of them, in whatever case. */
  search?: string | undefined;
  /** Started from then on, and before then. */
  since?: Date | undefined;
  until?: Date | undefined;
  sort?: SortField | undefined;
  /** Default: descending. */
  ascending?: boolean | undefined;
}

/** The executions that are wanted, in the order that is. */
export function selectExecutions(executions: readonly Execution[], selection: Selection): Execution[] {
  const words = normalise(selection.search ?? '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const chosen = executions.filter(
    (execution) => isWanted(execution, selection) && words.every((word) => textOf(execution).includes(word)),
  );
  const { sort = 'started', ascending = false } = selection;
  // Newest first comes as it is.
  if (sort === 'started') return ascending ? chosen.reverse() : chosen;
  const direction = ascending ? 1 : -1;
  const keyed = chosen.map((execution) => ({ execution, key: sortKey(execution, sort) }));
  keyed.sort((a, b) => {
    // What has no value comes last in either order.
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    return (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * direction;
  });
  return keyed.map(({ execution }) => execution);
}

/** How an execution ended, or that it has not. */
export function shownStatus({ status, failure }: Execution): ShownStatus {
  if (status === 'ABORTED' || (status === 'FAILED' && failure?.blame === null)) return 'aborted';
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return 'running';
  return status.toLowerCase() as ShownStatus;
}

function isWanted(execution: Execution, selection: Selection): boolean {
  const { startedAt, failure } = execution;
  const status = shownStatus(execution);
  const started = Date.parse(startedAt);
  return (
    (selection.import === undefined || execution.import === selection.import) &&
    (selection.status === undefined ||
      status === selection.status ||
      (selection.status === 'failed' && status === 'timed_out')) &&
    (selection.blame === undefined || failure?.blame === selection.blame) &&
    (selection.since === undefined || started >= selection.since.getTime()) &&
    (selection.until === undefined || started < selection.until.getTime())
  );
}

/** Texts of executions, which are looked through at each keystroke. */
const texts = new WeakMap<Execution, string>();

function textOf(execution: Execution): string {
  const known = texts.get(execution);
  if (known !== undefined) return known;
  const { name, upload, import: importName, runId, failure, values = {} } = execution;
  const parts = [upload && `s3://${upload.bucket}/${upload.key}`, name, importName, runId];
  const said = Object.entries(values).map(([field, value]) => `${field}=${value}`);
  const text = normalise([...parts, ...said, failure?.name, failure?.message].filter(Boolean).join('\n'));
  texts.set(execution, text);
  return text;
}

function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function sortKey(execution: Execution, sort: Exclude<SortField, 'started'>): string | number | null {
  switch (sort) {
    case 'duration':
      return execution.seconds;
    case 'rows':
      return execution.counts?.read ?? null;
    case 'file':
      return execution.upload?.key ?? null;
    case 'import':
      return execution.import;
    case 'status':
      return shownStatus(execution);
  }
}
