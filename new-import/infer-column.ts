import type { Transformations } from '../contract/definition/column-options.ts';
import type { NumberFormat } from '../contract/definition/define-import.ts';
import type { ColumnProfile, Digits } from './column-profile.ts';
import { booleanPairs, type Reading, UNDECLARED_PAIRS } from './column-readings.ts';

/** A column's type as Drizzle and as SQL write it. */
export interface PlannedType {
  /** Of drizzle-orm/pg-core. */
  builder:
    | 'bigint'
    | 'boolean'
    | 'date'
    | 'integer'
    | 'numeric'
    | 'text'
    | 'time'
    | 'timestamp'
    | 'uuid'
    | 'varchar';
  /** The builder's options, as they are written. */
  options: readonly string[];
  sql: string;
}

/** What a column is taken to be, and why. */
export interface InferredColumn {
  type: PlannedType;
  transformations: Transformations;
  /** For people; holds no value of the file. */
  evidence: string;
  /** What could not be decided, and what to write if one knows better. */
  advice: string | null;
  notNull: boolean;
}

/** So few rows without an empty value do not show that there never is one. */
export const ROWS_FOR_NOT_NULL = 20;
/** Of an int4, whose largest value has ten digits, and of an int8, whose has 19: any number of so many fits. */
const INTEGER_DIGITS = 9;
const BIGINT_DIGITS = 18;
/** A thousand times the largest number that was seen, and at least what money takes. */
const SPARE_DIGITS = 3;
const LEAST_PRECISION = 12;
const LEAST_SCALE = 2;
/** PostgreSQL's limit. */
const LARGEST_PRECISION = 1000;
/** Twice the longest text seen, rounded up to one of these; beyond, a limit says nothing. */
const LENGTHS = [10, 20, 40, 80, 120, 200, 400];
const SPARE_LENGTH = 2;

/** Digits that are no numbers, even where no zero stands in front of any of them. */
const neverNumbers =
  /phone|\btel\b|\bfax\b|\bzip\b|post ?code|postal|mobile|電話|携帯|郵便|ファックス|ファクス|\biban\b|\bean\b|\bjan\b|barcode/i;
const namesOfDays = /date|day|birth|日$|日付/i;

/** Takes the narrowest type that loses nothing of what was seen, or text where that is not certain. */
export function inferColumn(header: string, profile: ColumnProfile, rows: number): InferredColumn {
  const { type, transformations, evidence, advice } = inferType(header.normalize('NFKC'), profile);
  const isText = type.builder === 'text' || type.builder === 'varchar';
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

type Inferred = Pick<InferredColumn, 'type' | 'transformations' | 'evidence' | 'advice'>;

function inferType(header: string, profile: ColumnProfile): Inferred {
  if (profile.values === profile.blank) return text(profile, 'no value to go by');
  const words = inferBoolean(profile);
  if (words !== null) return words;
  for (const kind of ['uuid', 'timestamp', 'date', 'time'] as const) {
    const readings = profile.readings.filter(
      (reading) => reading.kind === kind && reading.transformations.date !== 'YYYYMMDD',
    );
    const [first] = readings;
    if (first === undefined) continue;
    const other = readings.find((reading) => orderOf(reading) !== orderOf(first));
    return other === undefined ? inferTime(first) : ambiguousDays(profile, first, other);
  }
  const days = profile.readings.find(({ transformations }) => transformations.date === 'YYYYMMDD');
  if (days !== undefined && profile.strangeYears === 0 && namesOfDays.test(header)) return inferTime(days);
  return inferNumber(header, profile);
}

function text(profile: ColumnProfile, evidence: string, advice: string | null = null): Inferred {
  const wanted = profile.longest * SPARE_LENGTH;
  const length = profile.multiline > 0 ? undefined : LENGTHS.find((each) => each >= wanted);
  const type: PlannedType =
    length === undefined || profile.values === 0
      ? { builder: 'text', options: [], sql: 'text' }
      : { builder: 'varchar', options: [`length: ${length}`], sql: `varchar(${length})` };
  const longest = profile.values === 0 ? '' : `, up to ${profile.longest} characters`;
  const lines = profile.multiline > 0 ? ', some of several lines' : '';
  const spaces = profile.untrimmed > 0 ? ', some with white space at an end' : '';
  const aside =
    profile.untrimmed > 0 ? 'Some values have white space at an end: `trim: true` takes it off.' : null;
  return {
    type,
    transformations: {},
    evidence: `${evidence}${longest}${lines}${spaces}`,
    advice: advice ?? aside,
  };
}

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
  const plain = { uuid: 'UUIDs', date: 'YYYY-MM-DD', time: 'HH:mm or HH:mm:ss', number: '', timestamp: '' };
  const zoned = type.kind === 'timestamp' && type.withTimeZone;
  const written =
    kind === 'timestamp' ? `YYYY-MM-DD HH:mm:ss ${zoned ? 'with' : 'without'} a zone` : plain[kind];
  return {
    type: {
      builder: kind as 'uuid' | 'date' | 'time' | 'timestamp',
      options: zoned ? ['withTimezone: true'] : [],
      sql: zoned ? 'timestamp with time zone' : kind,
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
  return text(
    profile,
    `${first} or ${second}, which no value tells`,
    `Every value is a day both as ${first} and as ${second}. If you know which, make it a \`${field}\` here, and declare \`${field}: '${first}'\` below, for instance.`,
  );
}

const JSON_ADVICE =
  'Every value is JSON. A `jsonb` here lets PostgreSQL look into it, and keeps neither white space nor the order of names.';

function inferNumber(header: string, profile: ColumnProfile): Inferred {
  const readings = profile.readings.filter(({ kind }) => kind === 'number');
  const [first] = readings;
  if (first === undefined) {
    if (profile.json) return text(profile, 'JSON', JSON_ADVICE);
    return text(profile, profile.leadingZeros > 0 ? 'zeros in front' : 'text');
  }
  if (neverNumbers.test(header)) return text(profile, 'digits, but no number by its name');
  const other = readings.find((reading) => profile.differ(first, reading));
  if (other !== undefined) {
    const [one, two] = [first, other].map(({ transformations }) => describeFormat(transformations.number));
    return text(
      profile,
      `${one} or ${two}, which no value tells`,
      `Every value is a number both with ${one} and with ${two}. If you know which, make it a \`numeric\` here, and declare \`number: ${writeNumberFormat(first.transformations.number ?? other.transformations.number)}\` below, for instance.`,
    );
  }
  const digits = profile.digits.get(first)!;
  const { number } = first.transformations;
  const whole = digits.fraction === null;
  // Whole numbers have no decimal sign that could be declared.
  const thousands = number?.thousands === undefined ? undefined : { thousands: number.thousands };
  const declared = whole ? thousands : number;
  return {
    type: numberType(digits),
    transformations: declared === undefined ? {} : { number: declared },
    evidence:
      (whole
        ? `whole numbers of up to ${count(digits.integer, 'digit')}`
        : `numbers of up to ${digits.integer} + ${count(digits.fraction!, 'digit')}`) +
      (declared === undefined ? '' : `, with ${describeFormat(declared)}`),
    advice: null,
  };
}

function numberType({ integer, fraction }: Digits): PlannedType {
  if (fraction === null && integer <= INTEGER_DIGITS)
    return { builder: 'integer', options: [], sql: 'integer' };
  if (fraction === null && integer <= BIGINT_DIGITS) {
    return { builder: 'bigint', options: ["mode: 'bigint'"], sql: 'bigint' };
  }
  const scale = fraction === null ? 0 : Math.max(LEAST_SCALE, fraction);
  const precision = Math.max(LEAST_PRECISION, integer + SPARE_DIGITS + scale);
  if (precision > LARGEST_PRECISION) return { builder: 'numeric', options: [], sql: 'numeric' };
  return {
    builder: 'numeric',
    options: [`precision: ${precision}`, `scale: ${scale}`],
    sql: `numeric(${precision}, ${scale})`,
  };
}

function describeFormat(format: NumberFormat | undefined): string {
  const names = { '.': 'points', ',': 'commas', ' ': 'spaces', "'": 'apostrophes' };
  if (format === undefined) return 'decimal points';
  if (format.thousands !== undefined) return `${names[format.thousands]} between thousands`;
  return `decimal ${names[format.decimal!]}`;
}

/** As it is written in the definition. */
function writeNumberFormat(format: NumberFormat | undefined): string {
  const parts = Object.entries(format ?? {}).map(
    ([name, sign]) => `${name}: ${sign === "'" ? `"'"` : `'${sign}'`}`,
  );
  return `{ ${parts.join(', ')} }`;
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

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
