import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Headline } from '../frame/headline.tsx';
import { QueryBoundary } from '../frame/query-boundary.tsx';
import { useExecutions } from '../requests/queries.ts';
import { type ExecutionsFilter, hrefs } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { ExecutionCards } from './execution-cards.tsx';
import { ExecutionFilters } from './execution-filters.tsx';
import { ExecutionPaging } from './execution-paging.tsx';
import { ExecutionTable } from './execution-table.tsx';
import { NoExecutions } from './no-executions.tsx';

interface ExecutionsPageProps {
  filter: ExecutionsFilter;
  /** Only those older than the execution of this name. */
  after: string | null;
}

/** The list of executions, newest first, by filters that the address keeps. */
export function ExecutionsPage({ filter, after }: ExecutionsPageProps) {
  const { messages, narrow } = usePreferences();
  const query = useExecutions(filter, after);
  const List = narrow ? ExecutionCards : ExecutionTable;
  return (
    <ContentLayout
      header={
        <Headline
          text={messages.executions.title}
          actions={<Button href={hrefs.upload()}>{messages.executions.upload}</Button>}
        />
      }
    >
      <SpaceBetween size="m">
        <ExecutionFilters filter={filter} />
        <QueryBoundary query={query}>
          {({ executions, next }) => (
            <SpaceBetween size="m">
              {executions.length > 0 && <List executions={executions} />}
              {executions.length === 0 && next === null && <NoExecutions filter={filter} after={after} />}
              {executions.length === 0 && next !== null && <Box>{messages.executions.searchOn}</Box>}
              <ExecutionPaging filter={filter} after={after} next={next} />
            </SpaceBetween>
          )}
        </QueryBoundary>
      </SpaceBetween>
    </ContentLayout>
  );
}
