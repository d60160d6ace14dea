import Alert, { type AlertProps } from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import LiveRegion from '@cloudscape-design/components/live-region';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ExecutionHead, ExecutionView } from '../../api.ts';
import { StrangersText } from '../frame/strangers-text.tsx';
import { type Messages, say } from '../messages/messages.ts';
import { useReader } from '../settings/reader.tsx';
import { type Action, type NextStep, nextStep } from './next-step.ts';

interface NextStepAlertProps {
  view: ExecutionView;
  onAction: (action: Action) => void;
}

/** What became of an execution, whose fault it is, and the buttons for what is to be done next. */
export function NextStepAlert({ view, onAction }: NextStepAlertProps) {
  const { messages } = useReader();
  const { execution } = view;
  const { failure, status, outcome } = execution;
  const step = nextStep(view);
  const ended = outcome === null ? '' : ` – ${messages.outcome[outcome]}`;
  const title =
    failure === null
      ? `${say(messages.status, status) ?? status}${ended}`
      : messages.failure.whose(
          say(messages.status, failure.name) ?? failure.name,
          messages.fault[failure.blame],
        );
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
                    <StrangersText text={line} />
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

function alertType({ failure, status }: ExecutionHead, { says }: NextStep): AlertProps.Type {
  if (failure !== null) return status === 'ABORTED' ? 'warning' : 'error';
  if (says === 'leftOut' || says === 'dryRunRejects') return 'warning';
  return says === 'running' || says === 'superseded' || says === 'alreadyImported' ? 'info' : 'success';
}

function wordsOf({ says }: NextStep, { failure, notRedrivable, status }: ExecutionHead, messages: Messages) {
  if (says === 'notRedrivable') return messages.next.notRedrivable(notRedrivable ?? '');
  if (says !== 'advice') return messages.next[says];
  if (status === 'ABORTED') return messages.failure.stopped;
  return say(messages.advice, failure!.name) ?? messages.failure.other;
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
