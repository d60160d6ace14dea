import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import type { ExecutionView } from '../../api.ts';
import { fileNameOf, showInvisible } from '../format/untrusted-text.ts';
import { Headline } from '../frame/headline.tsx';
import { QueryBoundary } from '../frame/query-boundary.tsx';
import { ApiError } from '../requests/fetch-json.ts';
import { useExecution } from '../requests/queries.ts';
import { hrefs } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { ExecutionDetails } from './execution-details.tsx';

/** HTTP's “not found”. */
const NOT_FOUND = 404;

/**
 * One execution: what became of it, and what to do about it.
 *
 * @param state of which all details are shown
 */
export function ExecutionPage({ name, state }: { name: string; state: string | null }) {
  const { messages } = usePreferences();
  const query = useExecution(name);
  if (query.error instanceof ApiError && query.error.status === NOT_FOUND) {
    return (
      <ContentLayout header={<Headline text={messages.problem.noExecution} />}>
        <Alert
          type="warning"
          action={<Button href={hrefs.executions()}>{messages.problem.allExecutions}</Button>}
        >
          {messages.problem.noExecutionText}
        </Alert>
      </ContentLayout>
    );
  }
  return (
    <ContentLayout header={<Headline text={titleOf(name, query.data)} />}>
      <QueryBoundary query={query}>{(view) => <ExecutionDetails view={view} state={state} />}</QueryBoundary>
    </ContentLayout>
  );
}

function titleOf(name: string, view: ExecutionView | undefined): string {
  const key = view?.execution.upload?.key;
  return showInvisible(key === undefined ? name : fileNameOf(key));
}
