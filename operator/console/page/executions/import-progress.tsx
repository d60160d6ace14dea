import ProgressBar from '@cloudscape-design/components/progress-bar';
import type { Phase, Progress } from '../../../../contract/report.ts';
import type { Messages } from '../messages/messages.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { progressFigures } from './progress-figures.ts';

interface ImportProgressProps {
  /** Null before the importer has told any. */
  progress: Progress | null;
  /** Whether speed and bytes are told, too. */
  detailed?: boolean;
  /** What it is the progress of, for who does not see where it stands. */
  label?: string;
}

/** How far an import that runs has come: a bar, and figures. */
export function ImportProgress({ progress, detailed = false, label }: ImportProgressProps) {
  const { messages, format } = usePreferences();
  const words = messages.progress;
  if (progress === null) {
    return (
      <ProgressBar
        value={0}
        ariaLabel={label ?? words.label}
        additionalInfo={detailed ? words.none : undefined}
      />
    );
  }
  const { share, rowsPerSecond, secondsLeft } = progressFigures(progress);
  const figures = [
    phaseWord(progress.phase, messages.phase),
    words.rows(format.number(progress.rowsRead)),
    ...(progress.rowsRejected > 0 ? [words.rejected(format.number(progress.rowsRejected))] : []),
    ...(detailed ? [words.bytes(format.bytes(progress.bytesRead), format.bytes(progress.bytesTotal))] : []),
    ...(detailed && rowsPerSecond !== null ? [words.speed(format.number(rowsPerSecond))] : []),
    ...(detailed && secondsLeft !== null ? [words.left(format.duration(secondsLeft))] : []),
  ];
  return (
    <ProgressBar
      value={Math.floor(share * 100)}
      ariaLabel={label ?? words.label}
      additionalInfo={figures.join(' · ')}
    />
  );
}

/** In the reader's language; what an attempt waits for stands as the importer has written it. */
function phaseWord(phase: Phase, words: Messages['phase']): string {
  return phase in words ? words[phase as keyof typeof words] : phase;
}
