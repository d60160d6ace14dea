import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { say } from '../messages/messages.ts';
import { useReader } from '../settings/reader.tsx';

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
  const { messages } = useReader();
  return (
    <StatusIndicator type={types[status] ?? 'info'}>{say(messages.status, status) ?? status}</StatusIndicator>
  );
}
