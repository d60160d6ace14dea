/** What a format is of: a day, a time of day, or both. */
export type Moment = 'date' | 'time' | 'timestamp';

/** A piece of a format: a part of a date or time, or text that must stand there. */
export type FormatPart =
  | { kind: 'literal'; text: string }
  /** `digits`: how many exactly; null: for a fraction one or more, else one or two. */
  | { kind: NumberPart; digits: number | null }
  | { kind: 'monthName' }
  /** The letter, name or number of a Japanese era. */
  | { kind: 'era' }
  /** AM or PM, 午前 or 午後. */
  | { kind: 'meridiem' }
  /** Z, UTC, GMT, ±HH, ±HHMM or ±HH:MM. */
  | { kind: 'zone' };

export type NumberPart =
  | 'year'
  /** The last two digits. */
  | 'shortYear'
  | 'eraYear'
  | 'month'
  | 'day'
  | 'hour'
  | 'hour12'
  | 'minute'
  | 'second'
  | 'fraction';

const tokens: Record<string, FormatPart> = {
  YYYY: { kind: 'year', digits: 4 },
  YY: { kind: 'shortYear', digits: 2 },
  G: { kind: 'era' },
  yy: { kind: 'eraYear', digits: 2 },
  y: { kind: 'eraYear', digits: null },
  MMMM: { kind: 'monthName' },
  MMM: { kind: 'monthName' },
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

const dateTokens = 'YYYY, YY, G, yy, y, MMM, MM, M, DD and D';
const timeTokens = 'HH, H, hh, h, A, mm, m, ss, s, S and Z';
/** For messages. */
const tokensOf: Record<Moment, string> = {
  date: dateTokens,
  time: timeTokens,
  timestamp: `${dateTokens.replace(' and', ',')}, ${timeTokens}`,
};
/** What a part says, whatever its spelling is. */
const meanings: Partial<Record<FormatPart['kind'], string>> = {
  shortYear: 'year',
  eraYear: 'year',
  monthName: 'month',
};
const partsOfDate = new Set(['year', 'month', 'day', 'era']);

/** Numbers that count days or seconds, and not tokens. */
export const serialFormats = ['excel', 'excel-1904', 'unix', 'unix-ms', 'unix-us'] as const;
export type SerialFormat = (typeof serialFormats)[number];

/** Whether the format is a count of days or seconds. */
export function isSerial(format: string): format is SerialFormat {
  return (serialFormats as readonly string[]).includes(format);
}

/**
 * Reads a format such as `YYYY/M/D H:mm:ss`. Letters are tokens, but a `T` in a timestamp and what stands in `[ ]`;
 * everything else stands for itself.
 *
 * @returns the parts, or what is wrong with the format and what to write instead
 */
export function readDateFormat(format: string, what: Moment): FormatPart[] | string {
  const parts: FormatPart[] = [];
  const known = tokensOf[what];
  for (const [run, bracketed] of format.matchAll(/\[([^\]]*)\]|([A-Za-z])\2*|[^A-Za-z[]+|\[/g)) {
    if (bracketed !== undefined || /^[^A-Za-z]/.test(run) || (run === 'T' && what === 'timestamp')) {
      const text = bracketed ?? run;
      if (bracketed === undefined && /[0-9]/.test(text))
        return `"${format}" has the digit "${/[0-9]/.exec(text)![0]}": write tokens (${known})`;
      const open = /^[0-9]/.test(text) ? describeOpenEnd(format, parts) : null;
      if (open !== null) return open;
      parts.push({ kind: 'literal', text });
      continue;
    }
    const part: FormatPart | undefined = /^SS+$/.test(run)
      ? { kind: 'fraction', digits: run.length }
      : Object.hasOwn(tokens, run)
        ? tokens[run]
        : undefined;
    if (part === undefined) {
      return `"${format}" has the unknown token "${run}": use ${known}, and put words in brackets, such as [${run}]`;
    }
    const meaning = meaningOf(part);
    if (what === 'date' && !partsOfDate.has(meaning)) {
      return `"${format}" has the token "${run}" of a time, and the column keeps a day: use ${known}`;
    }
    if (what === 'time' && partsOfDate.has(meaning)) {
      return `"${format}" has the token "${run}" of a day, and the column keeps a time: use ${known}`;
    }
    if (parts.some((other) => meaningOf(other) === meaning)) return `"${format}" has its ${meaning} twice`;
    const open = 'digits' in part ? describeOpenEnd(format, parts) : null;
    if (open !== null) return open;
    parts.push(part);
  }
  return findMissing(format, what, parts) ?? parts;
}

/** Of parts before a digit: whether the last of them may go on with it. */
function describeOpenEnd(format: string, parts: readonly FormatPart[]): string | null {
  const last = parts.at(-1);
  return last !== undefined && 'digits' in last && last.digits === null
    ? `"${format}" does not say where its ${meaningOf(last)} ends: put something behind it, or give it all its digits`
    : null;
}

/** Whether the era may be a number: where two digits of a year follow, so that it is no digit of that. */
export function takesEraNumber(parts: readonly FormatPart[]): boolean {
  const behind = parts[parts.findIndex(({ kind }) => kind === 'era') + 1];
  return behind?.kind === 'eraYear' && behind.digits !== null;
}

function meaningOf({ kind }: FormatPart): string {
  return meanings[kind] ?? kind;
}

function findMissing(format: string, what: Moment, parts: readonly FormatPart[]): string | null {
  const has = (kind: FormatPart['kind']) => parts.some((part) => meaningOf(part) === kind);
  const hour = has('hour') || has('hour12');
  if (what !== 'time') {
    for (const [kind, token] of [
      ['year', 'YYYY'],
      ['month', 'M or MM'],
      ['day', 'D or DD'],
    ] as const) {
      if (!has(kind)) return `"${format}" has no ${kind}: add ${token}`;
    }
  } else if (!hour) return `"${format}" has no hour: add H or HH`;
  if (has('era')) {
    const year = parts.findIndex(({ kind }) => kind === 'eraYear');
    if (year < parts.findIndex(({ kind }) => kind === 'era')) {
      return `"${format}" has an era and no year of it behind: write G, then y or yy`;
    }
  }
  if (has('hour') && has('hour12')) return `"${format}" has its hour twice: use H, or h and A`;
  if (has('hour12') !== has('meridiem')) return `"${format}" needs h and A together, or H alone`;
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
export function findAmbiguity(formats: readonly string[], what: Moment): [string, string] | null {
  const serials = formats.filter(isSerial);
  if (serials.length > 1) return [serials[0]!, serials[1]!];
  const written = formats.filter((format) => !isSerial(format));
  const read = written.map((format) => readDateFormat(format, what) as FormatPart[]);
  for (const [one, parts] of read.entries()) {
    for (const text of writeSamples(parts)) {
      if (serials.length > 0 && /^\d+(\.\d+)?$/.test(text)) return [written[one]!, serials[0]!];
      for (const [other, others] of read.entries()) {
        const found = expressionOf(others).exec(text)?.groups;
        const meant = expressionOf(parts).exec(text)!.groups ?? {};
        const differs = (name: string) => Number(found?.[name] ?? 0) !== Number(meant[name] ?? 0);
        if (found !== undefined && Object.keys(sample).some(differs)) return [written[one]!, written[other]!];
      }
    }
  }
  return null;
}

/** 3 April 2001, 05:06:07.8: no two parts are the same number. */
const sample: Record<NumberPart, number> = {
  year: 2001,
  shortYear: 1,
  eraYear: 9,
  month: 4,
  day: 3,
  hour: 5,
  hour12: 5,
  minute: 6,
  second: 7,
  fraction: 8,
};
const sampleWords = { monthName: 'Apr', meridiem: 'AM', zone: 'Z' } as const;

/** Both `3` and `03` where a part takes either, and the era as a letter and as a number, where it may be one. */
function writeSamples(parts: readonly FormatPart[]): string[] {
  const write = (fewestDigits: number, era: string) =>
    parts
      .map((part) => {
        if (part.kind === 'literal') return part.text;
        if (part.kind === 'era') return era;
        if (!('digits' in part)) return sampleWords[part.kind];
        return String(sample[part.kind]).padStart(part.digits ?? fewestDigits, '0');
      })
      .join('');
  const eras = takesEraNumber(parts) ? ['H', '4'] : ['H'];
  return eras.flatMap((era) => [write(1, era), write(2, era)]);
}

function expressionOf(parts: readonly FormatPart[]): RegExp {
  const pieces = parts.map((part) => {
    if (part.kind === 'literal') return part.text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    if (part.kind === 'era') return takesEraNumber(parts) ? '[H4]' : 'H';
    if (!('digits' in part)) return sampleWords[part.kind];
    return `(?<${part.kind}>\\d${part.digits === null ? '{1,2}' : `{${part.digits}}`})`;
  });
  return new RegExp(`^${pieces.join('')}$`);
}
