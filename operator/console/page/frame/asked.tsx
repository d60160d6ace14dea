import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Refusal } from '../requests/ask.ts';
import { useReader } from '../settings/reader.tsx';
import { Coded } from './coded.tsx';

interface AskedProps<T> {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}

/** What was asked of the server, once it is there; what went wrong; and that it is being waited for. */
export function Asked<T>({ query, children }: AskedProps<T>) {
  const { messages } = useReader();
  // That the server is gone is said above the page.
  const refused = query.error instanceof Refusal ? query.error : null;
  if (query.data === undefined && refused === null) {
    return (
      <Box textAlign="center" padding="l">
        <Spinner /> {messages.loading}
      </Box>
    );
  }
  return (
    <SpaceBetween size="m">
      {refused !== null && (
        <Alert
          type="error"
          header={query.data === undefined ? messages.problem.title : messages.problem.refresh}
          action={<Button onClick={() => query.refetch()}>{messages.problem.again}</Button>}
        >
          <ProblemText problem={refused} />
        </Alert>
      )}
      {query.data !== undefined && children(query.data)}
    </SpaceBetween>
  );
}

/** What the server says of a problem. */
export function ProblemText({ problem }: { problem: Error }) {
  return (
    <span lang="en" className="breakable">
      {problem.name}: <Coded text={problem.message} />
    </span>
  );
}
