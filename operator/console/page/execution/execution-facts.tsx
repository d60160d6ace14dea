import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { ExecutionView } from '../../api.ts';
import { showInvisible } from '../format/untrusted-text.ts';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { usePreferences } from '../settings/preferences.tsx';

/** What else is known of an execution: its names, its times, how the file was read, where to look further. */
export function ExecutionFacts({ view }: { view: ExecutionView }) {
  const { messages, format } = usePreferences();
  const { execution, report, links } = view;
  const { upload, runId, endedAt, redrives } = execution;
  const words = messages.execution;
  const fact = (label: string, value: ReactNode): KeyValuePairsProps.Pair => ({ label, value });
  const address = upload === null ? null : `s3://${upload.bucket}/${upload.key}`;
  const file = report?.file ?? null;
  return (
    <Container
      header={
        <Header variant="h2" actions={<Links links={links} />}>
          {messages.details}
        </Header>
      }
    >
      <KeyValuePairs
        columns={2}
        minColumnWidth={240}
        items={[
          ...(address === null ? [] : [fact(words.key, <CopyableText text={address} />)]),
          fact(words.import, execution.import ?? messages.none),
          fact(words.name, <CopyableText text={execution.name} copied={execution.arn} />),
          ...(runId === null ? [] : [fact(words.run, <CopyableText text={runId} />)]),
          fact(words.started, format.time(execution.startedAt)),
          ...(endedAt === null ? [] : [fact(words.ended, format.time(endedAt))]),
          fact(words.took, format.duration(execution.seconds)),
          ...(redrives === 0 ? [] : [fact(words.redrives, format.number(redrives))]),
          ...(file === null
            ? []
            : [
                fact(
                  words.encoding,
                  <span title={showInvisible(file.encodingEvidence)}>{file.encoding}</span>,
                ),
                fact(
                  words.delimiter,
                  <code title={showInvisible(file.delimiterEvidence)}>
                    <UntrustedText text={file.delimiter} />
                  </code>,
                ),
                ...(['skippedLines', 'commentLines', 'footerLines'] as const)
                  .filter((name) => file[name] > 0)
                  .map((name) => fact(words[name], format.number(file[name]))),
                ...file.notes.map((note) => fact(words.notes, showInvisible(note))),
              ]),
          ...(report?.byRunId ? [fact(words.outcomeBy, words.byRun(report.byRunId))] : []),
        ]}
      />
    </Container>
  );
}

function Links({ links }: { links: ExecutionView['links'] }) {
  const { messages } = usePreferences();
  if (links.execution === null && links.log === null) return null;
  return (
    <SpaceBetween direction="horizontal" size="s">
      {links.execution !== null && (
        <Link external href={links.execution}>
          {messages.execution.console}
        </Link>
      )}
      {links.log !== null && (
        <Link external href={links.log}>
          {messages.execution.log}
        </Link>
      )}
    </SpaceBetween>
  );
}

/** A text that people want to take with them; `copied` where they get more than is shown. */
function CopyableText({ text, copied = text }: { text: string; copied?: string }) {
  const { messages } = usePreferences();
  return (
    <span className="breakable">
      <UntrustedText text={text} />{' '}
      <CopyToClipboard
        variant="icon"
        textToCopy={copied}
        copyButtonAriaLabel={`${messages.execution.copy}: ${showInvisible(copied)}`}
        copySuccessText={messages.execution.copied}
        copyErrorText={messages.problem.action}
      />
    </span>
  );
}
