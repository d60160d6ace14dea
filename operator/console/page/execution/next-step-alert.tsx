import Alert, { type AlertProps } from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import LiveRegion from '@cloudscape-design/components/live-region';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ExecutionHead, ExecutionView } from '../../api.ts';
import { type Messages, translate } from '../messages/messages.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { FailureMessage } from './failure-message.tsx';
import { adviceFor, titleOfFailure } from './failure-words.ts';
import { type Action, type NextStep, nextStep } from './next-step.ts';

interface NextStepAlertProps {
  view: ExecutionView;
  onAction: (action: Action) => void;
}

/** How an execution ended, the cause if it failed, and buttons for the next step. */
export function NextStepAlert({ view, onAction }: NextStepAlertProps) {
  const { messages, format } = usePreferences();
  const { execution } = view;
  const { failure, status, outcome } = execution;
  const step = nextStep(view);
  const ended = outcome === null ? '' : ` – ${messages.outcome[outcome]}`;
  const title =
    failure === null
      ? `${translate(messages.status, status) ?? status}${ended}`
      : titleOfFailure(execution, messages);
  return (
    <>
      <LiveRegion hidden>{title}</LiveRegion>
      <div data-testid="next-step">
        <Alert type={alertType(execution, step)} header={title}>
          <SpaceBetween size="s">
            {failure !== null && <FailureMessage name={failure.name} message={failure.message} />}
            {failure?.blame === null && execution.endedAt !== null && (
              <time dateTime={execution.endedAt}>{format.time(execution.endedAt)}</time>
            )}
            <div>
              <Box variant="strong">{messages.next.title}: </Box>
              {wordsOf(step, execution, messages)}
            </div>
            {view.problem !== null && (
              <span className="breakable">{messages.execution.problem(view.problem)}</span>
            )}
            {step.actions.length > 0 && (
              <SpaceBetween direction="horizontal" size="xs">
                {step.actions.map((action, index) => (
                  <Button
                    key={action}
                    variant={index === 0 && action !== 'stop' ? 'primary' : 'normal'}
                    onClick={() => onAction(action)}
                  >
                    {labelOf(action, messages)}
                  </Button>
                ))}
              </SpaceBetween>
            )}
          </SpaceBetween>
        </Alert>
      </div>
    </>
  );
}

function alertType({ failure }: ExecutionHead, { message }: NextStep): AlertProps.Type {
  if (failure !== null) return failure.blame === null ? 'warning' : 'error';
  if (message === 'leftOut' || message === 'dryRunRejects') return 'warning';
  return message === 'running' || message === 'superseded' || message === 'alreadyImported'
    ? 'info'
    : 'success';
}

function wordsOf({ message }: NextStep, execution: ExecutionHead, messages: Messages) {
  if (message === 'notRedrivable') return messages.next.notRedrivable(execution.notRedrivable ?? '');
  return message === 'advice' ? adviceFor(execution, messages) : messages.next[message];
}

function labelOf(action: Action, { next }: Messages): string {
  switch (action) {
    case 'read-rejects':
      return next.readRejects;
    case 'upload-corrected':
      return next.uploadCorrected;
    case 'upload-again':
      return next.uploadAgain;
    case 'redrive':
      return next.redrive;
    case 'stop':
      return next.stop;
  }
}
