import { DescribeExecutionCommand, DescribeStateMachineForExecutionCommand } from '@aws-sdk/client-sfn';
import { executionLink } from '../../../contract/console-links.ts';
import { startsImporter } from '../../../contract/workflow-data.ts';
import type { Connection } from '../../connection.ts';
import { arnOf } from '../../find-execution.ts';
import type { WorkflowDefinition } from '../../graph/workflow-definition.ts';
import { composeExecution, type Execution } from '../../read-execution.ts';
import { readHistory } from '../../read-history.ts';
import { FILE_PROBLEM } from '../../redrive.ts';
import { readResults } from '../../results.ts';
import { stateStatuses } from '../../state-statuses.ts';
import { makeTimeline, type TimelineEntry } from '../../timeline.ts';
import type { ExecutionView } from '../api.ts';
import { progressOf, toExecutionHead } from './execution-page.ts';
import type { ConsoleSource } from './source.ts';

/** All about one execution, as it is now. */
export async function readExecutionView(source: ConsoleSource, name: string): Promise<ExecutionView> {
  const connection = await source.connect();
  const executionArn = arnOf(connection, name);
  // The status is read before the history: what has ended has all of its events.
  const described = await connection.sfn.send(new DescribeExecutionCommand({ executionArn }));
  const events = await readHistory(connection, executionArn, source.histories.get(executionArn));
  source.histories.set(executionArn, events);
  const execution = composeExecution(described, events.toReversed());
  const timeline = makeTimeline(events);
  const [workflow, progress, { report, rejects, problem }] = await Promise.all([
    readWorkflow(source, connection, executionArn),
    readOwnProgress(connection, execution, timeline),
    readResults(connection, execution),
  ]);
  return {
    execution: toExecutionHead(execution),
    workflow,
    states: stateStatuses(events),
    timeline,
    progress,
    report,
    rejects,
    problem,
    links: {
      execution: executionLink(executionArn),
      log: report?.log ?? execution.failure?.links.log ?? null,
    },
    redriveWarning: execution.failure?.blame === 'file' ? FILE_PROBLEM : null,
  };
}

/** What the attempt that runs now has said; null where none runs. */
async function readOwnProgress(
  connection: Connection,
  execution: Execution,
  timeline: readonly TimelineEntry[],
) {
  const last = timeline.at(-1);
  return startsImporter(last?.state) ? progressOf(connection, execution) : null;
}

async function readWorkflow(
  { workflows }: ConsoleSource,
  { sfn }: Connection,
  executionArn: string,
): Promise<WorkflowDefinition> {
  const known = workflows.get(executionArn);
  if (known !== undefined) return known;
  const { definition } = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  const workflow = graphOf(JSON.parse(definition!) as WorkflowDefinition);
  workflows.set(executionArn, workflow);
  return workflow;
}

/** What a graph needs of a definition, which is asked for every second and has much more. */
function graphOf({ Comment, StartAt, States }: WorkflowDefinition): WorkflowDefinition {
  const states = Object.entries(States).map(([name, state]) => {
    const { Type, Comment, Next, End, Choices, Default, Catch } = state;
    return [name, { Type, Comment, Next, End, Choices, Default, Catch }] as const;
  });
  return { ...(Comment === undefined ? {} : { Comment }), StartAt, States: Object.fromEntries(states) };
}
