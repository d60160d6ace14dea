import { BACKSLASH, QUOTE, SPACE } from '../ascii.ts';
import { type FieldCheck, type FieldProblem, fieldProblem } from './field-problem.ts';

const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;

/**
 * Arrays as PostgreSQL writes them, `{1,2}` or `{{"a","b"},{NULL,"c"}}`, with elements that the element's type takes.
 * All inner arrays of one depth have the same length. White space between elements and bounds (`[0:1]={…}`) are not
 * taken.
 */
export function arrayCheck(checkElement: FieldCheck | null, dimensions: number): FieldCheck {
  const invalid = fieldProblem('invalid_array');
  const depth = fieldProblem(
    'invalid_array',
    `must be an array of ${dimensions} dimension${dimensions === 1 ? '' : 's'}`,
  );
  const ragged = fieldProblem('invalid_array', 'must have inner arrays of the same length');
  const problems = new Map<FieldProblem, FieldProblem>();
  /** The problem of an element, told as one; made once for each, as all problems are. */
  const ofElement = (problem: FieldProblem): FieldProblem => {
    let told = problems.get(problem);
    if (told === undefined) {
      told = fieldProblem(problem.code, `an element: ${problem.reason}`);
      problems.set(problem, told);
    }
    return told;
  };

  return (bytes, start, end) => {
    if (end - start < 2 || bytes[start] !== OPEN) return invalid;
    if (end - start === 2) return bytes[start + 1] === CLOSE ? null : invalid;
    // Elements seen in the open arrays, from the outermost, and how many the first of each depth had.
    const counts: number[] = [];
    const lengths: number[] = [];
    let at = start;
    do {
      // Where an element may begin
      while (bytes[at] === OPEN && counts.length < dimensions) {
        counts.push(0);
        at++;
      }
      if (bytes[at] === OPEN || counts.length !== dimensions) return depth;
      const problem =
        bytes[at] === QUOTE
          ? checkQuoted(bytes, at, end, checkElement)
          : checkPlain(bytes, at, end, checkElement);
      if (problem === 'malformed') return invalid;
      if (typeof problem !== 'number') return ofElement(problem);
      at = problem;
      counts[counts.length - 1]!++;
      while (at < end && bytes[at] === CLOSE && counts.length > 0) {
        const count = counts.pop()!;
        const length = lengths[counts.length];
        if (length !== undefined && length !== count) return ragged;
        lengths[counts.length] = count;
        if (counts.length > 0) counts[counts.length - 1]!++;
        at++;
      }
      if (counts.length === 0) return at === end ? null : invalid;
      if (at >= end || bytes[at] !== COMMA) return invalid;
      at++;
    } while (at < end);
    return invalid;
  };
}

/** Reads `"…"` at `start`; gives its end, or what is wrong. */
function checkQuoted(
  bytes: Buffer,
  start: number,
  end: number,
  check: FieldCheck | null,
): number | FieldProblem | 'malformed' {
  let at = start + 1;
  let escaped = false;
  while (at < end && bytes[at] !== QUOTE) {
    if (bytes[at] === BACKSLASH) {
      escaped = true;
      at++;
    }
    at++;
  }
  if (at >= end) return 'malformed';
  if (check === null) return at + 1;
  const element = escaped ? unescapeElement(bytes.subarray(start + 1, at)) : null;
  const problem = element === null ? check(bytes, start + 1, at) : check(element, 0, element.length);
  return problem ?? at + 1;
}

/** Reads an element without quotes at `start`; the word NULL is none. */
function checkPlain(
  bytes: Buffer,
  start: number,
  end: number,
  check: FieldCheck | null,
): number | FieldProblem | 'malformed' {
  let at = start;
  for (; at < end && bytes[at] !== COMMA && bytes[at] !== CLOSE; at++) {
    if (bytes[at] === QUOTE || bytes[at] === BACKSLASH || bytes[at] === OPEN) return 'malformed';
  }
  if (at === start || isSpace(bytes[start]!) || isSpace(bytes[at - 1]!)) return 'malformed';
  if (at - start === 4 && bytes.toString('latin1', start, at).toLowerCase() === 'null') return at;
  return check?.(bytes, start, at) ?? at;
}

/** PostgreSQL leaves out white space around elements that are not quoted. */
function isSpace(byte: number): boolean {
  return byte === SPACE || (byte >= 0x09 && byte <= 0x0d);
}

function unescapeElement(quoted: Buffer): Buffer {
  const plain = Buffer.allocUnsafe(quoted.length);
  let length = 0;
  for (let at = 0; at < quoted.length; at++) {
    if (quoted[at] === BACKSLASH) at++;
    plain[length++] = quoted[at]!;
  }
  return plain.subarray(0, length);
}
