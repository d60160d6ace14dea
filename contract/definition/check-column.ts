import type { ColumnOptions, ColumnRules } from './column-options.ts';
import type { ColumnType } from './column-type.ts';
import { findDateProblem } from './date-options.ts';
import type { ColumnProblem } from './definition-problem.ts';
import { findNumberProblem } from './number-format.ts';

export type { ColumnProblem } from './definition-problem.ts';

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
  const dated = type.kind === 'date' || type.kind === 'timestamp';
  const clocked = type.kind === 'time' || type.kind === 'timestamp';
  return (
    wrongType('case', withLetters.has(type.kind), 'texts, enums and booleans') ??
    (options.empty === 'text' ? wrongType('empty', texts.has(type.kind), 'texts') : null) ??
    wrongType('date', type.kind === 'date', 'dates') ??
    wrongType('time', type.kind === 'time', 'times') ??
    wrongType('timestamp', type.kind === 'timestamp', 'timestamps') ??
    wrongType('zone', type.kind === 'timestamp', 'timestamps with time zone') ??
    wrongType('months', dated, 'dates and timestamps') ??
    wrongType('pivot', dated, 'dates and timestamps') ??
    wrongType('era', dated, 'dates and timestamps') ??
    wrongType('fraction', clocked, 'times and timestamps') ??
    wrongType('number', numbers.has(type.kind), 'numbers') ??
    wrongType('leadingZeros', numbers.has(type.kind), 'numbers') ??
    wrongType('booleans', type.kind === 'boolean', 'booleans') ??
    wrongType('array', type.kind === 'array', 'arrays') ??
    findDateProblem(type, options) ??
    findNumberProblem(type, options.number) ??
    findArrayProblem(type, options) ??
    findWordProblem(options) ??
    findNullProblem(options)
  );
}

function findWordProblem({ booleans, empty }: ColumnOptions): ColumnProblem | null {
  if (booleans === undefined) return null;
  const both = booleans.true.find((word) => booleans.false.includes(word));
  if (both !== undefined) {
    return { field: 'booleans', problem: `"${both}" stands for true and for false; keep one of them` };
  }
  return empty !== undefined && [...booleans.true, ...booleans.false].includes('')
    ? { field: 'empty', problem: 'the empty value is one of the words of booleans; leave it out' }
    : null;
}

/** A word for NULL that the column's other options give a meaning of their own. */
function findNullProblem({ null: words = [], booleans, number }: ColumnOptions): ColumnProblem | null {
  const meant = new Map<string, string>();
  for (const word of [...(booleans?.true ?? []), ...(booleans?.false ?? [])]) meant.set(word, 'of booleans');
  if (number?.dash !== undefined) for (const dash of '-‐‑‒–—―−ー－') meant.set(dash, 'of number.dash');
  const both = words.find((word) => meant.has(word));
  return both === undefined
    ? null
    : {
        field: 'null',
        problem: `"${both}" is NULL, by this column or by file, and a word ${meant.get(both)}; leave it out of one of them, or list the column's own words for NULL`,
      };
}

function findArrayProblem(type: ColumnType, { array }: ColumnOptions): ColumnProblem | null {
  return array !== undefined && type.kind === 'array' && type.dimensions > 1
    ? {
        field: 'array',
        problem: `a separator makes one dimension, and the column has ${type.dimensions}; leave it out`,
      }
    : null;
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
