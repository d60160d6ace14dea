import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ImportSummary } from '../../api.ts';
import { showInvisible } from '../format/untrusted-text.ts';
import { InlineCode } from '../frame/inline-code.tsx';
import { ProblemText } from '../frame/query-boundary.tsx';
import type { Messages } from '../messages/messages.ts';
import { ServerUnreachable } from '../requests/fetch-json.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { FileField } from './file-field.tsx';
import { findFileProblem } from './file-problem.ts';

interface ChooseFileProps {
  imports: readonly ImportSummary[];
  /** The import that was chosen. */
  definition: ImportSummary | null;
  onChoose: (name: string) => void;
  file: File | null;
  onFile: (file: File | null) => void;
  /** Why it could not be sent before. */
  problem: Error | null;
  onSend: (dryRun: boolean) => void;
}

/** Which import, which file, and the buttons that send it. */
export function ChooseFile(props: ChooseFileProps) {
  const { imports, definition, onChoose, file, onFile, problem, onSend } = props;
  const { messages } = usePreferences();
  const words = messages.upload;
  const extensions = definition?.extensions ?? [...new Set(imports.flatMap((each) => each.extensions))];
  const fileProblem = file === null ? null : findFileProblem(file, extensions);
  const option = (each: ImportSummary) => ({
    value: each.name,
    label: each.name,
    description: describeImport(each, messages),
  });
  const ready = definition !== null && file !== null && fileProblem === null;
  return (
    <SpaceBetween size="l">
      {problem !== null && (
        <Alert type="error" header={words.sendFailed}>
          {problem instanceof ServerUnreachable ? (
            <InlineCode text={words.unreachable} />
          ) : (
            <ProblemText problem={problem} />
          )}
        </Alert>
      )}
      <FormField
        label={words.import}
        description={definition === null ? undefined : describeImport(definition, messages)}
      >
        <Select
          selectedOption={definition === null ? null : option(definition)}
          options={imports.map(option)}
          placeholder={words.chooseImport}
          onChange={({ detail }) => onChoose(detail.selectedOption.value!)}
        />
      </FormField>
      <FileField
        extensions={extensions}
        file={file}
        onFile={onFile}
        error={fileProblem === null ? null : fileProblemText()}
      />
      {definition?.mode === 'replace' && <Alert type="warning">{words.replaces}</Alert>}
      <SpaceBetween direction="horizontal" size="xs">
        {definition?.dryRun !== false && (
          <Button variant="primary" disabled={!ready} onClick={() => onSend(true)}>
            {words.check}
          </Button>
        )}
        <Button
          variant={definition?.dryRun === false ? 'primary' : 'link'}
          disabled={!ready}
          onClick={() => onSend(false)}
        >
          {definition?.dryRun === false ? words.importForReal : words.importNow}
        </Button>
      </SpaceBetween>
    </SpaceBetween>
  );

  function fileProblemText(): string {
    const name = showInvisible(file!.name);
    return fileProblem === 'empty'
      ? words.emptyFile(name)
      : words.wrongExtension(name, extensions.join(', '));
  }
}

/** What an import does with a file. */
function describeImport({ mode, table, prefix }: ImportSummary, { upload }: Messages): string {
  return mode === null || table === null
    ? `${upload.container}: ${prefix}`
    : upload.into(upload.modes[mode], table);
}
