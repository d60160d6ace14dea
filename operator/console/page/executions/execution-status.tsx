import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { ExecutionHead } from '../../api.ts';
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
export function ExecutionStatus({ execution }: { execution: ExecutionHead }) {
  const { messages } = usePreferences();
  // An importer that somebody stopped fails the execution, but is no failure.
  const status = execution.failure?.blame === null ? 'ABORTED' : execution.status;
  return (
    <StatusIndicator type={types[status] ?? 'info'}>
      {translate(messages.status, status) ?? status}
    </StatusIndicator>
  );
}
