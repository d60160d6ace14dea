import Cards from '@cloudscape-design/components/cards';
import type { ExecutionSummary } from '../../api.ts';
import { showInvisible } from '../format/untrusted-text.ts';
import { RelativeTime } from '../frame/relative-time.tsx';
import { usePreferences } from '../settings/preferences.tsx';
import { ExecutionStatus } from './execution-status.tsx';
import { OutcomeOrProgress } from './execution-table.tsx';
import { FileLink } from './file-link.tsx';
import { type Selection, selectionProps } from './selection.ts';

interface ExecutionCardsProps extends Selection {
  executions: readonly ExecutionSummary[];
}

/** Executions as cards, for a phone. */
export function ExecutionCards({ executions, ...selection }: ExecutionCardsProps) {
  const { messages, format } = usePreferences();
  return (
    <Cards
      items={executions}
      trackBy="name"
      {...selectionProps(executions, selection)}
      ariaLabels={{
        cardsLabel: messages.executions.title,
        itemSelectionLabel: (_, { upload, name }) =>
          messages.executions.selectOne(showInvisible(upload?.key ?? name)),
        selectionGroupLabel: messages.executions.select,
      }}
      cardsPerRow={[{ cards: 1 }]}
      cardDefinition={{
        header: (execution) => <FileLink execution={execution} />,
        sections: [
          {
            id: 'status',
            content: (execution) => (
              <>
                <ExecutionStatus execution={execution} /> <OutcomeOrProgress execution={execution} />
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
