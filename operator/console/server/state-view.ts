import { taskLink } from '../../../contract/console-links.ts';
import { arnOf } from '../../find-execution.ts';
import { readHistory } from '../../read-history.ts';
import { stateVisits } from '../../state-visits.ts';
import type { StateView } from '../api.ts';
import type { ConsoleSource } from './source.ts';

/** All visits of one state of an execution, the last one first. */
export async function readStateView(source: ConsoleSource, name: string, state: string): Promise<StateView> {
  const connection = await source.connect();
  const executionArn = arnOf(connection, name);
  const events = await readHistory(connection, executionArn, source.histories.get(executionArn));
  source.histories.set(executionArn, events);
  const visits = stateVisits(events, state).map(({ attempts, ...visit }) => ({
    ...visit,
    attempts: attempts.map((attempt) => ({
      ...attempt,
      link: attempt.task?.taskArn ? taskLink(attempt.task.taskArn) : null,
    })),
  }));
  return { state, visits: visits.reverse() };
}
