import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ExecutionView } from '../../api.ts';
import { fileNameOf, showInvisible } from '../format/untrusted-text.ts';
import { ProblemText } from '../frame/query-boundary.tsx';
import { useExecutionAction } from '../requests/queries.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { redriveRestarts } from './next-step.ts';

interface ActionModalProps {
  action: 'redrive' | 'stop';
  view: ExecutionView;
  onClose: () => void;
  /** Called once Step Functions has accepted the action. */
  onDone: () => void;
}

/** Explains a redrive or a stop, and starts it when the user confirms. */
export function ActionModal({ action, view, onClose, onDone }: ActionModalProps) {
  const { messages } = usePreferences();
  const { execution, redriveWarning } = view;
  const { mutate, isPending, error } = useExecutionAction(action, execution.name);
  const words = messages[action];
  const fileProblem = action === 'redrive' && execution.failure?.blame === 'file';
  const effects =
    action === 'stop'
      ? [messages.stop.what, messages.stop.rows, messages.stop.again]
      : [
          redriveRestarts(execution) ? messages.redrive.validates : messages.redrive.resumes,
          messages.redrive.safe,
        ];
  return (
    <Modal
      visible
      onDismiss={onClose}
      header={words.title(showInvisible(fileNameOf(execution.upload?.key ?? execution.name)))}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {messages.cancel}
            </Button>
            <Button
              variant="primary"
              loading={isPending}
              onClick={() => mutate(undefined, { onSuccess: onDone })}
            >
              {fileProblem ? messages.redrive.anyway : words.confirm}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">
        {action === 'redrive' && redriveWarning !== null && (
          <Alert type="warning">
            {fileProblem ? messages.redrive.fileProblem : <span lang="en">{redriveWarning}</span>}
          </Alert>
        )}
        <ul className="effects">
          {effects.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
        {error !== null && (
          <Alert type="error" header={messages.problem.action}>
            <ProblemText problem={error} />
          </Alert>
        )}
      </SpaceBetween>
    </Modal>
  );
}
