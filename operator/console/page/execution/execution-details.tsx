import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { ExecutionView } from '../../api.ts';
import { ImportProgress } from '../executions/import-progress.tsx';
import { HEADLINE } from '../frame/use-focus-on-navigation.ts';
import { REJECTS, Rejects } from '../rejects/rejects.tsx';
import { usePreferences } from '../settings/preferences.tsx';
import { UploadFlow } from '../upload/upload-flow.tsx';
import { navigateInPlace } from '../use-route.ts';
import { ActionModal } from './action-modal.tsx';
import { CountsTable } from './counts-table.tsx';
import { ExecutionFacts } from './execution-facts.tsx';
import { Log } from './log.tsx';
import type { Action } from './next-step.ts';
import { NextStepAlert } from './next-step-alert.tsx';
import { showSection } from './show-section.ts';
import { STATE_DETAILS, StateDetails } from './state-details.tsx';
import { Timeline } from './timeline.tsx';
import { WorkflowGraph } from './workflow-graph.tsx';

/** The id of the section that takes the corrected file. */
const CORRECTED = 'corrected';

/** All about one execution, what matters most first. */
export function ExecutionDetails({ view, state }: { view: ExecutionView; state: string | null }) {
  const { messages } = usePreferences();
  const { execution, progress, report, rejects } = view;
  const [confirming, setConfirming] = useState<'redrive' | 'stop' | null>(null);
  const [uploading, setUploading] = useState<'upload-corrected' | 'upload-again' | null>(null);
  const words = messages.execution;
  const counts = execution.counts ?? report?.counts ?? null;
  const showState = (selected: string) => {
    navigateInPlace({ page: 'execution', name: execution.name, state: selected });
    showSection(STATE_DETAILS);
  };
  const act = (action: Action) => {
    if (action === 'redrive' || action === 'stop') setConfirming(action);
    else if (action === 'read-rejects') showSection(REJECTS);
    else {
      setUploading(action);
      showSection(CORRECTED);
    }
  };
  return (
    <SpaceBetween size="l">
      <NextStepAlert view={view} onAction={act} />
      {execution.status === 'RUNNING' && (
        <Container header={<Header variant="h2">{words.progress}</Header>}>
          <ImportProgress progress={progress} detailed />
        </Container>
      )}
      {counts !== null && counts.read > 0 && (
        <Container header={<Header variant="h2">{execution.dryRun ? words.dryRunRows : words.rows}</Header>}>
          <CountsTable counts={counts} />
        </Container>
      )}
      {rejects !== null && <Rejects name={execution.name} ended={execution.endedAt} />}
      {uploading !== null && (
        <Container
          header={
            <Header variant="h2">
              <span id={CORRECTED} tabIndex={-1}>
                {uploading === 'upload-again' ? messages.next.uploadAgain : messages.next.uploadCorrected}
              </span>
            </Header>
          }
        >
          <UploadFlow importName={execution.import} />
        </Container>
      )}
      <WorkflowGraph
        workflow={view.workflow}
        states={view.states}
        timeline={view.timeline}
        onSelect={showState}
      />
      {state !== null && (
        <StateDetails
          execution={execution.name}
          state={state}
          running={execution.status === 'RUNNING'}
          onClose={() => navigateInPlace({ page: 'execution', name: execution.name, state: null })}
        />
      )}
      <Timeline timeline={view.timeline} running={execution.status === 'RUNNING'} onSelect={showState} />
      <Log name={execution.name} running={execution.status === 'RUNNING'} />
      <ExecutionFacts view={view} />
      {confirming !== null && (
        <ActionModal
          action={confirming}
          view={view}
          onClose={() => setConfirming(null)}
          onDone={() => {
            setConfirming(null);
            // The button that the focus would go back to has gone.
            showSection(HEADLINE);
          }}
        />
      )}
    </SpaceBetween>
  );
}
