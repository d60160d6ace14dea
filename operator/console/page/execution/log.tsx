import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useState } from 'react';
import type { LogView } from '../../api.ts';
import { QueryBoundary } from '../frame/query-boundary.tsx';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { useLog } from '../requests/queries.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** What the importers of an execution have logged; asked for when it is opened. */
export function Log({ name, running }: { name: string; running: boolean }) {
  const { messages } = usePreferences();
  const [open, setOpen] = useState(false);
  const query = useLog(name, running, open);
  return (
    <Container>
      <ExpandableSection
        headerText={messages.execution.logTitle}
        headingTagOverride="h2"
        expanded={open}
        onChange={({ detail }) => setOpen(detail.expanded)}
      >
        {open && <QueryBoundary query={query}>{(view) => <LogLines view={view} />}</QueryBoundary>}
      </ExpandableSection>
    </Container>
  );
}

function LogLines({ view: { lines, earlier } }: { view: LogView }) {
  const { messages, format } = usePreferences();
  const words = messages.execution;
  if (lines.length === 0) return <Box color="text-body-secondary">{words.noLog}</Box>;
  return (
    <>
      {earlier > 0 && <Box color="text-body-secondary">{words.earlierLines(format.number(earlier))}</Box>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by the arrow keys */}
      <ol className="log" lang="en" aria-label={words.logTitle} tabIndex={0}>
        {lines.map(({ id, at, level, message, details }) => (
          <li key={id} className={level === 'ERROR' ? 'log-error' : undefined}>
            {at !== null && (
              <time dateTime={at} title={format.time(at)}>
                {format.preciseTime(at)}
              </time>
            )}{' '}
            {level !== null && <strong>{level}</strong>} <UntrustedText text={message} />{' '}
            <span className="muted">
              <UntrustedText text={details} />
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
