import { drawWorkflow } from '../../operator/graph/draw-workflow.ts';
import { layoutWorkflow } from '../../operator/graph/layout-workflow.ts';
import { stateStatuses } from '../../operator/state-statuses.ts';
import { type HistoryName, readHistory } from '../../test/events/histories.ts';
import { definitionOf, makeStack } from '../../test/infra/make-stack.ts';

/** What each picture of docs/console.md shows, for those who cannot see it. */
const labels: Record<HistoryName, string> = {
  success: 'An import that succeeded',
  'file-problem': 'An import that failed because of the file',
  retry: 'An import that failed for now and waits for its next attempt',
  retried: 'An import that succeeded with its second attempt',
  'system-problem': 'An import that failed because of the system',
  redriven: 'The same import, redriven, has succeeded',
  waiting: 'An import that waits for a slot',
  small: 'A small import whose function was killed, and which succeeded as a task',
};

/** The pictures, by their files' names: the synthesised definition, with the states of a recorded history each. */
export async function drawConsolePictures(): Promise<Record<string, string>> {
  const usual = await layOut({});
  const withFunction = await layOut({ smallUploads: { maxBytes: 8_000_000 } });
  const names = Object.keys(labels) as HistoryName[];
  return Object.fromEntries(
    names.map((name) => {
      const events = readHistory(name);
      const path = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
      const options = { label: labels[name], states: stateStatuses(events), path, standalone: true };
      return [`docs/console/${name}.svg`, drawWorkflow(name === 'small' ? withFunction : usual, options)];
    }),
  );
}

async function layOut(config: object) {
  const { template } = await makeStack({ config });
  return layoutWorkflow(definitionOf(template) as Parameters<typeof layoutWorkflow>[0]);
}
