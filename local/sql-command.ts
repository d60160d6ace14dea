import { visible } from '../contract/visible-text.ts';
import { print } from '../operator/output.ts';
import { formatTable } from '../operator/table.ts';
import { openDatabase } from './open-database.ts';
import { findRunningStack } from './stack-file.ts';

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
    const rows = await sql.unsafe(statement);
    const names = rows.columns?.map(({ name }) => name) ?? [];
    const head = names.map(visible);
    const cells = rows.map((row) => names.map((name) => visible(String(row[name] ?? ''))));
    print(head.length > 0 ? formatTable(head, cells) : rows.command.toLowerCase());
  } finally {
    await sql.end({ timeout: 1 });
  }
}
