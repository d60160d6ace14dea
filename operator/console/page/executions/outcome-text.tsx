import Box from '@cloudscape-design/components/box';
import type { ExecutionHead } from '../../api.ts';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { usePreferences } from '../settings/preferences.tsx';

/** How an execution ended, in a few words: its failure and the cause, the rejected rows, or its outcome. */
export function OutcomeText({ execution }: { execution: ExecutionHead }) {
  const { messages, format } = usePreferences();
  const { failure, counts, outcome, status } = execution;
  if (failure !== null) {
    // Step Functions' own end has no other name than the status, which is shown already.
    if (failure.name === status) return messages.none;
    return (
      <span className="breakable">
        <Box variant="span" color="text-status-error">
          <UntrustedText text={failure.name} />
        </Box>
        <Box variant="span" color="text-body-secondary">
          {' '}
          ({messages.blame[failure.blame ?? 'none']})
        </Box>
      </span>
    );
  }
  if ((counts?.rejected ?? 0) > 0) {
    return (
      <Box variant="span" color="text-status-warning">
        {messages.progress.rejected(format.number(counts!.rejected))}
      </Box>
    );
  }
  return outcome === null ? messages.none : messages.outcome[outcome];
}
