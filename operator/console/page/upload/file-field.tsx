import FileDropzone from '@cloudscape-design/components/file-dropzone';
import FileInput from '@cloudscape-design/components/file-input';
import FileTokenGroup from '@cloudscape-design/components/file-token-group';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { usePreferences } from '../settings/preferences.tsx';

interface FileFieldProps {
  extensions: readonly string[];
  file: File | null;
  onFile: (file: File | null) => void;
  /** What is wrong with the file; null: nothing. */
  error: string | null;
}

/** Takes one file: dropped, or chosen by a button. */
export function FileField({ extensions, file, onFile, error }: FileFieldProps) {
  const { messages, format } = usePreferences();
  const words = messages.upload;
  const [several, setSeveral] = useState(false);
  const take = (files: readonly File[]) => {
    setSeveral(files.length > 1);
    if (files[0] !== undefined) onFile(files[0]);
  };
  return (
    <FormField
      label={words.file}
      constraintText={words.takes(extensions.join(', '))}
      errorText={error ?? undefined}
      warningText={several ? words.severalFiles : undefined}
      stretch
    >
      <SpaceBetween size="xs">
        <FileDropzone onChange={({ detail }) => take(detail.value)}>
          <div className="drop-zone">
            <span>{words.drop}</span>
            <FileInput
              value={file === null ? [] : [file]}
              onChange={({ detail }) => take(detail.value)}
              accept={extensions.join(',')}
              ariaLabel={words.choose}
            >
              {words.choose}
            </FileInput>
          </div>
        </FileDropzone>
        {file !== null && (
          <FileTokenGroup
            items={[{ file }]}
            showFileSize
            onDismiss={() => onFile(null)}
            i18nStrings={{
              removeFileAriaLabel: (_, name) => words.remove(name),
              formatFileSize: (bytes) => format.bytes(bytes),
            }}
          />
        )}
      </SpaceBetween>
    </FormField>
  );
}
