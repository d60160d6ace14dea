import type { Progress } from '../../../../contract/report.ts';

/** How far an import is, in figures. */
export interface ProgressFigures {
  /** 0 to 1. */
  share: number;
  /** Null before any row was read, and while none is read any more: it would only fall. */
  rowsPerSecond: number | null;
  /** A guess from how long it has taken so far; null where there is nothing to guess from. */
  secondsLeft: number | null;
}

/** What the importer's word on its progress comes to. */
export function progressFigures(progress: Progress): ProgressFigures {
  const { phase, rowsRead, bytesRead, bytesTotal, startedAt, updatedAt } = progress;
  const seconds = Math.max(0.001, (Date.parse(updatedAt) - Date.parse(startedAt)) / 1000);
  return {
    share: Math.min(1, bytesRead / Math.max(1, bytesTotal)),
    rowsPerSecond: rowsRead === 0 || !isReading(phase) ? null : Math.round(rowsRead / seconds),
    secondsLeft:
      phase === 'loading' && bytesRead > 0
        ? (seconds * Math.max(0, bytesTotal - bytesRead)) / bytesRead
        : null,
  };
}

/** Whether rows are being read, so that there is a speed. */
function isReading(phase: Progress['phase']): boolean {
  return phase === 'loading' || phase === 'checking';
}
