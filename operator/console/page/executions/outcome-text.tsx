import Box from '@cloudscape-design/components/box';
import type { ExecutionHead } from '../../api.ts';
import { StrangersText } from '../frame/strangers-text.tsx';
import { useReader } from '../settings/reader.tsx';

/** How an execution ended, in a few words: its failure and whose fault that is, the rows it refused, or its outcome. */
export function OutcomeText({ execution }: { execution: ExecutionHead }) {
  const { messages, format } = useReader();
  const { failure, counts, outcome, status } = execution;
  if (failure !== null) {
    // Step Functions' own end has no other name than the status, which is shown already.
    if (failure.name === status) return messages.none;
    return (
      <span className="breakable">
        <Box variant="span" color="text-status-error">
          <StrangersText text={failure.name} />
        </Box>{' '}
        <Box variant="span" color="text-body-secondary">
          ({messages.blame[failure.blame]})
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
