import Button from '@cloudscape-design/components/button';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { usePreferences } from '../settings/preferences.tsx';

interface SendingViewProps {
  file: File;
  dryRun: boolean;
  /** Bytes that have left the browser. */
  sent: number;
  onCancel: () => void;
}

/** How much of a file has been sent. */
export function SendingView({ file, dryRun, sent, onCancel }: SendingViewProps) {
  const { messages, format } = usePreferences();
  const words = messages.upload;
  return (
    <SpaceBetween size="m">
      <ProgressBar
        value={Math.floor(Math.min(1, sent / Math.max(1, file.size)) * 100)}
        label={dryRun ? words.sendingCheck : words.sendingImport}
        description={<UntrustedText text={file.name} />}
        additionalInfo={messages.progress.bytes(
          format.bytes(Math.min(sent, file.size)),
          format.bytes(file.size),
        )}
      />
      <Button onClick={onCancel}>{words.cancel}</Button>
    </SpaceBetween>
  );
}
