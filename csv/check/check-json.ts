import { numericCheck } from './check-number.ts';
import { type FieldCheck, type FieldProblem, fieldProblem } from './field-problem.ts';

/** PostgreSQL's parser is recursive: at its default stack of 2 MB it gives up at some 6,000 levels. */
const DEEPEST_NESTING = 1000;
/** The first byte of what jsonb_recv() takes. */
const JSONB_VERSION = 1;
const escapeSequence = /\\(?:u([0-9a-fA-F]{4})|[^u])/g;

/** JSON texts; for `jsonb` (`binary`) also without what its storage cannot hold. */
export function jsonCheck(binary: boolean): FieldCheck {
  const invalid = fieldProblem('invalid_json');
  const tooDeep = fieldProblem('invalid_json', `must be JSON of at most ${DEEPEST_NESTING} levels`);
  const findProblem: FieldCheck = (bytes, start, end) => {
    const text = bytes.toString('utf8', start, end);
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch {
      return invalid;
    }
    if (isDeep(text)) return tooDeep;
    return binary ? (escapeProblem(text) ?? numberProblem(text) ?? keyProblem(text, document)) : null;
  };
  return (bytes, start, end, out) => {
    const problem = findProblem(bytes, start, end);
    if (problem !== null || out === undefined) return problem;
    out.int32(end - start + (binary ? 1 : 0));
    if (binary) out.byte(JSONB_VERSION);
    out.raw(bytes, start, end);
    return null;
  };
}

const zeroEscape = fieldProblem(
  'invalid_json',
  'must be JSON without \\u0000, which PostgreSQL cannot store',
);
const loneSurrogate = fieldProblem(
  'invalid_json',
  'must be JSON without half of a surrogate pair (\\ud800 to \\udfff)',
);

/** `jsonb` decodes escapes, and PostgreSQL's text has no U+0000 and no lone surrogates. */
function escapeProblem(text: string): FieldProblem | null {
  if (!text.includes('\\u')) return null;
  // End of the escape that is the first half of a pair; its second half must follow at once.
  let half = -1;
  for (const match of text.matchAll(escapeSequence)) {
    const unit = match[1] === undefined ? -1 : Number.parseInt(match[1], 16);
    if (unit === 0) return zeroEscape;
    const low = unit >= 0xdc00 && unit <= 0xdfff;
    if (low !== half >= 0 || (low && half !== match.index)) return loneSurrogate;
    half = unit >= 0xd800 && unit <= 0xdbff ? match.index + match[0].length : -1;
  }
  return half >= 0 ? loneSurrogate : null;
}

const numberTooLarge = fieldProblem('invalid_json', 'must be JSON whose numbers fit numeric');
const checkNumeric = numericCheck(null, null);

/** `jsonb` stores numbers as numeric, which JSON's grammar allows to overflow. */
function numberProblem(text: string): FieldProblem | null {
  if (!/\d[eE][+-]?\d{4}|\d{10000}/.test(text)) return null;
  for (const [number] of withoutStrings(text).matchAll(/-?\d[\d.eE+-]*/g)) {
    const bytes = Buffer.from(number);
    if (checkNumeric(bytes, 0, bytes.length) !== null) return numberTooLarge;
  }
  return null;
}

const repeatedKey = fieldProblem(
  'invalid_json',
  'must be JSON whose objects have each key once: jsonb keeps the last of them only, a column of type json all',
);

/** `jsonb` drops all but the last of an object's equal keys, as `JSON.parse` does: then fewer are left than written. */
function keyProblem(text: string, document: unknown): FieldProblem | null {
  if (!text.includes('{')) return null;
  const written = withoutStrings(text).split(':').length - 1;
  return countKeys(document) < written ? repeatedKey : null;
}

function countKeys(document: unknown): number {
  if (typeof document !== 'object' || document === null) return 0;
  const values: unknown[] = Object.values(document);
  let keys = Array.isArray(document) ? 0 : values.length;
  for (const value of values) keys += countKeys(value);
  return keys;
}

function isDeep(text: string): boolean {
  if (text.length <= 2 * DEEPEST_NESTING) return false;
  let depth = 0;
  for (const character of withoutStrings(text)) {
    if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > DEEPEST_NESTING) return true;
  }
  return false;
}

/** Valid JSON with a quote in the place of each string; a loop, since a regular expression would need stack for every character. */
function withoutStrings(text: string): string {
  let rest = '';
  let from = 0;
  for (let open = text.indexOf('"'); open >= 0; open = text.indexOf('"', from)) {
    let close = open + 1;
    while (text[close] !== '"') close += text[close] === '\\' ? 2 : 1;
    rest += `${text.slice(from, open)}"`;
    from = close + 1;
  }
  return rest + text.slice(from);
}
