import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { ImportDefinition } from '../../../contract/definition/define-import.ts';
import type { Connection } from '../../connection.ts';
import { ExecutionIndex } from '../../execution-index.ts';
import { ExecutionMemory } from '../../execution-memory.ts';
import type { WorkflowDefinition } from '../../graph/workflow-definition.ts';
import { OperatorError } from '../../operator-error.ts';
import { RecentMap } from '../../recent-map.ts';
import { ConsoleProblem } from './problem.ts';

/** Where the console reads from, with caches. */
export interface ConsoleSource {
  /** Connected anew where the local stack was started anew. */
  connect: () => Promise<Connection>;
  imports: readonly ImportDefinition[];
  /** Null: that of the local stack, the rules, or the newest execution. */
  uploadBucket: string | null;
  executions: ExecutionMemory;
  index: ExecutionIndex;
  /** By ARN: events never change, they only become more. */
  histories: RecentMap<string, HistoryEvent[]>;
  /** By ARN: an execution keeps the definition that it was started with. */
  workflows: RecentMap<string, WorkflowDefinition>;
}

/** People look at one or two at a time, and a history can have 25,000 events. */
const HISTORIES = 10;
const WORKFLOWS = 50;

/** @param uploadBucket null: it is to be found out */
export function createSource(
  connect: () => Promise<Connection>,
  imports: readonly ImportDefinition[],
  uploadBucket: string | null = null,
): ConsoleSource {
  const executions = new ExecutionMemory();
  return {
    connect: () => connect().catch(notConnected),
    imports,
    uploadBucket,
    executions,
    index: new ExecutionIndex(executions),
    histories: new RecentMap(HISTORIES),
    workflows: new RecentMap(WORKFLOWS),
  };
}

/** Nothing is wrong with what was asked for. */
function notConnected(error: unknown): never {
  throw error instanceof OperatorError ? new ConsoleProblem(503, 'NotConnected', error.message) : error;
}
