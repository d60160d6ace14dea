import type { ColumnProfile } from './column-profile.ts';
import { formatsOf, orderOf, type Reading } from './column-readings.ts';
import { describeExceptions } from './describe-exceptions.ts';
import type { FileStyle } from './file-style.ts';
import type { HeaderMeaning } from './header-words.ts';
import { type Inferred, type PlannedType, textType } from './planned-type.ts';

/** UUIDs, JSON, days and times, in that order; text with what to write where several readings are left. */
export function inferTimes(
  profile: ColumnProfile,
  meaning: HeaderMeaning,
  { dayOrder }: FileStyle,
): Inferred | null {
  for (const kind of ['uuid', 'json', 'timestamp', 'date', 'time'] as const) {
    const all = profile.readings.filter(
      (reading) => reading.kind === kind && reading.counted !== true && !isCompact(reading),
    );
    // As the days of another column show.
    const proven = all.filter((reading) => dayOrder !== null && orderOf(reading) === dayOrder);
    const readings = proven.length > 0 ? proven : all;
    const [first] = readings;
    if (first === undefined) continue;
    if (first.short === true) return shortYears(profile, first, readings);
    const other = readings.find((reading) => orderOf(reading) !== orderOf(first));
    return other === undefined ? inferTime(first) : ambiguousDays(profile, first, other);
  }
  const days = profile.readings.find(isCompact);
  return days !== undefined && profile.strangeYears === 0 && meaning.time ? inferTime(days) : null;
}

/** Numbers that count days or seconds; text with the exceptions' lines where a few do not. Null: they do not. */
export function inferCounted(profile: ColumnProfile): Inferred | null {
  const found = profile.readings.find(({ counted }) => counted);
  if (found !== undefined) return inferTime(found);
  const near = profile.nearReadings.filter(({ reading }) => reading.counted);
  const advice = describeExceptions(profile, near);
  return advice === null ? null : textType(profile, 'days or times, with exceptions', advice);
}

function isCompact({ transformations }: Reading): boolean {
  return transformations.date === 'YYYYMMDD';
}

const counts: Record<string, string> = {
  excel: 'days as Excel counts them',
  unix: 'seconds since 1970',
  'unix-ms': 'milliseconds since 1970',
  'unix-us': 'microseconds since 1970',
};

function inferTime(reading: Reading): Inferred {
  const { kind, type, transformations } = reading;
  const zoned = type.kind === 'timestamp' && type.withTimeZone;
  const formats = formatsOf(reading).map((format) => counts[format] ?? format);
  const plain = {
    uuid: 'UUIDs',
    json: 'JSON',
    date: 'YYYY-MM-DD',
    time: 'HH:mm or HH:mm:ss',
    number: '',
    timestamp: `YYYY-MM-DD HH:mm:ss ${zoned ? 'with' : 'without'} a zone`,
  };
  return {
    type: {
      builder: kind === 'json' ? 'jsonb' : (kind as PlannedType['builder']),
      options: zoned ? ['withTimezone: true'] : [],
      sql: zoned ? 'timestamp with time zone' : kind === 'json' ? 'jsonb' : kind,
    },
    transformations,
    evidence: `all are ${formats.join(' or ') || plain[kind]}`,
    advice: adviceFor(reading, zoned),
  };
}

function adviceFor(reading: Reading, zoned: boolean): string | null {
  if (formatsOf(reading)[0] === 'excel') {
    return `Days since 1900, as Excel on Windows counts them. If the workbook counts from 1904, declare \`${reading.kind}: 'excel-1904'\` below.`;
  }
  return reading.kind === 'timestamp' && !zoned
    ? "Without a zone, as the values are. For instants, add `{ withTimezone: true }` here, and declare `zone: 'Asia/Tokyo'` below, for instance."
    : null;
}

function ambiguousDays(profile: ColumnProfile, one: Reading, other: Reading): Inferred {
  const field = one.kind === 'date' ? 'date' : 'timestamp';
  const [first, second] = [one, other].map((reading) => formatsOf(reading)[0]);
  return textType(
    profile,
    `${first} or ${second}, which no value tells`,
    `Every value is a day both as ${first} and as ${second}. If you know which, make it a \`${field}\` here, and declare \`${field}: '${first}'\` below, for instance.`,
  );
}

/** The file does not say in which century its days are. */
function shortYears(profile: ColumnProfile, first: Reading, all: readonly Reading[]): Inferred {
  const field = first.kind === 'date' ? 'date' : 'timestamp';
  const [format] = formatsOf(first);
  const orders = [...new Set(all.map((reading) => formatsOf(reading)[0]))];
  const { pivot, months } = first.transformations;
  const spelling = typeof months === 'string' ? `, months: '${months}'` : '';
  return textType(
    profile,
    `${orders.join(' or ')}, with a century that no value tells`,
    `Every value is a day as ${orders.join(' and as ')}, and the century is not written. If you know it, make it a \`${field}\` here, and declare \`${field}: '${format}', pivot: ${pivot}${spelling}\` below, for years from ${pivot} to ${pivot! + 99}.`,
  );
}
