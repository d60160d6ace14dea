import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { RedrivePlanView } from '../../api.ts';
import { ProblemText, QueryBoundary } from '../frame/query-boundary.tsx';
import { useRedrivePlan, useRedrives } from '../requests/queries.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { PlannedExecutions, RefusedRedrives } from './planned-executions.tsx';

interface RedrivesModalProps {
  /** Of the executions that were selected. */
  names: readonly string[];
  onClose: () => void;
}

/** Shows which of the selected executions a redrive restarts, and restarts them when the user confirms. */
export function RedrivesModal({ names, onClose }: RedrivesModalProps) {
  const { messages, format } = usePreferences();
  const words = messages.redrives;
  const [all, setAll] = useState(false);
  const plan = useRedrivePlan(names, all ? 'any' : 'system');
  const { mutate, isPending, error, data: results } = useRedrives();
  const chosen = plan.data?.redrive ?? [];
  const ready = !plan.isPlaceholderData && chosen.length > 0;
  return (
    <Modal
      visible
      size="large"
      onDismiss={onClose}
      header={words.title}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {results === undefined ? messages.cancel : messages.close}
            </Button>
            {results === undefined && (
              <Button
                variant="primary"
                disabled={!ready}
                loading={isPending}
                onClick={() => mutate(chosen.map(({ name }) => name))}
              >
                {words.confirm(format.number(chosen.length))}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {results === undefined ? (
          <>
            <Checkbox checked={all} onChange={({ detail }) => setAll(detail.checked)}>
              {words.all}
            </Checkbox>
            <QueryBoundary query={plan}>{(view) => <Plan plan={view} />}</QueryBoundary>
          </>
        ) : (
          <RefusedRedrives results={results} />
        )}
        {error !== null && (
          <Alert type="error" header={messages.problem.action}>
            <ProblemText problem={error} />
          </Alert>
        )}
      </SpaceBetween>
    </Modal>
  );
}

function Plan({ plan: { redrive, leave } }: { plan: RedrivePlanView }) {
  const { messages, format } = usePreferences();
  const words = messages.redrives;
  const reasons = [...new Set(leave.map(({ reason }) => reason))];
  return (
    <SpaceBetween size="m">
      <PlannedExecutions title={words.chosen(format.number(redrive.length))} executions={redrive} />
      {redrive.some(({ failure }) => failure?.blame === 'file') && (
        <Alert type="warning">{messages.redrive.fileProblem}</Alert>
      )}
      {reasons.map((reason) => {
        const left = leave.filter((each) => each.reason === reason);
        const { cause } = left[0]!;
        return (
          <PlannedExecutions
            key={reason}
            title={words.left(format.number(left.length))}
            reason={cause === 'not-redrivable' ? words.notRedrivable(reason) : words.reasons[cause]}
            executions={left.map(({ execution }) => execution)}
          />
        );
      })}
    </SpaceBetween>
  );
}
