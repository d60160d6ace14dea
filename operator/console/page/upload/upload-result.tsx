import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import LiveRegion from '@cloudscape-design/components/live-region';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ExecutionView, ImportSummary } from '../../api.ts';
import { CountsTable } from '../execution/counts-table.tsx';
import { FailureMessage } from '../execution/failure-message.tsx';
import { adviceFor, titleOfFailure } from '../execution/failure-words.ts';
import { fileNameOf } from '../format/untrusted-text.ts';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import type { Messages } from '../messages/messages.ts';
import { Rejects } from '../rejects/rejects.tsx';
import { hrefs } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';

interface UploadResultProps {
  /** Of the execution that has ended. */
  view: ExecutionView;
  definition: ImportSummary;
  dryRun: boolean;
  onImport: () => void;
  onAnother: () => void;
}

/** What became of an upload, or would become of it, and what to do now. */
export function UploadResult({ view, definition, dryRun, onImport, onAnother }: UploadResultProps) {
  const { messages, format } = usePreferences();
  const { execution, report, rejects } = view;
  const { failure } = execution;
  const counts = execution.counts ?? report?.counts ?? null;
  const rejected = counts?.rejected ?? 0;
  const words = messages.upload;
  return (
    <SpaceBetween size="m">
      <LiveRegion>
        <Alert
          type={
            failure !== null
              ? failure.blame === null
                ? 'warning'
                : 'error'
              : rejected > 0
                ? 'warning'
                : 'success'
          }
          header={headerOf(view, dryRun, format.number(rejected), messages)}
        >
          <SpaceBetween size="xs">
            <strong className="breakable">
              <UntrustedText text={`${fileNameOf(execution.upload?.key ?? '')} → ${definition.name}`} />
            </strong>
            {failure !== null && (
              <>
                <strong>{titleOfFailure(execution, messages)}</strong>
                <FailureMessage name={failure.name} message={failure.message} />
                <span>{adviceFor(execution, messages)}</span>
              </>
            )}
            {failure === null && dryRun && <span>{words.nothingChanged}</span>}
            {failure === null && execution.outcome === 'already-imported' && (
              <span>{messages.next.alreadyImported}</span>
            )}
          </SpaceBetween>
        </Alert>
      </LiveRegion>
      {counts !== null && counts.read > 0 && <CountsTable counts={counts} />}
      {dryRun && failure === null && definition.mode === 'replace' && (
        <Alert type="warning">{words.replaces}</Alert>
      )}
      <SpaceBetween direction="horizontal" size="xs">
        {dryRun && failure === null && (
          <Button variant="primary" onClick={onImport}>
            {words.importForReal}
          </Button>
        )}
        <Button variant={failure === null ? 'normal' : 'primary'} onClick={onAnother}>
          {failure?.blame === 'file' ? messages.next.uploadCorrected : words.another}
        </Button>
        <Button href={hrefs.execution(execution.name)}>{words.toExecution}</Button>
      </SpaceBetween>
      {rejects !== null && <Rejects name={execution.name} ended={execution.endedAt} />}
    </SpaceBetween>
  );
}

function headerOf(
  { execution }: ExecutionView,
  dryRun: boolean,
  rejected: string,
  { upload, outcome, ...messages }: Messages,
): string {
  if (execution.failure?.blame === null) return upload.stopped;
  if (execution.failure !== null) return dryRun ? upload.checkedBadly : upload.importFailed;
  if (dryRun) return rejected === '0' ? upload.checkedWell : upload.checkedRejects(rejected);
  if (execution.outcome === 'imported' || execution.outcome === 'done') {
    return (execution.counts?.rejected ?? 0) > 0 ? messages.next.leftOut : upload.imported;
  }
  return execution.outcome === null
    ? upload.imported
    : `${upload.notImported}: ${outcome[execution.outcome]}`;
}
