import { describe, expect, it } from 'vitest';
import { makeRounds } from '../../../../../operator/console/page/execution/rounds.ts';
import { progressFigures } from '../../../../../operator/console/page/executions/progress-figures.ts';
import type { TimelineEntry } from '../../../../../operator/timeline.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 8, 0, second)).toISOString();
const entry = (second: number, changes: Partial<TimelineEntry>): TimelineEntry => ({
  at: at(second),
  state: null,
  seconds: null,
  redrive: null,
  attempt: null,
  starts: 0,
  error: null,
  decision: null,
  explained: null,
  stopped: false,
  ...changes,
});

describe('the rounds of a timeline', () => {
  it('each have a time axis of their own', () => {
    const timeline = [
      entry(0, { state: 'ValidateUpload', seconds: 2 }),
      entry(2, { state: 'RunImporter', seconds: 8 }),
      entry(3000, { redrive: 1 }),
      entry(3001, { state: 'ImportFailed', seconds: 1 }),
      entry(3002, { state: 'RunImporter' }),
    ];
    const rounds = makeRounds(timeline, Date.parse(at(3010)));
    expect(rounds).toMatchObject([
      {
        redrive: 0,
        startedAt: at(0),
        seconds: 10,
        bars: [
          { state: 'ValidateUpload', from: 0, length: 0.2, seconds: 2, running: false },
          { state: 'RunImporter', from: 0.2, length: 0.8 },
        ],
      },
      {
        redrive: 1,
        startedAt: at(3000),
        seconds: 10,
        bars: [
          { state: 'ImportFailed', from: 0.1, length: 0.1 },
          { state: 'RunImporter', from: 0.2, length: 0.8, seconds: 8, running: true },
        ],
      },
    ]);
  });

  it('may be empty, or have taken no time', () => {
    expect(makeRounds([], 0)).toEqual([]);
    expect(makeRounds([entry(0, { state: 'ValidateUpload', seconds: 0 })], 0)).toMatchObject([
      { seconds: 0, bars: [{ from: 0, length: 0 }] },
    ]);
  });
});

describe('progress in figures', () => {
  const progress = {
    runId: 'run',
    attempt: 'attempt',
    phase: 'loading' as const,
    rowsRead: 5000,
    rowsRejected: 0,
    skipped: 0,
    emptyRows: 0,
    bytesRead: 500,
    bytesTotal: 2000,
    startedAt: at(0),
    updatedAt: at(10),
  };

  it('share, speed and a guess of what is left', () => {
    expect(progressFigures(progress)).toEqual({ share: 0.25, rowsPerSecond: 500, secondsLeft: 30 });
  });

  it('guesses nothing where there is nothing to guess from', () => {
    expect(progressFigures({ ...progress, rowsRead: 0, bytesRead: 0 })).toEqual({
      share: 0,
      rowsPerSecond: null,
      secondsLeft: null,
    });
    expect(progressFigures({ ...progress, phase: 'merging' }).secondsLeft).toBeNull();
    expect(progressFigures({ ...progress, bytesRead: 0, bytesTotal: 0, rowsRead: 0 }).share).toBe(0);
  });
});
