import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TimelineEntry } from '../../../timeline.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { type Bar, makeRounds } from './rounds.ts';

interface TimelineProps {
  timeline: readonly TimelineEntry[];
  running: boolean;
  /** Called when a state is to be shown with all its details. */
  onSelect: (state: string) => void;
}

/** The states that an execution visited, as bars on a time axis; each redrive begins an axis of its own. */
export function Timeline({ timeline, running, onSelect }: TimelineProps) {
  const { messages, format } = usePreferences();
  const words = messages.execution;
  const rounds = makeRounds(timeline, Date.now());
  return (
    <Container header={<Header variant="h2">{words.timeline}</Header>}>
      <SpaceBetween size="l">
        {rounds.map(({ redrive, startedAt, seconds, bars }) => (
          <section key={redrive} aria-label={roundName(redrive)}>
            {rounds.length > 1 && <Box variant="h3">{roundName(redrive)}</Box>}
            <Box color="text-body-secondary" fontSize="body-s">
              <time dateTime={startedAt}>{format.time(startedAt)}</time> · {format.duration(seconds)}
            </Box>
            <table className="timeline">
              <thead className="for-screen-readers">
                <tr>
                  <th scope="col">{words.state}</th>
                  <th scope="col">{words.time}</th>
                  <th scope="col">{words.duration}</th>
                </tr>
              </thead>
              <tbody>
                {bars.map((bar, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the past of an execution does not change
                  <TimelineRow key={index} bar={bar} running={bar.running && running} onSelect={onSelect} />
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </SpaceBetween>
    </Container>
  );

  function roundName(redrive: number): string {
    return redrive === 0 ? words.firstRound : words.redriveRound(format.number(redrive));
  }
}

interface TimelineRowProps extends Pick<TimelineProps, 'running' | 'onSelect'> {
  bar: Bar;
}

function TimelineRow({ bar, running, onSelect }: TimelineRowProps) {
  const { messages, format } = usePreferences();
  const { entry, state, from, length, seconds } = bar;
  const words = messages.execution;
  const { explained } = entry;
  const notes = [
    ...(entry.attempt === null ? [] : [words.attempt(format.number(entry.attempt))]),
    ...(entry.starts > 1 ? [words.starts(format.number(entry.starts))] : []),
  ];
  const barState = running ? 'running' : entry.stopped ? 'stopped' : entry.error === null ? 'done' : 'failed';
  return (
    <tr>
      <th scope="row">
        <Button
          variant="inline-link"
          ariaLabel={`${words.stateDetails}: ${state}`}
          onClick={() => onSelect(state)}
        >
          {state}
        </Button>
        {notes.length > 0 && <span className="timeline-note">{notes.join(', ')}</span>}
        {explained !== null && (
          <span className="timeline-note">
            {explained.retrySeconds === null
              ? words.givenUp(explained.failure)
              : words.retry(explained.failure, format.duration(explained.retrySeconds))}
          </span>
        )}
        {entry.stopped && <span className="timeline-note">■ {words.stateStatus.aborted}</span>}
        {entry.error !== null && !entry.stopped && (
          <span className="timeline-note timeline-error">✕ {entry.error}</span>
        )}
      </th>
      <td>
        <time dateTime={entry.at} title={format.time(entry.at)} className="for-screen-readers">
          {format.time(entry.at)}
        </time>
        <div className="timeline-axis" aria-hidden="true">
          <div
            className={`timeline-bar timeline-${barState}`}
            style={{ marginInlineStart: `${from * 100}%`, inlineSize: `${length * 100}%` }}
          />
        </div>
      </td>
      <td>{running ? words.stillThere : format.duration(seconds)}</td>
    </tr>
  );
}
