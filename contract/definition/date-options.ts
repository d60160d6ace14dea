import { z } from 'zod';
import type { ColumnType } from './column-type.ts';
import { findAmbiguity, isSerial, type Moment, readDateFormat, type SerialFormat } from './date-format.ts';
import type { ColumnProblem } from './definition-problem.ts';

export const monthLanguages = ['en', 'de', 'fr', 'es'] as const;
export const eraLetters = ['M', 'T', 'S', 'H', 'R'] as const;
export type EraLetter = (typeof eraLetters)[number];

/** What the tokens of a column's formats stand for. */
export interface DateSpelling {
  /** What `MMM` stands for: names in this language, or twelve of your own, each with others if it has some. Default: `en`. */
  months?: (typeof monthLanguages)[number] | readonly (string | readonly string[])[];
  /** The first year that `YY` stands for: 1950 makes it 1950 to 2049. */
  pivot?: number;
  /** The Japanese era whose years `yy` and `y` count where formats have no `G`, also beyond its end: H31.5.1 is R1.5.1. */
  era?: EraLetter;
}

type Formats = string | readonly string[];

export interface DateOptions extends DateSpelling {
  /** How days are written instead of YYYY-MM-DD, e.g. `'YYYY/M/D'` or `'excel'`, or several ways. */
  date?: Formats;
}

interface FractionOptions {
  /** Drops decimal places of a second beyond those that the column keeps, instead of rejecting the row. */
  fraction?: 'truncate';
}

export interface TimeOptions extends FractionOptions {
  /** How times of day are written instead of HH:mm:ss, e.g. `'H:mm'`, or several ways. */
  time?: Formats;
}

export interface TimestampOptions extends DateSpelling, FractionOptions {
  /** How timestamps are written instead of YYYY-MM-DD HH:mm:ss, e.g. `'YYYY/M/D H:mm'` or `'unix'`, or several ways. */
  timestamp?: Formats;
  /**
   * Where values without a zone are meant: `'Asia/Tokyo'` or `'+09:00'`. For timestamps with time zone; for others,
   * the zone in which Unix time is stored.
   */
  zone?: string;
}

/** One format or several, as a list. */
export function listOf<T extends string>(formats: T | readonly T[] | undefined): readonly T[] {
  return formats === undefined ? [] : typeof formats === 'string' ? [formats] : formats;
}

const FORMATS = 'use a format such as "YYYY/M/D", or a list of them';
const formats = z.union([z.string().min(1), z.array(z.string().min(1)).min(1, FORMATS)], {
  error: FORMATS,
});
const MONTHS =
  'use "en", "de", "fr" or "es", or list the names of twelve months, each a text or a list of them, without digits';
const monthName = z.string().regex(/^\D+$/, MONTHS);

/** What the options of dates and times must look like. */
export const dateOptions = {
  date: formats.optional(),
  time: formats.optional(),
  timestamp: formats.optional(),
  zone: z.string({ error: 'use a name such as "Asia/Tokyo", or an offset such as "+09:00"' }).optional(),
  months: z
    .union(
      [z.enum(monthLanguages), z.array(z.union([monthName, z.array(monthName).min(1)])).length(12, MONTHS)],
      {
        error: MONTHS,
      },
    )
    .optional(),
  pivot: z.int({ error: 'use a year, such as 1950' }).min(1).max(9900).optional(),
  era: z.enum(eraLetters, { error: 'use "M", "T", "S", "H" or "R"' }).optional(),
  fraction: z.literal('truncate', { error: 'use "truncate", or leave it out' }).optional(),
};

/** Which counts of days and seconds columns take. */
const serials: Record<Moment, readonly SerialFormat[]> = {
  date: ['excel', 'excel-1904'],
  time: ['excel'],
  timestamp: ['excel', 'excel-1904', 'unix', 'unix-ms', 'unix-us'],
};

/** What of the options for dates and times does not suit the column, or themselves. */
export function findDateProblem(
  type: ColumnType,
  options: DateOptions & TimeOptions & TimestampOptions,
): ColumnProblem | null {
  return (
    findFormatProblem('date', listOf(options.date)) ??
    findFormatProblem('time', listOf(options.time)) ??
    findFormatProblem('timestamp', listOf(options.timestamp)) ??
    findSpellingProblem(options) ??
    findZoneProblem(type, options)
  );
}

function findFormatProblem(field: Moment, formats: readonly string[]): ColumnProblem | null {
  for (const format of formats) {
    if (isSerial(format)) {
      if (serials[field].includes(format)) continue;
      return {
        field,
        problem: `"${format}" is not for columns of this type: use ${serials[field].join(', ')}`,
      };
    }
    const parts = readDateFormat(format, field);
    if (typeof parts === 'string') return { field, problem: parts };
  }
  const ambiguous = findAmbiguity(formats, field);
  if (ambiguous === null) return null;
  const [one, other] = ambiguous;
  return { field, problem: `"${one}" and "${other}" read the same value differently; keep one of them` };
}

/** The token that each of the spellings is for, and what to declare where it is missing. */
function findSpellingProblem(options: DateOptions & TimestampOptions): ColumnProblem | null {
  const field = options.date === undefined ? 'timestamp' : 'date';
  const formats = listOf(options[field]).filter((format) => !isSerial(format));
  const having = (kind: string) =>
    formats.find((format) =>
      (readDateFormat(format, field) as { kind: string }[]).some((part) => part.kind === kind),
    );
  const short = having('shortYear');
  if (short !== undefined && options.pivot === undefined) {
    return {
      field,
      problem: `"${short}" leaves the century open: use YYYY, or declare the first year that YY stands for, such as pivot: 1950`,
    };
  }
  const era = having('era');
  const eraless = formats.find((format) => {
    const kinds = (readDateFormat(format, field) as { kind: string }[]).map(({ kind }) => kind);
    return kinds.includes('eraYear') && !kinds.includes('era');
  });
  if (eraless !== undefined && options.era === undefined) {
    return { field, problem: `"${eraless}" leaves the era open: add G, or declare it, such as era: "R"` };
  }
  for (const [option, token, used] of [
    ['pivot', 'YY', short],
    ['era', era === undefined ? 'yy or y' : 'yy or y without G', eraless],
    ['months', 'MMM', having('monthName')],
  ] as const) {
    if (options[option] !== undefined && used === undefined) {
      return { field: option, problem: `no format has ${token}, which it is for; leave it out` };
    }
  }
  return findNameTwice(options.months);
}

function findNameTwice(months: DateSpelling['months']): ColumnProblem | null {
  if (typeof months !== 'object') return null;
  const seen = new Map<string, number>();
  for (const [month, names] of months.entries()) {
    for (const name of listOf(names)) {
      const other = seen.get(name.toLowerCase()) ?? month;
      if (other !== month)
        return { field: 'months', problem: `"${name}" stands for two months; keep one of them` };
      seen.set(name.toLowerCase(), month);
    }
  }
  return null;
}

function findZoneProblem(type: ColumnType, options: TimeOptions & TimestampOptions): ColumnProblem | null {
  const { zone } = options;
  if (zone !== undefined && !isZone(zone)) {
    return {
      field: 'zone',
      problem: `there is no time zone "${zone}": use a name such as "Asia/Tokyo", or an offset such as "+09:00"`,
    };
  }
  if (type.kind !== 'time' && type.kind !== 'timestamp') return null;
  const field = type.kind;
  const zoned = type.withTimeZone;
  const formats = listOf(options[field]);
  const unix = formats.find((format) => format.startsWith('unix'));
  if (zone !== undefined && !zoned && unix === undefined) {
    return {
      field: 'zone',
      problem:
        'it is for timestamps with time zone and for Unix time, and the column keeps neither; leave it out',
    };
  }
  if (unix !== undefined && !zoned && zone === undefined) {
    return {
      field,
      problem: `"${unix}" is an instant, and the column keeps no zone: say in which zone its times are, such as zone: "UTC"`,
    };
  }
  for (const format of formats) {
    if (format === unix) continue;
    const parts = isSerial(format) ? [] : readDateFormat(format, field);
    const hasZone = typeof parts !== 'string' && parts.some(({ kind }) => kind === 'zone');
    if (hasZone && !zoned) {
      return { field, problem: `"${format}" has a zone, and the column keeps none: leave out Z` };
    }
    if (hasZone || !zoned || zone !== undefined) continue;
    return {
      field,
      problem:
        field === 'time'
          ? `"${format}" has no zone, and the column keeps one: add Z to the format`
          : `"${format}" has no zone, and the column keeps an instant: ${isSerial(format) ? '' : 'add Z to the format, or '}say the zone, such as zone: "Asia/Tokyo"`,
    };
  }
  return null;
}

/** ±HH:MM up to 15:59, or a name that the runtime knows. */
function isZone(zone: string): boolean {
  if (/^[+-]/.test(zone)) return /^[+-](0\d|1[0-5]):[0-5]\d$/.test(zone);
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
