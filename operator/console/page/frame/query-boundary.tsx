import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../requests/fetch-json.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { InlineCode } from './inline-code.tsx';

interface QueryBoundaryProps<T> {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}

/** Shows a query’s data; a spinner while it loads, and an alert with a button to retry if it failed. */
export function QueryBoundary<T>({ query, children }: QueryBoundaryProps<T>) {
  const { messages } = usePreferences();
  // UnreachableNotice above the page covers a server that does not answer.
  const error = query.error instanceof ApiError ? query.error : null;
  if (query.data === undefined && error === null) {
    return (
      <Box textAlign="center" padding="l">
        <Spinner /> {messages.loading}
      </Box>
    );
  }
  return (
    <SpaceBetween size="m">
      {error !== null && (
        <Alert
          type="error"
          header={query.data === undefined ? messages.problem.title : messages.problem.refresh}
          action={<Button onClick={() => query.refetch()}>{messages.problem.again}</Button>}
        >
          <ProblemText problem={error} />
        </Alert>
      )}
      {query.data !== undefined && children(query.data)}
    </SpaceBetween>
  );
}

/** An error’s name and message, as the server sent them. */
export function ProblemText({ problem }: { problem: Error }) {
  return (
    <span lang="en" className="breakable">
      {problem.name}: <InlineCode text={problem.message} />
    </span>
  );
}
