import type { Sql } from 'postgres';
import { Gate } from './gate.ts';
import type { ApplicationWrites, Statement } from './history.ts';
import type { EndedTransaction, Running } from './running.ts';
import type { TableName } from './world.ts';

/** The application is the victim of a deadlock: it has rolled back. */
const DEADLOCK = '40P01';

/** Starts a transaction of the application. */
export function startTransaction(
  sql: Sql,
  table: TableName,
  action: ApplicationWrites,
  name: string,
): Running<EndedTransaction> {
  const gate = new Gate();
  const carryOut = async (): Promise<boolean> => {
    const { statements, end, waitsBefore } = action;
    const session = await sql.reserve();
    try {
      await session.unsafe('begin');
      await session`select set_config('application_name', ${name}, true)`;
      for (const [index, each] of [...statements, null].entries()) {
        if (index === waitsBefore) await gate.pass();
        if (each !== null) await execute(session, table, each);
      }
      await session.unsafe(end);
      return end === 'commit';
    } catch (error) {
      await session.unsafe('rollback');
      if ((error as { code?: string }).code !== DEADLOCK) throw error;
      return false;
    } finally {
      session.release();
    }
  };
  const ended = carryOut().then((committed) => ({ kind: 'application' as const, action, committed }));
  return { name, gate, ended };
}

async function execute(sql: Sql, name: TableName, { kind, id, owner }: Statement): Promise<void> {
  const table = sql(name);
  if (kind === 'update') {
    await sql`update ${table} set owner = ${owner} where id = ${id}`;
    return;
  }
  if (kind === 'put' || kind === 'remove') {
    const insert = sql`insert into ${table} (id, owner) values (${id}, ${owner})`;
    if (name === 'entries') await insert;
    else await sql`${insert} on conflict (id) do update set owner = excluded.owner`;
  }
  if (kind === 'remove' || kind === 'delete') await sql`delete from ${table} where id = ${id}`;
}
