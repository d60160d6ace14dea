import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import type { ExecutionView } from '../../api.ts';
import { fileNameOf, showInvisible } from '../format/strangers-text.ts';
import { Asked } from '../frame/asked.tsx';
import { Headline } from '../frame/headline.tsx';
import { Refusal } from '../requests/ask.ts';
import { useExecution } from '../requests/queries.ts';
import { hrefs } from '../route.ts';
import { useReader } from '../settings/reader.tsx';
import { ExecutionDetails } from './execution-details.tsx';

/** HTTP's “not found”. */
const NOT_FOUND = 404;

/** One execution: what became of it, and what to do about it. */
export function ExecutionPage({ name }: { name: string }) {
  const { messages } = useReader();
  const query = useExecution(name);
  if (query.error instanceof Refusal && query.error.status === NOT_FOUND) {
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
      <Asked query={query}>{(view) => <ExecutionDetails view={view} />}</Asked>
    </ContentLayout>
  );
}

function titleOf(name: string, view: ExecutionView | undefined): string {
  const key = view?.execution.upload?.key;
  return showInvisible(key === undefined ? name : fileNameOf(key));
}
