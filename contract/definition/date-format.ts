/** A piece of a format: a part of a date or time, or text that must stand there. */
export type FormatPart =
  | { kind: 'literal'; text: string }
  /** `digits`: how many exactly; null: for a fraction one or more, else one or two. */
  | { kind: NumberPart; digits: number | null }
  /** AM or PM. */
  | { kind: 'meridiem' }
  /** Z, ±HH, ±HHMM or ±HH:MM. */
  | { kind: 'zone' };

export type NumberPart = 'year' | 'month' | 'day' | 'hour' | 'hour12' | 'minute' | 'second' | 'fraction';

const tokens: Record<string, FormatPart> = {
  YYYY: { kind: 'year', digits: 4 },
  MM: { kind: 'month', digits: 2 },
  M: { kind: 'month', digits: null },
  DD: { kind: 'day', digits: 2 },
  D: { kind: 'day', digits: null },
  HH: { kind: 'hour', digits: 2 },
  H: { kind: 'hour', digits: null },
  hh: { kind: 'hour12', digits: 2 },
  h: { kind: 'hour12', digits: null },
  mm: { kind: 'minute', digits: 2 },
  m: { kind: 'minute', digits: null },
  ss: { kind: 'second', digits: 2 },
  s: { kind: 'second', digits: null },
  S: { kind: 'fraction', digits: null },
  A: { kind: 'meridiem' },
  Z: { kind: 'zone' },
};

/** The tokens of a date, and those of a timestamp beyond it, for messages. */
const dateTokens = 'YYYY, MM, M, DD and D';
const timestampTokens = 'YYYY, MM, M, DD, D, HH, H, hh, h, A, mm, m, ss, s, S and Z';

/**
 * Reads a format such as `YYYY/M/D H:mm:ss`. Letters are tokens, but a `T` in a timestamp; everything else stands
 * for itself.
 *
 * @returns the parts, or what is wrong with the format and what to write instead
 */
export function readDateFormat(format: string, what: 'date' | 'timestamp'): FormatPart[] | string {
  const parts: FormatPart[] = [];
  const known = what === 'date' ? dateTokens : timestampTokens;
  for (const [run] of format.matchAll(/([A-Za-z])\1*|[^A-Za-z]+/g)) {
    if (/^[^A-Za-z]/.test(run) || (run === 'T' && what === 'timestamp')) {
      if (/[0-9]/.test(run))
        return `"${format}" has the digit "${/[0-9]/.exec(run)![0]}": write tokens (${known})`;
      parts.push({ kind: 'literal', text: run });
      continue;
    }
    if (run === 'YY') return `"${format}" leaves the century to be guessed: use YYYY`;
    const part: FormatPart | undefined = /^SS+$/.test(run)
      ? { kind: 'fraction', digits: run.length }
      : Object.hasOwn(tokens, run)
        ? tokens[run]
        : undefined;
    if (part === undefined) return `"${format}" has the unknown token "${run}": use ${known}`;
    const inDate = part.kind === 'year' || part.kind === 'month' || part.kind === 'day';
    if (what === 'date' && !inDate) {
      return `"${format}" has the token "${run}" of a time, and the column keeps a day: use ${known}`;
    }
    if (parts.some(({ kind }) => kind === part.kind)) return `"${format}" has its ${part.kind} twice`;
    const before = parts.at(-1);
    if (before !== undefined && 'digits' in before && before.digits === null && 'digits' in part) {
      return `"${format}" does not say where its ${before.kind} ends: put something behind it, or give it all its digits`;
    }
    parts.push(part);
  }
  return findMissing(format, parts) ?? parts;
}

function findMissing(format: string, parts: readonly FormatPart[]): string | null {
  const has = (kind: FormatPart['kind']) => parts.some((part) => part.kind === kind);
  for (const [kind, token] of [
    ['year', 'YYYY'],
    ['month', 'M or MM'],
    ['day', 'D or DD'],
  ] as const) {
    if (!has(kind)) return `"${format}" has no ${kind}: add ${token}`;
  }
  if (has('hour') && has('hour12')) return `"${format}" has its hour twice: use H, or h and A`;
  if (has('hour12') !== has('meridiem')) return `"${format}" needs h and A together, or H alone`;
  const hour = has('hour') || has('hour12');
  for (const [kind, needed, there] of [
    ['minute', 'hour', hour],
    ['second', 'minute', has('minute')],
    ['fraction', 'second', has('second')],
    ['zone', 'hour', hour],
  ] as const) {
    if (has(kind) && !there) return `"${format}" has a ${kind} and no ${needed}`;
  }
  return null;
}

/**
 * Two of the formats that read some text as different days or times, such as D/M/YYYY and M/D/YYYY; null: the order
 * of the formats does not matter.
 */
export function findAmbiguity(
  formats: readonly string[],
  what: 'date' | 'timestamp',
): [string, string] | null {
  const read = formats.map((format) => readDateFormat(format, what) as FormatPart[]);
  for (const [one, parts] of read.entries()) {
    const text = writeSample(parts);
    for (const [other, others] of read.entries()) {
      const found = expressionOf(others).exec(text)?.groups;
      const meant = expressionOf(parts).exec(text)!.groups!;
      const differs = (name: string) => Number(found?.[name] ?? 0) !== Number(meant[name] ?? 0);
      if (found !== undefined && Object.keys(sample).some(differs)) return [formats[one]!, formats[other]!];
    }
  }
  return null;
}

/** 3 April 2001, 05:06:07.8: no two parts are the same number. */
const sample = { year: 2001, month: 4, day: 3, hour: 5, hour12: 5, minute: 6, second: 7, fraction: 8 };

function writeSample(parts: readonly FormatPart[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'literal') return part.text;
      if (part.kind === 'meridiem') return 'AM';
      if (part.kind === 'zone') return 'Z';
      return String(sample[part.kind]).padStart(part.digits ?? 1, '0');
    })
    .join('');
}

function expressionOf(parts: readonly FormatPart[]): RegExp {
  const pieces = parts.map((part) => {
    if (part.kind === 'literal') return part.text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    if (part.kind === 'meridiem') return 'AM';
    if (part.kind === 'zone') return 'Z';
    return `(?<${part.kind}>\\d${part.digits === null ? '{1,2}' : `{${part.digits}}`})`;
  });
  return new RegExp(`^${pieces.join('')}$`);
}
