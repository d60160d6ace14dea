import type { ColumnProblem } from './check-column.ts';
import type { ImportOptions } from './import-options.ts';

/** Modes that find the row of the table by the key in each row of the file. */
const keyedModes: readonly ImportOptions['mode'][] = ['upsert', 'insert', 'update', 'delete'];
/** Modes that change rows which the table has. */
const changingModes: readonly ImportOptions['mode'][] = ['upsert', 'update', 'replace'];

/** Whether a file must have the key, with a value in each row. */
export function needsKey({ mode, missing }: Pick<ImportOptions, 'mode' | 'missing'>): boolean {
  return keyedModes.includes(mode) || (mode === 'replace' && missing !== undefined);
}

/** Whether rows of the file may become rows of the table, which need a value in each NOT NULL column. */
export function insertsRows(mode: ImportOptions['mode']): boolean {
  return mode !== 'update' && mode !== 'delete';
}

/** What does not go with the mode, and the remedy. */
export function findModeProblem(
  options: Pick<
    ImportOptions,
    'mode' | 'commit' | 'duplicates' | 'unknownKeys' | 'newerBy' | 'missing' | 'columns'
  > & { rejects: { maxRows: number } | { maxPercent: number } },
  tableName: string,
  keyLength: number,
): ColumnProblem | null {
  const { mode, commit, rejects, missing } = options;
  if (needsKey(options) && keyLength === 0) {
    return {
      field: 'key',
      problem: `mode "${mode}" needs a key: table "${tableName}" has no primary key, so name the columns`,
    };
  }
  if (mode === 'replace' && ('maxRows' in rejects ? rejects.maxRows : rejects.maxPercent) > 0) {
    return {
      field: 'rejects',
      problem:
        'mode "replace" takes no rejects, since it would delete the rows of the table that the file has, but rejected; leave maxRows and maxPercent out',
    };
  }
  const batches = commit === undefined || commit === 'file' ? null : commit;
  if (mode === 'replace' && batches !== null) {
    return {
      field: 'commit',
      problem:
        'mode "replace" puts the whole file in the table\'s place at once, so it takes no batches; leave commit out',
    };
  }
  if (keyedModes.includes(mode) && batches !== null) {
    if ((batches.lanes ?? 1) > 1) {
      return {
        field: 'commit.lanes',
        problem: `mode "${mode}" takes one lane, since of two rows of a key the later one must win, and lanes commit in any order; leave lanes out`,
      };
    }
    if (options.duplicates === 'reject') {
      return {
        field: 'duplicates',
        problem:
          '"reject" needs all rows of the file at once, and batches hold a part of them; use commit "file", or leave duplicates out',
      };
    }
  }
  if (options.unknownKeys !== undefined && insertsRows(mode)) {
    return { field: 'unknownKeys', problem: `it is for the modes "update" and "delete"; leave it out` };
  }
  if (options.newerBy !== undefined && mode !== 'upsert' && mode !== 'update') {
    return { field: 'newerBy', problem: `it is for the modes "upsert" and "update"; leave it out` };
  }
  if (missing !== undefined && mode !== 'replace') {
    return { field: 'missing', problem: `it is for mode "replace"; leave it out` };
  }
  return findUpdateProblem(options);
}

/** An option of a column that says what becomes of rows which the table has, in a mode that changes none. */
function findUpdateProblem({
  mode,
  columns = {},
}: Pick<ImportOptions, 'mode' | 'columns'>): ColumnProblem | null {
  if (changingModes.includes(mode)) return null;
  for (const [property, column] of Object.entries(columns)) {
    const problem = `mode "${mode}" updates no row; leave it out`;
    if (column?.onUpdate !== undefined) return { field: `columns.${property}.onUpdate`, problem };
    if (column?.empty === 'keep') return { field: `columns.${property}.empty`, problem };
  }
  return null;
}
