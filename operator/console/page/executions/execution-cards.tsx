import Cards from '@cloudscape-design/components/cards';
import type { ExecutionSummary } from '../../api.ts';
import { RelativeTime } from '../frame/relative-time.tsx';
import { usePreferences } from '../settings/preferences.tsx';
import { ExecutionStatus } from './execution-status.tsx';
import { OutcomeOrProgress } from './execution-table.tsx';
import { FileLink } from './file-link.tsx';

/** Executions as cards, for a phone. */
export function ExecutionCards({ executions }: { executions: readonly ExecutionSummary[] }) {
  const { messages, format } = usePreferences();
  return (
    <Cards
      items={executions}
      trackBy="name"
      ariaLabels={{
        cardsLabel: messages.executions.title,
        itemSelectionLabel: (_, { name }) => name,
        selectionGroupLabel: messages.executions.title,
      }}
      cardsPerRow={[{ cards: 1 }]}
      cardDefinition={{
        header: (execution) => <FileLink execution={execution} />,
        sections: [
          {
            id: 'status',
            content: (execution) => (
              <>
                <ExecutionStatus status={execution.status} /> <OutcomeOrProgress execution={execution} />
              </>
            ),
          },
          {
            id: 'figures',
            content: ({ import: importName, startedAt, seconds, counts }) => (
              <>
                {importName ?? messages.none} · <RelativeTime time={startedAt} /> · {format.duration(seconds)}
                {counts !== null && ` · ${messages.progress.rows(format.number(counts.read))}`}
              </>
            ),
          },
        ],
      }}
    />
  );
}
