import { z } from 'zod';
import type { Connection } from '../../connection.ts';
import { arnOf } from '../../find-execution.ts';
import { OperatorError } from '../../operator-error.ts';
import { type Execution, readExecution } from '../../read-execution.ts';
import { redriveExecution, sortIntoPlan } from '../../redrive.ts';
import type { RedrivePlanView, RedriveResult } from '../api.ts';
import { toExecutionHead } from './execution-page.ts';
import type { ConsoleSource } from './source.ts';

/** As many as a page of the list can have. */
const MOST = 100;
/** How many executions are read at a time. */
const AT_ONCE = 5;

const namesSchema = z.object({
  names: z.array(z.string().min(1).max(80)).min(1).max(MOST),
  blame: z.enum(['system', 'any']).default('system'),
});

/**
 * Which of the named executions a redrive would restart, as `ops redrive` plans it.
 *
 * @throws ZodError for a body that is none of api.ts
 */
export async function planRedrivesOf(source: ConsoleSource, body: unknown): Promise<RedrivePlanView> {
  const { names, blame } = namesSchema.parse(body);
  const { redrive, leave } = sortIntoPlan(await readAll(await source.connect(), names), blame);
  return {
    redrive: redrive.map(toExecutionHead),
    leave: leave.map(({ execution, ...why }) => ({ execution: toExecutionHead(execution), ...why })),
  };
}

/** Redrives the named executions in the order in which their uploads came. One that is refused stops no other. */
export async function redriveAll(source: ConsoleSource, body: unknown): Promise<RedriveResult[]> {
  const { names } = namesSchema.parse(body);
  const connection = await source.connect();
  const executions = await readAll(connection, names);
  const results: RedriveResult[] = [];
  for (const execution of executions.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1))) {
    const refused = await redriveExecution(connection, execution).then(
      () => null,
      (error: unknown) => {
        if (error instanceof OperatorError) return error.message;
        throw error;
      },
    );
    results.push({ name: execution.name, refused });
  }
  return results;
}

async function readAll(connection: Connection, names: readonly string[]): Promise<Execution[]> {
  const executions: Execution[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE);
    executions.push(
      ...(await Promise.all(some.map((name) => readExecution(connection, arnOf(connection, name))))),
    );
  }
  return executions;
}
