import { print } from '../operator/output.ts';
import { openDatabase } from './open-database.ts';
import { findRunningStack } from './stack-file.ts';
import { formatRows, queryText } from './text-rows.ts';

/**
 * `npm run sql`: runs a statement in the database of the stack that is running, where there is no psql, and shows the
 * rows that come back.
 *
 * @throws Error where no stack is running, or with what PostgreSQL says
 */
export async function runSqlCommand(statement: string, { directory }: { directory: string }): Promise<void> {
  const stack = findRunningStack(directory);
  if (stack === null) throw new Error('No local stack is running here. Start it with `npm run local`.');
  const sql = openDatabase(stack.databaseUrl);
  try {
    for (const result of await queryText(sql, statement)) {
      print(result.columns.length > 0 ? formatRows(result) : (result.command ?? '').toLowerCase());
    }
  } finally {
    await sql.end({ timeout: 1 });
  }
}
