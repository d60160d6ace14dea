import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { RejectsView } from '../../api.ts';
import { QueryBoundary } from '../frame/query-boundary.tsx';
import { rejectFileHref, useRejects } from '../requests/queries.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { RejectCards } from './reject-cards.tsx';
import { RejectCodes } from './reject-codes.tsx';
import { RejectTable } from './reject-table.tsx';

/** The id of the section's headline. */
export const REJECTS = 'rejects';

interface RejectsProps {
  /** The execution's. */
  name: string;
  /** When it ended: rows that another redrive refuses are asked for anew. */
  ended: string | null;
}

/** The first of the rows that an execution refused, each with what is wrong with it, and the files that have all. */
export function Rejects({ name, ended }: RejectsProps) {
  const { messages, format, narrow } = usePreferences();
  const words = messages.rejects;
  const query = useRejects(name, ended);
  const List = narrow ? RejectCards : RejectTable;
  const counter =
    query.data === undefined
      ? undefined
      : `(${words.shown(format.number(query.data.rejects.length), format.number(query.data.total))})`;
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={counter}
          description={words.personal}
          actions={<Downloads name={name} />}
        >
          <span id={REJECTS} tabIndex={-1}>
            {words.title}
          </span>
        </Header>
      }
    >
      <QueryBoundary query={query}>
        {(view) => (
          <SpaceBetween size="s">
            <PartialFilesNotice {...view} />
            <List {...view} />
            <RejectCodes byCode={view.byCode} />
          </SpaceBetween>
        )}
      </QueryBoundary>
    </Container>
  );
}

function PartialFilesNotice({ partialFiles, total }: RejectsView) {
  const { messages, format } = usePreferences();
  const words = messages.rejects;
  if (partialFiles === null) return null;
  const written = format.number(partialFiles.written);
  return (
    <Alert type="info">
      {partialFiles.readToLine === null
        ? words.partialFiles(written, format.number(total))
        : words.notReadToEnd(written, format.number(partialFiles.readToLine))}
    </Alert>
  );
}

function Downloads({ name }: { name: string }) {
  const { messages } = usePreferences();
  const words = messages.next;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button
        iconName="download"
        href={rejectFileHref(name, 'rows.csv')}
        download="rows.csv"
        ariaLabel={`${words.downloadRows}: ${words.downloadRowsHint}`}
      >
        rows.csv
      </Button>
      <Button
        iconName="download"
        href={rejectFileHref(name, 'errors.csv')}
        download="errors.csv"
        ariaLabel={`${words.downloadErrors}: ${words.downloadErrorsHint}`}
      >
        errors.csv
      </Button>
    </SpaceBetween>
  );
}
