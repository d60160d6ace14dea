import { failureKind, failureNames } from '../../../../contract/failures.ts';
import type { ExecutionHead, ExecutionView } from '../../api.ts';

/** What there is to be done about an execution. */
export interface NextStep {
  /** Which words say it: those of `messages.next`, or the failure's advice. */
  message:
    | 'running'
    | 'imported'
    | 'alreadyImported'
    | 'superseded'
    | 'done'
    | 'ignored'
    | 'dryRun'
    | 'dryRunRejects'
    | 'leftOut'
    | 'advice'
    | 'notRedrivable';
  /** What is offered for it, the most likely first. */
  actions: Action[];
}

export type Action = 'read-rejects' | 'upload-corrected' | 'upload-again' | 'redrive' | 'stop';

/** The next step, by what became of the execution. */
export function nextStep({ execution, rejects }: Pick<ExecutionView, 'execution' | 'rejects'>): NextStep {
  const { status, failure, notRedrivable } = execution;
  const reading: Action[] = rejects === null ? [] : ['read-rejects'];
  // An execution that is about to be redriven has no failure either.
  if (failure === null && status !== 'SUCCEEDED') return { message: 'running', actions: ['stop'] };
  if (failure === null) return afterSuccess(execution, reading);
  if (failure.blame === 'file') {
    const upload: Action[] = needsUpload(failure.name) ? ['upload-corrected'] : [];
    const redrive: Action[] = notRedrivable === null ? ['redrive'] : [];
    return { message: 'advice', actions: [...reading, ...upload, ...redrive] };
  }
  return notRedrivable === null
    ? { message: 'advice', actions: ['redrive', ...reading] }
    : { message: 'notRedrivable', actions: ['upload-again', ...reading] };
}

/** A failure that this version does not know is told to be the file’s, so a file is what it takes. */
function needsUpload(name: string): boolean {
  const known = failureNames.find((each) => each === name);
  return known === undefined || failureKind(known).needsUpload;
}

function afterSuccess({ outcome, counts }: ExecutionHead, reading: Action[]): NextStep {
  const rejected = (counts?.rejected ?? 0) > 0;
  switch (outcome) {
    case 'dry-run':
      return {
        message: rejected ? 'dryRunRejects' : 'dryRun',
        actions: [...reading, rejected ? 'upload-corrected' : 'upload-again'],
      };
    case 'already-imported':
      return { message: 'alreadyImported', actions: reading };
    case 'superseded':
    case 'ignored':
      return { message: outcome, actions: [] };
    case 'imported':
      return rejected
        ? { message: 'leftOut', actions: [...reading, 'upload-corrected'] }
        : { message: 'imported', actions: [] };
    default:
      return { message: 'done', actions: reading };
  }
}

/** Where a redrive goes on: a failure that was explained starts the workflow over, anything else resumes. */
export function redriveRestarts({ status }: ExecutionHead): boolean {
  return status === 'FAILED';
}
