import { type FieldProblem, fieldProblem } from '../check/field-problem.ts';
import { type FieldTransform, makeNull, replaceValue } from './value.ts';

/** A column's `parse` returned what it must not: a problem of the definition, which the scanner knows the row of. */
export class ParseProblem extends Error {
  override readonly name = 'ParseProblem';
  readonly property: string;

  /** @param problem what it did, and what it has to do; holds nothing of the value */
  constructor(property: string, problem: string) {
    super(problem);
    this.property = property;
  }
}

const rejected = fieldProblem('parse_failed');
const notStorable = fieldProblem(
  'parse_failed',
  'the import’s parse function returned a NUL or half a character, which PostgreSQL cannot store',
);

/**
 * Makes of a value what the import's function returns. What it throws rejects the row.
 *
 * @throws ParseProblem (the transformation) where it returns neither a text nor null
 */
export function parseTransform(property: string, parse: (text: string) => string | null): FieldTransform {
  return (value): FieldProblem | null => {
    let parsed: unknown;
    try {
      parsed = parse(value.bytes.toString('utf8', value.start, value.end));
    } catch (error) {
      return { ...rejected, words: wordsOf(error) || rejected.reason };
    }
    if (parsed === null) return makeNull(value);
    if (typeof parsed !== 'string') {
      throw new ParseProblem(property, `it returned ${describeType(parsed)}; let it return a text, or null.`);
    }
    if (parsed.includes('\0') || !parsed.isWellFormed()) return notStorable;
    const bytes = Buffer.from(parsed);
    replaceValue(value, bytes, bytes.length);
    return null;
  };
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : '';
}

/** The kind and place of what user's code threw; its message may quote the row. */
export function describeThrown(error: unknown): string {
  if (!(error instanceof Error)) return describeType(error);
  const frame = /^\s+at .*$/m.exec(error.stack ?? '')?.[0].trim();
  return `a ${/^\w{1,40}$/.test(error.name) ? error.name : 'error'}${frame === undefined ? '' : ` ${frame}`}`;
}

/** What user's code returned or threw instead of what it should. */
export function describeType(value: unknown): string {
  if (value instanceof Promise) return 'a promise';
  return value === undefined ? 'nothing' : `a ${typeof value}`;
}
