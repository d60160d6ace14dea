import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { Headline } from '../frame/headline.tsx';
import { QueryBoundary } from '../frame/query-boundary.tsx';
import { Updated } from '../frame/relative-time.tsx';
import { useExecutions } from '../requests/queries.ts';
import { type ExecutionsFilter, hrefs } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { ExecutionCards } from './execution-cards.tsx';
import { ExecutionFilters } from './execution-filters.tsx';
import { ExecutionPaging } from './execution-paging.tsx';
import { ExecutionTable } from './execution-table.tsx';
import { NoExecutions } from './no-executions.tsx';
import { RedrivesModal } from './redrives-modal.tsx';
import { SearchNotice } from './search-notice.tsx';

interface ExecutionsPageProps {
  filter: ExecutionsFilter;
  /** Of the page, from 1. */
  number: number;
}

/** The list of executions: searched, filtered and sorted by what the address says. */
export function ExecutionsPage({ filter, number }: ExecutionsPageProps) {
  const { messages, format, narrow } = usePreferences();
  const query = useExecutions(filter, number);
  const total = query.data?.total;
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [redriving, setRedriving] = useState<readonly string[] | null>(null);
  const selection = { selected, onSelect: setSelected };
  return (
    <ContentLayout
      header={
        <Headline
          text={messages.executions.title}
          {...(total === undefined ? {} : { counter: `(${format.number(total)})` })}
          description={<Updated at={query.dataUpdatedAt} />}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button disabled={selected.length === 0} onClick={() => setRedriving(selected)}>
                {messages.redrives.open(format.number(selected.length))}
              </Button>
              <Button href={hrefs.upload()}>{messages.executions.upload}</Button>
            </SpaceBetween>
          }
        />
      }
    >
      <SpaceBetween size="m">
        <ExecutionFilters filter={filter} />
        <QueryBoundary query={query}>
          {({ executions, page, pages, search }) => (
            <SpaceBetween size="m">
              <SearchNotice search={search} />
              {executions.length > 0 &&
                (narrow ? (
                  <ExecutionCards executions={executions} {...selection} />
                ) : (
                  <ExecutionTable executions={executions} filter={filter} {...selection} />
                ))}
              {executions.length === 0 && !search.incomplete && search.unread === 0 && (
                <NoExecutions filter={filter} />
              )}
              <ExecutionPaging filter={filter} page={page} pages={pages} />
            </SpaceBetween>
          )}
        </QueryBoundary>
      </SpaceBetween>
      {redriving !== null && (
        <RedrivesModal
          names={redriving}
          onClose={() => {
            setRedriving(null);
            setSelected([]);
          }}
        />
      )}
    </ContentLayout>
  );
}
