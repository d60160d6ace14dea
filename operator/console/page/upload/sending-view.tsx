import Button from '@cloudscape-design/components/button';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { StrangersText } from '../frame/strangers-text.tsx';
import { useReader } from '../settings/reader.tsx';

interface SendingViewProps {
  file: File;
  dryRun: boolean;
  /** Bytes that have left the browser. */
  sent: number;
  onCallOff: () => void;
}

/** How much of a file has been sent. */
export function SendingView({ file, dryRun, sent, onCallOff }: SendingViewProps) {
  const { messages, format } = useReader();
  const words = messages.upload;
  return (
    <SpaceBetween size="m">
      <ProgressBar
        value={Math.floor(Math.min(1, sent / Math.max(1, file.size)) * 100)}
        label={dryRun ? words.sendingCheck : words.sendingImport}
        description={<StrangersText text={file.name} />}
        additionalInfo={messages.progress.bytes(
          format.bytes(Math.min(sent, file.size)),
          format.bytes(file.size),
        )}
      />
      <Button onClick={onCallOff}>{words.callOff}</Button>
    </SpaceBetween>
  );
}
