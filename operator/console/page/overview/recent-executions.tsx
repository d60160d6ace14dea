import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import { OutcomeOrProgress } from '../executions/execution-table.tsx';
import { FileLink } from '../executions/file-link.tsx';
import { QueryBoundary } from '../frame/query-boundary.tsx';
import { RelativeTime } from '../frame/relative-time.tsx';
import { useExecutions } from '../requests/queries.ts';
import { type ExecutionsFilter, hrefs } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** As many as can be taken in at a glance. */
const SHOWN = 5;

interface RecentExecutionsProps {
  title: string;
  filter: ExecutionsFilter;
  /** What is said where there are none. */
  empty: string;
}

/** The newest few of some executions. */
export function RecentExecutions({ title, filter, empty }: RecentExecutionsProps) {
  const { messages } = usePreferences();
  const query = useExecutions(filter, 1, SHOWN);
  return (
    <Container
      fitHeight
      header={
        <Header
          variant="h2"
          actions={
            <Link href={hrefs.executions(filter)} ariaLabel={`${messages.overview.all}: ${title}`}>
              {messages.overview.all}
            </Link>
          }
        >
          {title}
        </Header>
      }
    >
      <QueryBoundary query={query}>
        {({ executions }) =>
          executions.length === 0 ? (
            <Box color="text-body-secondary">{empty}</Box>
          ) : (
            <ul className="divided">
              {executions.map((execution) => (
                <li key={execution.name}>
                  <FileLink execution={execution} />
                  <span className="muted">
                    <RelativeTime time={execution.startedAt} />
                  </span>
                  <OutcomeOrProgress execution={execution} />
                </li>
              ))}
            </ul>
          )
        }
      </QueryBoundary>
    </Container>
  );
}
