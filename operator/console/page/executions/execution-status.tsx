import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { translate } from '../messages/messages.ts';
import { usePreferences } from '../settings/preferences.tsx';

const types: Record<string, StatusIndicatorProps.Type> = {
  RUNNING: 'in-progress',
  SUCCEEDED: 'success',
  FAILED: 'error',
  TIMED_OUT: 'error',
  ABORTED: 'stopped',
  PENDING_REDRIVE: 'pending',
};

/** An execution's status, with a sign as well as a colour. */
export function ExecutionStatus({ status }: { status: string }) {
  const { messages } = usePreferences();
  return (
    <StatusIndicator type={types[status] ?? 'info'}>
      {translate(messages.status, status) ?? status}
    </StatusIndicator>
  );
}
