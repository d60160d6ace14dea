import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { StateView } from '../../api.ts';
import { QueryBoundary } from '../frame/query-boundary.tsx';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { useStateView } from '../requests/queries.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { JsonText } from './json-text.tsx';
import { TaskAttempts } from './task-attempts.tsx';

/** The id of the section's headline. */
export const STATE_DETAILS = 'state-details';

interface StateDetailsProps {
  /** The execution's name. */
  execution: string;
  state: string;
  running: boolean;
  onClose: () => void;
}

/** What went into a state, what came out of it, and what happened meanwhile. */
export function StateDetails({ execution, state, running, onClose }: StateDetailsProps) {
  const { messages } = usePreferences();
  const words = messages.execution;
  const query = useStateView(execution, state, running);
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={<Button iconName="close" variant="icon" ariaLabel={messages.close} onClick={onClose} />}
        >
          <span id={STATE_DETAILS} tabIndex={-1}>
            {words.stateDetails}: <UntrustedText text={state} />
          </span>
        </Header>
      }
    >
      <QueryBoundary query={query}>
        {({ visits }) =>
          visits.length === 0 ? (
            <Box color="text-body-secondary">{words.notVisited}</Box>
          ) : (
            <SpaceBetween size="l">
              {visits.map((visit, index) => (
                <Visit key={visit.at} visit={visit} number={visits.length - index} of={visits.length} />
              ))}
            </SpaceBetween>
          )
        }
      </QueryBoundary>
    </Container>
  );
}

type VisitView = StateView['visits'][number];

function Visit({ visit, number, of }: { visit: VisitView; number: number; of: number }) {
  const { messages, format } = usePreferences();
  const words = messages.execution;
  const { at, endedAt, input, output, error, attempts, events } = visit;
  return (
    <section>
      <SpaceBetween size="s">
        {of > 1 && <Box variant="h3">{words.visit(format.number(number))}</Box>}
        <Box color="text-body-secondary">
          <time dateTime={at}>{format.time(at)}</time>
          {endedAt === null ? (
            ` · ${words.stillThere}`
          ) : (
            <>
              {' – '}
              <time dateTime={endedAt}>{format.time(endedAt)}</time>
            </>
          )}
        </Box>
        {attempts.length > 0 && <TaskAttempts attempts={attempts} />}
        {error !== null && <JsonText title={`${words.error}: ${error.name}`} text={error.cause} />}
        {input !== null && <JsonText title={words.input} text={input} />}
        {output !== null && <JsonText title={words.output} text={output} />}
        <table className="plain-table">
          <caption>{words.events}</caption>
          <tbody>
            {events.map((event) => (
              <tr key={event.id}>
                <td>{format.number(event.id)}</td>
                <td>
                  <time dateTime={event.at}>{format.preciseTime(event.at)}</time>
                </td>
                <td>{event.type}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </SpaceBetween>
    </section>
  );
}
