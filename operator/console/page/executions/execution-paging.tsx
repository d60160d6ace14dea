import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ExecutionsFilter, hrefOf } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';

interface ExecutionPagingProps {
  filter: ExecutionsFilter;
  after: string | null;
  /** Null where there are no older ones. */
  next: string | null;
}

/** To the older executions, and back to the newest; the browser's back button goes back by one page. */
export function ExecutionPaging({ filter, after, next }: ExecutionPagingProps) {
  const { messages } = usePreferences();
  if (after === null && next === null) return null;
  return (
    <nav aria-label={messages.executions.pages}>
      <SpaceBetween direction="horizontal" size="xs">
        {after !== null && (
          <Button iconName="angle-left-double" href={hrefOf({ page: 'executions', filter, after: null })}>
            {messages.executions.newest}
          </Button>
        )}
        {next !== null && (
          <Button
            iconName="angle-right"
            iconAlign="right"
            href={hrefOf({ page: 'executions', filter, after: next })}
          >
            {messages.executions.older}
          </Button>
        )}
      </SpaceBetween>
    </nav>
  );
}
