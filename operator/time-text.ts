import { OperatorError } from './operator-error.ts';

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * The moment that `1d`, `12h`, `30m`, `90s`, `2w` (ago) or a date such as `2026-11-24` or `2026-11-24T08:00Z` means.
 *
 * @throws OperatorError
 */
export function parseSince(text: string, now = new Date()): Date {
  const [, count, unit] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const date =
    count !== undefined
      ? new Date(now.getTime() - Number(count) * unitSeconds[unit!]! * 1000)
      : new Date(isDate(text) ? text : Number.NaN);
  // So long ago that there is no date for it is no time, either.
  if (!Number.isNaN(date.getTime())) return date;
  throw new OperatorError(
    `"${text}" is no time: write how long ago (30m, 12h, 1d, 2w) or a date (2026-11-24, 2026-11-24T08:00Z).`,
  );
}

/** Date itself takes February 30th for March 2nd. */
function isDate(text: string): boolean {
  const [, day] = /^(\d{4}-\d{2}-\d{2})(T|$)/.exec(text) ?? [];
  const date = new Date(day ?? Number.NaN);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day!);
}

/** `0.4 s`, `42 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`: two units at most. */
export function describeSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** `2026-11-24 08:15:30` by the clock of whoever reads it. */
export function describeTime(time: string): string {
  // Sweden writes dates as ISO 8601 does.
  return new Date(time).toLocaleString('sv-SE');
}
