import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ExecutionView } from '../../api.ts';
import { fileNameOf, showInvisible } from '../format/strangers-text.ts';
import { ProblemText } from '../frame/asked.tsx';
import { useOrder } from '../requests/queries.ts';
import { useReader } from '../settings/reader.tsx';
import { redriveStartsOver } from './next-step.ts';

interface OrderModalProps {
  order: 'redrive' | 'stop';
  view: ExecutionView;
  onClose: () => void;
  /** Once Step Functions has taken the order. */
  onDone: () => void;
}

/** Says what a redrive or a stop will do, and does it once it is confirmed. */
export function OrderModal({ order, view, onClose, onDone }: OrderModalProps) {
  const { messages } = useReader();
  const { execution, redriveWarning } = view;
  const { mutate, isPending, error } = useOrder(order, execution.name);
  const words = messages[order];
  const filesFault = order === 'redrive' && execution.failure?.blame === 'file';
  const told =
    order === 'stop'
      ? [messages.stop.what, messages.stop.rows, messages.stop.again]
      : [
          redriveStartsOver(execution) ? messages.redrive.validates : messages.redrive.resumes,
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
              {filesFault ? messages.redrive.anyway : words.confirm}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">
        {order === 'redrive' && redriveWarning !== null && (
          <Alert type="warning">
            {filesFault ? messages.redrive.filesFault : <span lang="en">{redriveWarning}</span>}
          </Alert>
        )}
        <ul className="told">
          {told.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
        {error !== null && (
          <Alert type="error" header={messages.problem.order}>
            <ProblemText problem={error} />
          </Alert>
        )}
      </SpaceBetween>
    </Modal>
  );
}
