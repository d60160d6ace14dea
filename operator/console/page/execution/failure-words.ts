import type { ExecutionHead } from '../../api.ts';
import { type Messages, translate } from '../messages/messages.ts';

/** A failure's name with what has the problem; a deliberate stop is a problem with neither the file nor the system. */
export function titleOfFailure({ status, failure }: ExecutionHead, messages: Messages): string {
  const { name, blame } = failure!;
  const shown = translate(messages.status, name) ?? name;
  return blame === null && name === status
    ? shown
    : messages.failure.title(shown, messages.problemWith[blame ?? 'none']);
}

/** What to do about a failure. */
export function adviceFor({ status, failure }: ExecutionHead, messages: Messages): string {
  if (status === 'ABORTED') return messages.failure.stopped;
  if (failure!.blame === null) return messages.failure.stoppedImporter;
  return translate(messages.advice, failure!.name) ?? messages.failure.other;
}
