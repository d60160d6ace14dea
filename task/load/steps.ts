import type { TableImport } from '../../contract/definition/define-import.ts';
import type { Attempt } from '../../contract/environment.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { databaseErrorOf, databaseFailure } from './database-failure.ts';
import { identifier, qualified } from './identifier.ts';
import { isLockTimeout } from './lock-waits.ts';
import type { Transaction } from './transaction.ts';

/** The keys of rows that the run has inserted, updated or deleted, for the steps after it. */
export const CHANGED = 'pg_temp.csv_import_changed';

/** Whether a load tells the steps after it what it has changed: not in batches, whose transactions are over by then. */
export function recordsChanges({ after, key }: TableImport): boolean {
  return after.length > 0 && key.length > 0;
}

/** Creates the empty table of changed keys; gone at the end of the transaction. */
export async function createChanged(sql: Transaction, definition: TableImport): Promise<void> {
  const key = definition.key.map(identifier).join(', ');
  await sql.unsafe(`
    create temporary table csv_import_changed on commit drop as
    select ${key}, null::text as action from ${qualified(definition.schema, definition.tableName)} with no data`);
}

/**
 * SQL that does what a statement does, and notes the keys of its rows.
 *
 * @param statement without RETURNING
 * @param row the name of the target in it
 */
export function noting(
  statement: string,
  { key }: TableImport,
  row: string,
  action: 'insert' | 'update' | 'delete',
): string {
  const names = key.map((name) => `${row}.${identifier(name)}`).join(', ');
  return `with changed as (${statement} returning ${names})
    insert into ${CHANGED} select changed.*, '${action}' from changed`;
}

/**
 * Runs the steps before or after the rows of a run, in its transaction.
 *
 * @throws ImportFailure `StepFailed`, saying nothing of what the database or the function said, which may quote rows
 */
export async function runSteps(
  sql: Transaction,
  definition: TableImport,
  when: 'before' | 'after',
  { runId, importName, upload, dryRun }: Attempt,
): Promise<void> {
  const steps = definition[when];
  if (steps.length === 0) return;
  await sql`select set_config('csv_import.run_id', ${runId}, true)`;
  for (const [index, step] of steps.entries()) {
    try {
      if (typeof step === 'string') await sql.unsafe(step);
      else await step(sql, { runId, import: importName, key: upload.key, dryRun });
    } catch (error) {
      if (databaseErrorOf(error) !== null && (isLockTimeout(error) || databaseFailure(error).retryable))
        throw error;
      const which = steps.length === 1 ? `"${when}"` : `step ${index + 1} of "${when}"`;
      throw new ImportFailure(
        'StepFailed',
        `Import "${importName}": ${which} failed with ${kindOf(error)}.`,
        {
          cause: error,
        },
      );
    }
  }
}

function kindOf(error: unknown): string {
  const database = databaseErrorOf(error);
  if (database !== null) return `SQLSTATE ${database.code}`;
  const frame = error instanceof Error ? /^\s+at .*$/m.exec(error.stack ?? '')?.[0].trim() : undefined;
  const name = error instanceof Error && /^\w{1,40}$/.test(error.name) ? error.name : 'an error';
  return frame === undefined ? name : `${name} ${frame}`;
}
