import type { Transformations } from '../contract/definition/column-options.ts';
import type { ColumnProfile } from './column-profile.ts';
import { booleanPairs, type Reading, UNDECLARED_PAIRS } from './column-readings.ts';
import { describeExceptions } from './describe-exceptions.ts';
import { type HeaderMeaning, readHeaderWords } from './header-words.ts';
import { inferNumber } from './infer-number.ts';
import { type Inferred, type PlannedType, textType } from './planned-type.ts';

/** What a column is taken to be, and why. */
export interface InferredColumn extends Inferred {
  notNull: boolean;
}

/** So few rows without an empty value do not show that there never is one. */
export const ROWS_FOR_NOT_NULL = 1000;

/** Takes a type that loses nothing of what was seen and that the next file's values have, or text in doubt. */
export function inferColumn(header: string, profile: ColumnProfile, rows: number): InferredColumn {
  const { type, transformations, evidence, advice } = inferType(readHeaderWords(header), profile);
  const isText = type.builder === 'text';
  const changes: Transformations = {
    ...(profile.untrimmed > 0 && !isText ? { trim: true } : {}),
    ...(profile.fullWidth > 0 && !isText && type.builder !== 'boolean'
      ? { fullWidth: 'ascii' as const }
      : {}),
    ...transformations,
  };
  const empty = profile.empty + (isText ? 0 : profile.blank);
  return {
    type,
    transformations: changes,
    evidence: [evidence, ...describeChanges(changes), describeEmpty(empty)].join('; '),
    advice,
    notNull: empty === 0 && rows >= ROWS_FOR_NOT_NULL,
  };
}

function inferType(meaning: HeaderMeaning, profile: ColumnProfile): Inferred {
  if (profile.values === profile.blank) return textType(profile, 'no value to go by');
  const words = inferBoolean(profile);
  if (words !== null) return words;
  if (meaning.code && profile.otherThanDigits === 0) return inferNumber(meaning, profile);
  for (const kind of ['uuid', 'json', 'timestamp', 'date', 'time'] as const) {
    const readings = profile.readings.filter(
      (reading) => reading.kind === kind && reading.transformations.date !== 'YYYYMMDD',
    );
    const [first] = readings;
    if (first === undefined) continue;
    const other = readings.find((reading) => orderOf(reading) !== orderOf(first));
    return other === undefined ? inferTime(first) : ambiguousDays(profile, first, other);
  }
  const days = profile.readings.find(({ transformations }) => transformations.date === 'YYYYMMDD');
  if (days !== undefined && profile.strangeYears === 0 && meaning.time) return inferTime(days);
  if (profile.readings.some(({ kind }) => kind === 'number')) return inferNumber(meaning, profile);
  return inferText(meaning, profile);
}

function inferText(meaning: HeaderMeaning, profile: ColumnProfile): Inferred {
  if (profile.leadingZeros > 0 && profile.otherThanDigits === 0) return textType(profile, 'zeros in front');
  if (profile.exponents > 0) return textType(profile, 'exponents, such as Excel makes of codes', EXPONENTS);
  return textType(profile, 'text', meaning.code ? null : describeExceptions(profile));
}

const EXPONENTS =
  'Some values are written with an exponent, which Excel makes of long codes and loses their digits. If these are measurements, make it a `doublePrecision` here.';

function inferBoolean({ words, blank }: ColumnProfile): Inferred | null {
  if (words === null || blank > 0) return null;
  const seen = [...words];
  const at = booleanPairs.findIndex((pair) => {
    const meanings = new Set(seen.map((word) => pair.indexOf(word.toLowerCase())));
    return meanings.size === 2 && !meanings.has(-1);
  });
  if (at < 0) return null;
  const [yes, no] = booleanPairs[at]!;
  const having = (meaning: string) => seen.filter((word) => word.toLowerCase() === meaning).sort();
  return {
    type: { builder: 'boolean', options: [], sql: 'boolean' },
    transformations: at < UNDECLARED_PAIRS ? {} : { booleans: { true: having(yes), false: having(no) } },
    evidence: `all are ${yes} or ${no}`,
    advice: null,
  };
}

/** What comes first in a day, of day, month and year. */
function orderOf({ transformations: { date, timestamp } }: Reading): string {
  return String(date ?? timestamp ?? 'YYYY')[0]!;
}

function inferTime({ kind, type, transformations }: Reading): Inferred {
  const format = transformations.date ?? transformations.timestamp;
  const plain = {
    uuid: 'UUIDs',
    json: 'JSON',
    date: 'YYYY-MM-DD',
    time: 'HH:mm or HH:mm:ss',
    number: '',
    timestamp: '',
  };
  const zoned = type.kind === 'timestamp' && type.withTimeZone;
  const written =
    kind === 'timestamp' ? `YYYY-MM-DD HH:mm:ss ${zoned ? 'with' : 'without'} a zone` : plain[kind];
  return {
    type: {
      builder: kind === 'json' ? 'jsonb' : (kind as PlannedType['builder']),
      options: zoned ? ['withTimezone: true'] : [],
      sql: zoned ? 'timestamp with time zone' : kind === 'json' ? 'jsonb' : kind,
    },
    transformations,
    evidence: `all are ${format ?? written}`,
    advice:
      kind === 'timestamp' && !zoned
        ? "Without a zone, as the values are. For instants, add `{ withTimezone: true }` here, and declare `zone: 'Asia/Tokyo'` below, for instance."
        : null,
  };
}

function ambiguousDays(profile: ColumnProfile, one: Reading, other: Reading): Inferred {
  const field = one.kind === 'date' ? 'date' : 'timestamp';
  const [first, second] = [one, other].map(({ transformations }) => transformations[field]);
  return textType(
    profile,
    `${first} or ${second}, which no value tells`,
    `Every value is a day both as ${first} and as ${second}. If you know which, make it a \`${field}\` here, and declare \`${field}: '${first}'\` below, for instance.`,
  );
}

function describeChanges({ trim, fullWidth }: Transformations): string[] {
  return [
    ...(trim === true ? ['white space at an end is taken off'] : []),
    ...(fullWidth === undefined ? [] : ['full-width digits and signs become ASCII']),
  ];
}

function describeEmpty(empty: number): string {
  return empty > 0 ? `${empty.toLocaleString('en')} empty` : 'none empty';
}
