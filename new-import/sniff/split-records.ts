/** How a text may be split into values. */
export interface Dialect {
  delimiter: string;
  quote: '"' | "'" | 'none';
  /** How a quote, a delimiter or a newline inside a value is written. */
  escape: 'double' | 'backslash';
  /** Whether spaces beside a quoted value are no part of it. */
  spaces: boolean;
  /** `lf`: a CR that no LF follows is content. */
  newline: 'any' | 'lf';
}

/** A record of a text that may turn out to be split wrongly. */
export interface TrialRecord {
  /** Physical line where it begins, from 1. */
  line: number;
  fields: string[];
  /** How many fields there are up to the last that has a value. */
  filled: number;
  /** Whether a quote stands where none can, or is not closed. */
  stray: boolean;
}

/** A value that is not closed within so many lines and characters is not quoted. */
const MOST_LINES = 200;
const LONGEST_VALUE = 20_000;

/**
 * Splits the first records of a text, blank lines left out. A record with a stray quote ends with its line, as it does
 * for the importer.
 *
 * @param whole whether the text ends where it ends; else what may be cut off at its end is left out
 */
export function splitRecords(text: string, whole: boolean, dialect: Dialect, limit: number): TrialRecord[] {
  const records: TrialRecord[] = [];
  const newlineAt = newlines[dialect.newline];
  let line = 1;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length && records.length < limit) {
    const newline = newlineAt(text, at);
    if (newline > 0) {
      at += newline;
      line++;
      continue;
    }
    const end = lineEnd(text, at, newlineAt);
    const found = readRecord(text, at, dialect) ?? {
      fields: text.slice(at, end).split(dialect.delimiter),
      stray: true,
      end,
      lines: 1,
    };
    if (found.end >= text.length && !whole) break;
    const { fields, stray } = found;
    const filled = fields.findLastIndex((field) => field.trim() !== '') + 1;
    records.push({ line, fields, filled, stray });
    line += found.lines;
    at = found.end + newlineAt(text, found.end);
  }
  return records;
}

interface FoundRecord {
  fields: string[];
  stray: boolean;
  end: number;
  lines: number;
}

/** Null: there is a quote where none can be. */
function readRecord(text: string, start: number, dialect: Dialect): FoundRecord | null {
  const { delimiter, quote, spaces } = dialect;
  const newlineAt = newlines[dialect.newline];
  const backslash = dialect.escape === 'backslash';
  const fields: string[] = [];
  let lines = 1;
  for (let at = start; ; at += delimiter.length) {
    let begin = at;
    if (spaces) while (text[begin] === ' ') begin++;
    if (text[begin] === quote) {
      const closed = readQuoted(text, begin + 1, quote, backslash);
      if (closed === null) return null;
      lines += closed.lines;
      fields.push(closed.value);
      at = closed.end;
      if (spaces) while (text[at] === ' ') at++;
    } else {
      const from = at;
      // As Excel keeps a text: ="00123".
      if (quote === '"' && text.startsWith('="', begin)) {
        const closed = readQuoted(text, begin + 2, quote, false);
        if (closed?.lines === 0) at = closed.end;
      }
      while (at < text.length && newlineAt(text, at) === 0 && !text.startsWith(delimiter, at)) {
        if (text[at] === quote) return null;
        at += backslash && text[at] === '\\' && at + 1 < text.length ? 2 : 1;
      }
      fields.push(text.slice(from, at));
    }
    if (at >= text.length || newlineAt(text, at) > 0) return { fields, stray: false, end: at, lines };
    if (!text.startsWith(delimiter, at)) return null;
  }
}

/** Null: it is not closed within a few lines. */
function readQuoted(
  text: string,
  start: number,
  quote: string,
  backslash: boolean,
): { value: string; end: number; lines: number } | null {
  for (let at = start; ; ) {
    const next = text.indexOf(quote, at);
    if (next < 0 || next - start > LONGEST_VALUE) return null;
    if (backslash ? isEscaped(text, start, next) : text[next + 1] === quote) {
      at = next + (backslash ? 1 : 2);
      continue;
    }
    const content = text.slice(start, next);
    const lines = content.match(/\r\n?|\n/g)?.length ?? 0;
    const value = backslash ? content.replace(/\\(.)/gs, '$1') : content.replaceAll(quote + quote, quote);
    return lines > MOST_LINES ? null : { value, end: next + 1, lines };
  }
}

/** Whether an odd number of backslashes stands before the place. */
function isEscaped(text: string, start: number, at: number): boolean {
  let before = at;
  while (before > start && text[before - 1] === '\\') before--;
  return (at - before) % 2 === 1;
}

function lineEnd(text: string, from: number, newlineAt: NewlineAt): number {
  let at = from;
  while (at < text.length && newlineAt(text, at) === 0) at++;
  return at;
}

/** Length of the newline at a place; 0: there is none. */
type NewlineAt = (text: string, at: number) => number;

const newlines: Record<Dialect['newline'], NewlineAt> = {
  any: (text, at) => (text[at] === '\r' && text[at + 1] !== '\n' ? 1 : newlines.lf(text, at)),
  lf: (text, at) => (text[at] === '\n' ? 1 : text[at] === '\r' && text[at + 1] === '\n' ? 2 : 0),
};
