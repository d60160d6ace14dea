import Box from '@cloudscape-design/components/box';
import type { Overview } from '../../api.ts';
import { FileLink } from '../executions/file-link.tsx';
import { RelativeTime } from '../frame/relative-time.tsx';
import { usePreferences } from '../settings/preferences.tsx';

/** The imports that took longest. */
export function SlowestImports({ slowest }: Pick<Overview, 'slowest'>) {
  const { messages, format } = usePreferences();
  if (slowest.length === 0) return <Box color="text-body-secondary">{messages.overview.noRows}</Box>;
  return (
    <ul className="divided">
      {slowest.map((execution) => (
        <li key={execution.name}>
          <FileLink execution={execution} />
          <span className="muted">
            {format.duration(execution.seconds)} ·{' '}
            {messages.progress.rows(format.number(execution.counts?.read ?? 0))} ·{' '}
            <RelativeTime time={execution.startedAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}
