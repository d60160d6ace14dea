import { useState } from 'react';
import type { UploadView } from '../../api.ts';
import { useExecutions } from '../requests/queries.ts';
import { noFilter } from '../route.ts';
import { findStartedExecution } from './find-started-execution.ts';

/** The execution is among the newest few, unless many files come at once; then it is found in the list. */
const SEARCHED = 20;

/** How far the clocks of this browser and of Step Functions may be apart. */
const CLOCKS_APART_MS = 60_000;

/** The name of the execution that an upload has started; null until there is one. */
export function useStartedExecution(importName: string, upload: UploadView, dryRun: boolean): string | null {
  const [since] = useState(Date.now);
  const query = useExecutions({ ...noFilter, import: importName }, 1, SEARCHED, upload.execution === null);
  return (
    upload.execution ??
    findStartedExecution(query.data?.executions ?? [], upload, dryRun, since - CLOCKS_APART_MS)
  );
}
