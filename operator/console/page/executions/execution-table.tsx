import Table from '@cloudscape-design/components/table';
import type { ExecutionSummary } from '../../api.ts';
import { showInvisible } from '../format/untrusted-text.ts';
import { RelativeTime } from '../frame/relative-time.tsx';
import type { ExecutionsFilter } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { navigate } from '../use-route.ts';
import { ExecutionStatus } from './execution-status.tsx';
import { FileLink } from './file-link.tsx';
import { ImportProgress } from './import-progress.tsx';
import { OutcomeText } from './outcome-text.tsx';

interface ExecutionTableProps extends Selection {
  executions: readonly ExecutionSummary[];
  /** Says what they are sorted by. */
  filter: ExecutionsFilter;
}

/** Executions as a table, for screens that are wide enough. */
export function ExecutionTable({ executions, filter, ...selection }: ExecutionTableProps) {
  const { messages, format } = usePreferences();
  const words = messages.executions;
  return (
    <Table
      items={executions}
      trackBy="name"
      {...selectionProps(executions, selection)}
      ariaLabels={{
        tableLabel: words.title,
        selectionGroupLabel: words.select,
        allItemsSelectionLabel: () => words.selectAll,
        itemSelectionLabel: (_, { upload, name }) => words.selectOne(showInvisible(upload?.key ?? name)),
      }}
      sortingColumn={{ sortingField: filter.sort ?? 'started' }}
      sortingDescending={filter.order !== 'ascending'}
      onSortingChange={({ detail }) =>
        navigate({
          page: 'executions',
          filter: {
            ...filter,
            sort: detail.sortingColumn.sortingField ?? null,
            order: detail.isDescending ? null : 'ascending',
          },
          number: 1,
        })
      }
      wrapLines
      contentDensity="compact"
      columnDefinitions={[
        {
          id: 'status',
          sortingField: 'status',
          header: words.status,
          cell: (execution) => <ExecutionStatus execution={execution} />,
          width: 130,
        },
        {
          id: 'file',
          sortingField: 'file',
          header: words.file,
          cell: (execution) => <FileLink execution={execution} />,
          isRowHeader: true,
          minWidth: 180,
        },
        {
          id: 'import',
          sortingField: 'import',
          header: words.import,
          cell: (each) => each.import ?? messages.none,
          minWidth: 100,
        },
        {
          id: 'started',
          sortingField: 'started',
          header: words.started,
          cell: ({ startedAt }) => <RelativeTime time={startedAt} />,
          minWidth: 110,
        },
        {
          id: 'duration',
          sortingField: 'duration',
          header: words.duration,
          cell: ({ seconds }) => format.duration(seconds),
          minWidth: 100,
        },
        {
          id: 'rows',
          sortingField: 'rows',
          header: words.rows,
          cell: ({ counts }) => (counts === null ? messages.none : format.number(counts.read)),
          minWidth: 80,
        },
        {
          id: 'outcome',
          header: words.outcome,
          cell: (execution) => <OutcomeOrProgress execution={execution} />,
          minWidth: 220,
        },
      ]}
    />
  );
}

import { type Selection, selectionProps } from './selection.ts';

/** How it ended; how far it is, while it runs. */
export function OutcomeOrProgress({ execution }: { execution: ExecutionSummary }) {
  return execution.status === 'RUNNING' ? (
    <ImportProgress progress={execution.progress} label={execution.upload?.key ?? execution.name} />
  ) : (
    <OutcomeText execution={execution} />
  );
}
