import { type FieldCheck, fieldProblem } from './field-problem.ts';

/** The fields of an interval in their order, by the singular of their names. */
const fieldNames = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const;
type Field = (typeof fieldNames)[number];

const units: Record<string, Field> = { mon: 'month', min: 'minute', sec: 'second' };
for (const field of fieldNames) units[field] = field;

/** PostgreSQL's own style: `1 year 2 mons -3 days 04:05:06.7`; each unit is named, and each number has its sign. */
const part = String.raw`[+-]?\d{1,9} (?:year|mon|month|week|day|hour|min|minute|sec|second)s?`;
const seconds = String.raw`[+-]?\d{1,9}(?:\.\d{1,30})? (?:sec|second)s?`;
const clock = String.raw`[+-]?\d{1,9}:[0-5]\d(?::[0-5]\d(?:\.\d{1,30})?)?`;
const verbose = new RegExp(`^(?!$)(?:${part}(?: (?!$)|$))*(?:${seconds}|${clock})?$`);
/** ISO 8601 with designators: `P1Y2M-3DT4H5M6.7S`. */
const iso =
  /^P(?!$)(?:([+-]?\d{1,9})Y)?(?:([+-]?\d{1,9})M)?(?:([+-]?\d{1,9})W)?(?:([+-]?\d{1,9})D)?(?:T(?!$)(?:([+-]?\d{1,9})H)?(?:([+-]?\d{1,9})M)?(?:([+-]?\d{1,9}(?:\.\d{1,30})?)S)?)?$/;

/** PostgreSQL keeps months and days in 32 bits, and the time in 64 bits of microseconds. */
const MOST_MONTHS = 2 ** 31 - 1;
const MOST_SECONDS = 2 ** 63 / 1e6;

/**
 * Intervals in PostgreSQL's and ISO 8601's style that a column keeps as they are: `fields` as in its type, such as
 * `day to hour`; PostgreSQL would drop the others, and further decimal places of a second, in silence.
 */
export function intervalCheck(fields: string | null, precision: number): FieldCheck {
  const invalid = fieldProblem('invalid_interval');
  const twice = fieldProblem('invalid_interval', 'must name each unit once');
  const outOfRange = fieldProblem('out_of_range', 'must fit an interval (178,000,000 years at most)');
  const dropped = fieldProblem(
    'too_precise',
    `must have nothing beyond ${fields}, which is all that the column keeps`,
  );
  const tooPrecise = fieldProblem(
    'too_precise',
    `must have at most ${precision} decimal place${precision === 1 ? '' : 's'} of a second`,
  );
  const kept = keptFields(fields);
  // There, and only there, PostgreSQL reads 04:05 as minutes and seconds.
  const twoPartsMisread = fields === 'minute to second';

  return (bytes, start, end) => {
    const text = bytes.toString('latin1', start, end);
    const amounts = readInterval(text);
    if (amounts === null || (twoPartsMisread && /(?:^|[^:\d])\d+:\d+$/.test(text))) return invalid;
    if (amounts === 'twice') return twice;
    const of = (field: Field) => Math.abs(Number(amounts.get(field) ?? 0));
    const days = of('week') * 7 + of('day');
    const time = of('hour') * 3600 + of('minute') * 60 + of('second');
    if (of('year') * 12 + of('month') > MOST_MONTHS || days > MOST_MONTHS || time >= MOST_SECONDS) {
      return outOfRange;
    }
    for (const [field, amount] of amounts) if (Number(amount) !== 0 && !kept.has(field)) return dropped;
    const fraction = (amounts.get('second') ?? '').split('.')[1] ?? '';
    return /[1-9]/.test(fraction.slice(precision)) ? tooPrecise : null;
  };
}

/** What stands for each field; null: it is no interval. */
function readInterval(text: string): Map<Field, string> | 'twice' | null {
  const amounts = new Map<Field, string>();
  const found = iso.exec(text);
  if (found !== null) {
    for (const [index, field] of fieldNames.entries()) {
      const amount = found[index + 1];
      if (amount !== undefined) amounts.set(field, amount);
    }
    return amounts;
  }
  if (!verbose.test(text)) return null;
  const pieces: [Field, string][] = [];
  for (const [, amount, unit] of text.matchAll(/([+-]?[\d.]+) ([a-z]+)/g)) {
    pieces.push([units[unit!.replace(/s$/, '')]!, amount!]);
  }
  const time = /([+-]?\d+):(\d\d)(?::([\d.]+))?$/.exec(text);
  if (time !== null) {
    pieces.push(['hour', time[1]!], ['minute', time[2]!]);
    if (time[3] !== undefined) pieces.push(['second', time[3]]);
  }
  for (const [field, amount] of pieces) {
    if (amounts.has(field)) return 'twice';
    amounts.set(field, amount);
  }
  return amounts;
}

/** A column keeps its last field and all above it: `day to minute` also years. */
function keptFields(fields: string | null): Set<Field> {
  const last = fields?.split(' ').at(-1) as Field | undefined;
  return new Set(last === undefined ? fieldNames : fieldNames.slice(0, fieldNames.indexOf(last) + 1));
}
