import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import type { ImportSummary, UploadView } from '../../api.ts';
import { ImportProgress } from '../executions/import-progress.tsx';
import { QueryBoundary } from '../frame/query-boundary.tsx';
import { useExecution } from '../requests/queries.ts';
import { hrefs } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { UploadResult } from './upload-result.tsx';
import { useStartedExecution } from './use-started-execution.ts';

interface FollowUploadProps {
  definition: ImportSummary;
  upload: UploadView;
  dryRun: boolean;
  /** Imports the same file for real. */
  onImport: () => void;
  onAnother: () => void;
}

/** Follows the execution that an upload started, to its end. */
export function FollowUpload({ definition, upload, dryRun, onImport, onAnother }: FollowUploadProps) {
  const { messages } = usePreferences();
  const words = messages.upload;
  const name = useStartedExecution(definition.name, upload, dryRun);
  const query = useExecution(name);
  if (name === null) {
    return (
      <Box>
        <Spinner /> {words.waiting}
      </Box>
    );
  }
  return (
    <QueryBoundary query={query}>
      {(view) =>
        view.execution.endedAt === null ? (
          <SpaceBetween size="s">
            <Box variant="h2">{dryRun ? words.checking : words.importing}</Box>
            <ImportProgress progress={view.progress} detailed />
            <Link href={hrefs.execution(name)}>{words.toExecution}</Link>
          </SpaceBetween>
        ) : (
          <UploadResult
            view={view}
            definition={definition}
            dryRun={dryRun}
            onImport={onImport}
            onAnother={onAnother}
          />
        )
      }
    </QueryBoundary>
  );
}
