import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { NoExecutions } from '../executions/no-executions.tsx';
import { SearchNotice } from '../executions/search-notice.tsx';
import { Headline } from '../frame/headline.tsx';
import { QueryBoundary } from '../frame/query-boundary.tsx';
import { Updated } from '../frame/relative-time.tsx';
import { useOverview } from '../requests/queries.ts';
import { hrefs, noFilter } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { navigate } from '../use-route.ts';
import { DurationsChart } from './durations-chart.tsx';
import { FailuresChart } from './failures-chart.tsx';
import { FailuresOverTime } from './failures-over-time.tsx';
import { RecentExecutions } from './recent-executions.tsx';
import { RowsChart } from './rows-chart.tsx';
import { SlowestImports } from './slowest-imports.tsx';
import { Totals } from './totals.tsx';

/** The times that can be looked at: by the hour, more than a week is too much to see. */
const times = ['12h', '1d', '1w'] as const;

/** The start page: what runs, what failed lately, and how much was imported. */
export function OverviewPage({ since }: { since: string }) {
  const { messages } = usePreferences();
  const words = messages.overview;
  const query = useOverview(since);
  return (
    <ContentLayout
      header={
        <Headline
          text={words.title}
          description={<Updated at={query.dataUpdatedAt} />}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <SegmentedControl
                label={words.since}
                selectedId={since}
                options={times.map((id) => ({ id, text: messages.since[id] }))}
                onChange={({ detail }) => navigate({ page: 'overview', since: detail.selectedId })}
              />
              <Button variant="primary" href={hrefs.upload()}>
                {messages.executions.upload}
              </Button>
            </SpaceBetween>
          }
        />
      }
    >
      <QueryBoundary query={query}>
        {(overview) => (
          <SpaceBetween size="l">
            <SearchNotice search={overview.search} />
            <Container header={<Header variant="h2">{words.totals}</Header>}>
              <Totals overview={overview} since={since} />
            </Container>
            <ColumnLayout columns={2}>
              <RecentExecutions
                title={words.runs}
                filter={{ ...noFilter, status: 'running' }}
                empty={words.nothingRuns}
              />
              <RecentExecutions
                title={words.failedLately}
                filter={{ ...noFilter, status: 'failed' }}
                empty={words.nothingFailed}
              />
            </ColumnLayout>
            {overview.totals.executions === 0 ? (
              <NoExecutions filter={noFilter} />
            ) : (
              <ColumnLayout columns={2}>
                <Container header={<Header variant="h2">{words.rowsPerHour}</Header>}>
                  <RowsChart overview={overview} />
                </Container>
                <Container header={<Header variant="h2">{words.durationsPerHour}</Header>}>
                  <DurationsChart overview={overview} />
                </Container>
                <Container header={<Header variant="h2">{words.failures}</Header>}>
                  <FailuresChart overview={overview} />
                </Container>
                <Container header={<Header variant="h2">{words.failuresPerHour}</Header>}>
                  <FailuresOverTime overview={overview} />
                </Container>
                <Container header={<Header variant="h2">{words.slowest}</Header>}>
                  <SlowestImports slowest={overview.slowest} />
                </Container>
              </ColumnLayout>
            )}
          </SpaceBetween>
        )}
      </QueryBoundary>
    </ContentLayout>
  );
}
