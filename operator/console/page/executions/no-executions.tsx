import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ExecutionsFilter, hrefs } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** Instead of an empty list: why it is empty, and what to do. */
export function NoExecutions({ filter }: { filter: ExecutionsFilter }) {
  const { messages } = usePreferences();
  const { sort: _sort, order: _order, ...conditions } = filter;
  const filtered = Object.values(conditions).some((value) => value !== null);
  return (
    <Container>
      <Box textAlign="center" padding="l">
        <SpaceBetween size="s">
          <Box variant="h2">
            {filtered ? messages.executions.noMatchTitle : messages.executions.emptyTitle}
          </Box>
          {!filtered && <Box variant="p">{messages.executions.empty}</Box>}
          {filtered ? (
            <Button href={hrefs.executions()}>{messages.filter.clear}</Button>
          ) : (
            <Button variant="primary" href={hrefs.upload()}>
              {messages.executions.upload}
            </Button>
          )}
        </SpaceBetween>
      </Box>
    </Container>
  );
}
