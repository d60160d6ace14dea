import type { TimelineEntry } from '../../../timeline.ts';

/** What happened between an execution's start, or a redrive, and the next redrive or the end. */
export interface Round {
  /** Which redrive began it; 0: the execution's start. */
  redrive: number;
  /** ISO 8601. */
  startedAt: string;
  /** From its start to the end of its last state; so far, while one runs. */
  seconds: number;
  bars: Bar[];
}

/** A state that was visited, as a bar on its round's time axis. */
export interface Bar {
  entry: TimelineEntry;
  state: string;
  /** Where the bar begins, and how long it is, as shares of the round: 0 to 1. */
  from: number;
  length: number;
  /** How long it stood there; so far, while it does. */
  seconds: number;
  running: boolean;
}

/**
 * The timeline by rounds, each with an axis of its own: days may lie between a failure and its redrive.
 *
 * @param now in milliseconds, for the states that have not ended
 */
export function makeRounds(timeline: readonly TimelineEntry[], now: number): Round[] {
  const groups: { redrive: number; startedAt: string; entries: TimelineEntry[] }[] = [];
  for (const entry of timeline) {
    if (entry.state === null || groups.length === 0) {
      groups.push({ redrive: entry.redrive ?? 0, startedAt: entry.at, entries: [] });
    }
    if (entry.state !== null) groups.at(-1)!.entries.push(entry);
  }
  return groups.map(({ redrive, startedAt, entries }) => {
    const start = Date.parse(startedAt);
    const visits = entries.map((entry) => ({
      entry,
      offset: (Date.parse(entry.at) - start) / 1000,
      seconds: entry.seconds ?? Math.max(0, (now - Date.parse(entry.at)) / 1000),
    }));
    const seconds = Math.max(0, ...visits.map((visit) => visit.offset + visit.seconds));
    const share = (part: number) => (seconds === 0 ? 0 : Math.min(1, Math.max(0, part / seconds)));
    return {
      redrive,
      startedAt,
      seconds,
      bars: visits.map((visit) => ({
        entry: visit.entry,
        state: visit.entry.state!,
        from: share(visit.offset),
        length: share(visit.seconds),
        seconds: visit.seconds,
        running: visit.entry.seconds === null,
      })),
    };
  });
}
