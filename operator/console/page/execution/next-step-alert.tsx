import Alert, { type AlertProps } from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import LiveRegion from '@cloudscape-design/components/live-region';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ExecutionHead, ExecutionView } from '../../api.ts';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { type Messages, translate } from '../messages/messages.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { type Action, type NextStep, nextStep } from './next-step.ts';

interface NextStepAlertProps {
  view: ExecutionView;
  onAction: (action: Action) => void;
}

/** How an execution ended, the cause if it failed, and buttons for the next step. */
export function NextStepAlert({ view, onAction }: NextStepAlertProps) {
  const { messages } = usePreferences();
  const { execution } = view;
  const { failure, status, outcome } = execution;
  const step = nextStep(view);
  const ended = outcome === null ? '' : ` – ${messages.outcome[outcome]}`;
  const title =
    failure === null
      ? `${translate(messages.status, status) ?? status}${ended}`
      : titleOfFailure(execution, failure, messages);
  return (
    <>
      <LiveRegion hidden>{title}</LiveRegion>
      <div data-testid="next-step">
        <Alert type={alertType(execution, step)} header={title}>
          <SpaceBetween size="s">
            {failure !== null && failure.message !== '' && (
              <div lang="en" className="breakable">
                {failure.message.split('\n').map((line, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text
                  <div key={index}>
                    <UntrustedText text={line} />
                  </div>
                ))}
              </div>
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

/** A deliberate stop is a problem with neither the file nor the system. */
function titleOfFailure(
  { status }: ExecutionHead,
  { name, blame }: NonNullable<ExecutionHead['failure']>,
  messages: Messages,
): string {
  const shown = translate(messages.status, name) ?? name;
  return blame === null && name === status
    ? shown
    : messages.failure.title(shown, messages.problemWith[blame ?? 'none']);
}

function alertType({ failure }: ExecutionHead, { message }: NextStep): AlertProps.Type {
  if (failure !== null) return failure.blame === null ? 'warning' : 'error';
  if (message === 'leftOut' || message === 'dryRunRejects') return 'warning';
  return message === 'running' || message === 'superseded' || message === 'alreadyImported'
    ? 'info'
    : 'success';
}

function wordsOf(
  { message }: NextStep,
  { failure, notRedrivable, status }: ExecutionHead,
  messages: Messages,
) {
  if (message === 'notRedrivable') return messages.next.notRedrivable(notRedrivable ?? '');
  if (message !== 'advice') return messages.next[message];
  if (status === 'ABORTED') return messages.failure.stopped;
  if (failure!.blame === null) return messages.failure.stoppedImporter;
  return translate(messages.advice, failure!.name) ?? messages.failure.other;
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
