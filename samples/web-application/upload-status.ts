import type { Run } from './ledger.ts';

/** What a user is told of their upload. */
export interface UploadStatus {
  state: 'waiting' | 'queued' | 'running' | 'delayed' | 'imported' | 'unchanged' | 'superseded' | 'failed';
  /** Whether this was the last word; else ask again. */
  ended: boolean;
  text: string;
  /** What the user can do; null: nothing. */
  advice: string | null;
  percent: number | null;
  /** Rejected rows that can be looked at and downloaded. */
  rejected: number;
}

/**
 * A run in words for the person who uploaded the file. The system's failures are not theirs: messages of these name
 * hosts, tables and roles, operators are notified of them, and after a redrive the same run goes on.
 */
export function describeRun(run: Run | null): UploadStatus {
  if (run === null) return waiting;
  const rejected = run.errorsKey === null ? 0 : run.rejected;
  switch (run.status) {
    case 'queued':
      if (run.phase !== 'queued') return waiting;
      return going('queued', 'Other imports come first. Yours is waiting for a slot.');
    case 'running':
      return run.alive ? describeProgress(run) : delayed;
    case 'imported':
      return {
        ...done('imported', describeCounts(run)),
        advice: rejected > 0 ? uploadTheRest : null,
        rejected,
      };
    case 'already-imported':
      return done('unchanged', 'The same file was imported before. Nothing has changed.');
    case 'superseded':
      return done(
        'superseded',
        'You have uploaded a newer version of this file, which is the one that counts.',
      );
    case 'failed':
      if (run.blame !== 'file') return delayed;
      return { ...done('failed', run.message ?? ''), advice: run.advice, rejected };
  }
}

const nothing = { advice: null, percent: null, rejected: 0 };

const going = (state: UploadStatus['state'], text: string): UploadStatus => ({
  ...nothing,
  state,
  ended: false,
  text,
});

const done = (state: UploadStatus['state'], text: string): UploadStatus => ({
  ...nothing,
  state,
  ended: true,
  text,
});

const waiting = going('waiting', 'Uploaded. The import begins in a moment.');
const uploadTheRest = 'Download the rejected rows, correct them, and upload that file.';
const delayed = going(
  'delayed',
  'Something on our side is in the way. We are on it; you need not do anything.',
);

function describeProgress({ phase, percent }: Run): UploadStatus {
  const text = phase === 'checking' ? 'The file is being checked.' : 'Your rows are being imported.';
  return { ...going('running', phase === 'merging' ? 'Almost done.' : text), percent };
}

function describeCounts({ inserted, updated, unchanged, rejected }: Run): string {
  const counts = [
    `${inserted} new`,
    `${updated} changed`,
    `${unchanged} as they were`,
    `${rejected} rejected`,
  ];
  return `Imported. Rows: ${counts.join(', ')}.`;
}
