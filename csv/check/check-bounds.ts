import type { ColumnRules } from '../../contract/definition/column-options.ts';
import type { ColumnType } from '../../contract/definition/column-type.ts';
import { compareDecimals } from './compare-decimals.ts';
import { DateReader } from './date-reader.ts';
import { type FieldCheck, fieldProblem } from './field-problem.ts';

/** Compares two values of a type that their checks have passed: -1, 0 or 1. */
type Compare = (left: string, right: string) => -1 | 0 | 1;

/** The checks of `min` and `max`, which definitions have only for types of an order. */
export function boundChecks(type: ColumnType, { min, max }: ColumnRules): FieldCheck[] {
  const checks: FieldCheck[] = [];
  const compare = compareOf(type);
  if (compare === null) return checks;
  if (min !== undefined) checks.push(boundCheck(compare, String(min), 1, `must be at least ${min}`));
  if (max !== undefined) checks.push(boundCheck(compare, String(max), -1, `must be at most ${max}`));
  return checks;
}

/** `allowed`: the sign that comparing a value with the bound may have, beside 0. */
function boundCheck(compare: Compare, bound: string, allowed: 1 | -1, reason: string): FieldCheck {
  const violated = fieldProblem('rule_violated', reason);
  return (bytes, start, end) => {
    const order = compare(bytes.toString('latin1', start, end), bound);
    return order === 0 || order === allowed ? null : violated;
  };
}

function compareOf(type: ColumnType): Compare | null {
  switch (type.kind) {
    case 'integer':
    case 'numeric':
    case 'float':
      return compareDecimals;
    case 'date':
      return order;
    case 'time':
      return compareBy((text) => readTime(text, 0));
    case 'timestamp':
      return compareBy((text) => readTime(text, dayOf(text)));
    default:
      return null;
  }
}

function order<T extends string | number>(left: T, right: T): -1 | 0 | 1 {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whole seconds, and what is beyond them as text: together they are more than a double holds. */
interface Time {
  seconds: number;
  fraction: string;
}

function compareBy(read: (text: string) => Time): Compare {
  return (left, right) => {
    const [a, b] = [read(left), read(right)];
    return order(a.seconds, b.seconds) || order(a.fraction, b.fraction);
  };
}

const clock = /(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-][\d:]+)?$/;

/** A time of day, `day` seconds later; with a zone, as it is in UTC. */
function readTime(text: string, day: number): Time {
  const [, hour, minute, second = '0', fraction = '', zone = 'Z'] = clock.exec(text)!;
  const local = day + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return { seconds: local - readOffset(zone), fraction: fraction.replace(/0+$/, '') };
}

function readOffset(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours = '', minutes = '0', seconds = '0'] = zone.replaceAll(':', '').slice(1).match(/\d\d/g)!;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return zone.startsWith('-') ? -size : size;
}

const dayReader = new DateReader('YYYY-MM-DD', 'date');

/** The beginning of the day that the text begins with, in seconds since 1970. */
function dayOf(text: string): number {
  const bytes = Buffer.from(text.slice(0, 10));
  dayReader.read(bytes, 0, bytes.length);
  return dayReader.secondOfTime();
}
