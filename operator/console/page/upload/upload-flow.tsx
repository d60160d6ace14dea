import Alert from '@cloudscape-design/components/alert';
import { useEffect, useRef, useState } from 'react';
import type { StackView } from '../../api.ts';
import { InlineCode } from '../frame/inline-code.tsx';
import { QueryBoundary } from '../frame/query-boundary.tsx';
import { useStack } from '../requests/queries.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { ChooseFile } from './choose-file.tsx';
import { FollowUpload } from './follow-upload.tsx';
import { SendingView } from './sending-view.tsx';
import { useSending } from './use-sending.ts';

/** Takes a file, has it checked, and imports it; all on one spot. */
export function UploadFlow({ importName }: { importName: string | null }) {
  const { messages } = usePreferences();
  const query = useStack();
  return (
    <QueryBoundary query={query}>
      {(stack) =>
        stack.uploadBucket === null || stack.imports.length === 0 ? (
          <Alert type="warning">
            <InlineCode
              text={stack.uploadBucket === null ? messages.upload.noBucket : messages.upload.noImports}
            />
          </Alert>
        ) : (
          <Flow stack={stack} importName={importName} />
        )
      }
    </QueryBoundary>
  );
}

function Flow({ stack, importName }: { stack: StackView; importName: string | null }) {
  const known = stack.imports.find(({ name }) => name === importName);
  const only = stack.imports.length === 1 ? stack.imports[0] : undefined;
  const [chosen, setChosen] = useState((known ?? only)?.name ?? null);
  const [file, setFile] = useState<File | null>(null);
  const { step, send, reset } = useSending();
  const place = useFocusOnStep(step.at);
  const definition = stack.imports.find(({ name }) => name === chosen) ?? null;
  const begin = (dryRun: boolean) => {
    if (definition !== null && file !== null) void send({ importName: definition.name, file, dryRun });
  };
  return (
    <div ref={place} tabIndex={-1} className="upload-flow">
      {step.at === 'choosing' && (
        <ChooseFile
          imports={stack.imports}
          definition={definition}
          onChoose={setChosen}
          file={file}
          onFile={setFile}
          problem={step.problem}
          onSend={begin}
        />
      )}
      {step.at === 'sending' && file !== null && (
        <SendingView file={file} dryRun={step.dryRun} sent={step.sent} onCancel={reset} />
      )}
      {step.at === 'following' && definition !== null && (
        <FollowUpload
          // The dry run and the import are two executions: nothing of the first is kept.
          key={String(step.dryRun)}
          definition={definition}
          upload={step.upload}
          dryRun={step.dryRun}
          onImport={() => begin(false)}
          onAnother={() => {
            setFile(null);
            reset();
          }}
        />
      )}
    </div>
  );
}

/** Keeps the focus in the flow when the button that was pressed goes away. */
function useFocusOnStep(step: string) {
  const place = useRef<HTMLDivElement>(null);
  const last = useRef(step);
  useEffect(() => {
    if (last.current === step) return;
    last.current = step;
    place.current?.focus();
  }, [step]);
  return place;
}
