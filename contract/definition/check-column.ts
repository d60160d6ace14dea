import {
  type ColumnOptions,
  type ColumnRules,
  decimalOf,
  listOf,
  type NumberFormat,
} from './column-options.ts';
import type { ColumnType } from './column-type.ts';
import { findAmbiguity, readDateFormat } from './date-format.ts';

/** What is wrong with a field of a column's options or rules, and the remedy. */
export interface ColumnProblem {
  /** Below `columns.<property>` or `rules.<property>`. */
  field: string;
  problem: string;
}

interface TypedColumn {
  name: string;
  type: ColumnType;
  sqlType: string;
}

const numbers = new Set<ColumnType['kind']>(['integer', 'numeric', 'float']);
const texts = new Set<ColumnType['kind']>(['text', 'other']);
const withLetters = new Set<ColumnType['kind']>(['text', 'enum', 'boolean', 'other']);
const bounded = new Set<ColumnType['kind']>([...numbers, 'date', 'time', 'timestamp']);

/**
 * The first option that does not suit the column's type, or that means nothing; null: all are fine. What the other
 * transformations make of the words of `booleans` is for csv/ to say, which has them.
 */
export function findOptionProblem(column: TypedColumn, options: ColumnOptions): ColumnProblem | null {
  const { type } = column;
  const wrongType = (field: keyof ColumnOptions, suits: boolean, purpose: string): ColumnProblem | null =>
    options[field] === undefined || suits
      ? null
      : {
          field,
          problem: `it is for ${purpose}, and column "${column.name}" is ${column.sqlType}; leave it out`,
        };
  const zoned = type.kind === 'timestamp' && type.withTimeZone;
  return (
    wrongType('case', withLetters.has(type.kind), 'texts, enums and booleans') ??
    (options.empty === 'text' ? wrongType('empty', texts.has(type.kind), 'texts') : null) ??
    wrongType('date', type.kind === 'date', 'dates') ??
    wrongType('timestamp', type.kind === 'timestamp', 'timestamps') ??
    wrongType('zone', zoned, 'timestamps with time zone') ??
    wrongType('number', numbers.has(type.kind), 'numbers') ??
    wrongType('booleans', type.kind === 'boolean', 'booleans') ??
    findFormatProblem('date', listOf(options.date)) ??
    findFormatProblem('timestamp', listOf(options.timestamp)) ??
    findZoneProblem(options, zoned) ??
    findNumberProblem(type, options.number) ??
    findWordProblem(options)
  );
}

function findFormatProblem(field: 'date' | 'timestamp', formats: readonly string[]): ColumnProblem | null {
  for (const format of formats) {
    const parts = readDateFormat(format, field);
    if (typeof parts === 'string') return { field, problem: parts };
  }
  const ambiguous = findAmbiguity(formats, field);
  if (ambiguous === null) return null;
  const [one, other] = ambiguous;
  return { field, problem: `"${one}" and "${other}" read the same value differently; keep one of them` };
}

function findZoneProblem(options: ColumnOptions, zoned: boolean): ColumnProblem | null {
  const { zone } = options;
  if (zone !== undefined && !isZone(zone)) {
    return {
      field: 'zone',
      problem: `there is no time zone "${zone}": use a name such as "Asia/Tokyo", or an offset such as "+09:00"`,
    };
  }
  for (const format of listOf(options.timestamp)) {
    const parts = readDateFormat(format, 'timestamp');
    const hasZone = typeof parts !== 'string' && parts.some(({ kind }) => kind === 'zone');
    if (hasZone && !zoned) {
      return {
        field: 'timestamp',
        problem: `"${format}" has a zone, and the column keeps none: leave out Z`,
      };
    }
    if (!hasZone && zoned && zone === undefined) {
      return {
        field: 'timestamp',
        problem: `"${format}" has no zone, and the column keeps an instant: add Z to the format, or say the zone, such as zone: "Asia/Tokyo"`,
      };
    }
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

function findNumberProblem(type: ColumnType, format: NumberFormat | undefined): ColumnProblem | null {
  if (format === undefined) return null;
  if (type.kind === 'integer' && format.decimal !== undefined) {
    return { field: 'number.decimal', problem: 'the column keeps whole numbers; leave it out' };
  }
  if (decimalOf(format) !== format.thousands) return null;
  return {
    field: 'number',
    problem: `decimal and thousands are both "${format.thousands}"; they must differ`,
  };
}

function findWordProblem({ booleans }: ColumnOptions): ColumnProblem | null {
  const both = booleans?.true.find((word) => booleans.false.includes(word));
  return both === undefined
    ? null
    : { field: 'booleans', problem: `"${both}" stands for true and for false; keep one of them` };
}

/** The first rule that does not suit the column's type; bounds are read where values are. */
export function findRuleProblem(
  { name, type, sqlType }: TypedColumn,
  rules: ColumnRules,
): ColumnProblem | null {
  for (const rule of ['min', 'max'] as const) {
    const bound = rules[rule];
    if (bound === undefined) continue;
    if (!bounded.has(type.kind)) {
      return {
        field: '',
        problem: `min and max are for numbers, dates and times, and column "${name}" is ${sqlType}`,
      };
    }
    const problem = numbers.has(type.kind) ? findBadNumber(bound) : findBadTime(type, bound);
    if (problem !== null) return { field: rule, problem };
  }
  const { min, max } = rules;
  if (min === undefined || max === undefined || sizeOf(type, min) <= sizeOf(type, max)) return null;
  return { field: 'min', problem: 'it is above max, so that no value fits' };
}

/** A bound as a double: near enough to see that two of them are in the wrong order. */
function sizeOf(type: ColumnType, bound: number | string): number {
  if (numbers.has(type.kind)) return Number(bound);
  const text = type.kind === 'time' ? `1970-01-01T${bound}` : String(bound).replace(' ', 'T');
  return Date.parse(/T.*(Z|[+-][\d:]+)$/.test(text) || type.kind === 'date' ? text : `${text}Z`);
}

function findBadNumber(bound: number | string): string | null {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,5})?$/.test(String(bound))
    ? null
    : `"${bound}" is no number: write it as 12345678901234567890.25`;
}

const day = String.raw`\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const clock = String.raw`([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?`;
const offset = String.raw`(Z|[+-](0\d|1[0-5]):[0-5]\d)`;

function findBadTime(type: ColumnType, bound: number | string): string | null {
  const zone = (type.kind === 'time' || type.kind === 'timestamp') && type.withTimeZone;
  const [form, example] =
    type.kind === 'date'
      ? [day, '2026-01-31']
      : type.kind === 'time'
        ? [clock, '09:30:00']
        : [`${day}[ T]${clock}`, '2026-01-31 09:30:00'];
  if (typeof bound === 'string' && new RegExp(`^${form}${zone ? offset : ''}$`).test(bound)) {
    if (type.kind === 'time' || isDay(bound.slice(0, 10))) return null;
  }
  return `"${bound}" is not written as the column's values are: use "${example}${zone ? '+00:00' : ''}"`;
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
