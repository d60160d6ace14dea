import { type Dialect, splitRecords, type TrialRecord } from './split-records.ts';

/** How a text is laid out: how its records are split, and which of them is the header. */
export interface Layout {
  dialect: Dialect;
  /** The first records, from the file's first line on. */
  records: readonly TrialRecord[];
  /** Index of the header among them. */
  header: number;
  /** The share of the records below the header that have as many values. */
  fit: number;
}

/** So many records are split on trial. */
const TRIED_RECORDS = 300;
/** Trials of so many characters take a moment at most. */
const TRIED_TEXT = 200_000;
/** The header stands among the first so many lines. */
const LAST_HEADER_LINE = 100;
/** A layout that fewer of the records have is none. */
const LEAST_FIT = 0.8;
/** ^Z, by which DOS ends a file. */
const END_OF_FILE = '\u001a';
/** In the order of preference; the others only where none of these fits. */
const usual = [',', ';', '\t', '|'];
const unusual = ['||', '^', '\u0001', '|~|', '^|^', '~', '¦', '§', '::', ';;', ',,', '\u001f', '‖', '¬', '·'];
export const plainQuoting = { quote: '"', escape: 'double', spaces: false, newline: 'any' } as const;
/** In the order of preference, where the usual one does not fit all. */
const quotings: readonly Omit<Dialect, 'delimiter'>[] = [
  plainQuoting,
  { ...plainQuoting, newline: 'lf' },
  { ...plainQuoting, spaces: true },
  { ...plainQuoting, escape: 'backslash' },
  { ...plainQuoting, escape: 'backslash', spaces: true },
  { ...plainQuoting, quote: "'" },
  { ...plainQuoting, quote: "'", spaces: true },
  { ...plainQuoting, quote: "'", escape: 'backslash' },
  { ...plainQuoting, quote: 'none' },
  { ...plainQuoting, quote: 'none', escape: 'backslash' },
];

/** What the user says of the file; everything else is found. */
export interface KnownLayout {
  delimiter?: string;
  quote?: Dialect['quote'];
  escape?: Dialect['escape'];
  spaces?: boolean;
}

/**
 * The layout that most of the first records have.
 *
 * @param all whether there is no more text than `start`
 * @returns null where fewer than four in five records fit any
 */
export function findLayout(start: string, all: boolean, known: KnownLayout = {}): Layout | null {
  const { delimiter, ...others } = known;
  const text = start.slice(0, TRIED_TEXT);
  const whole = all && text.length === start.length;
  const told = delimiter ?? readSeparatorLine(text);
  const ways = distinct(quotings.map((quoting) => ({ ...quoting, ...others })));
  for (const delimiters of told === null ? [usual, unusual] : [[told]]) {
    let best: Layout | null = null;
    for (const way of ways) {
      for (const each of delimiters) {
        const layout = tryOut(text, whole, { delimiter: each, ...way });
        if (layout !== null && (best === null || isBetter(layout, best))) best = layout;
      }
      if (best?.fit === 1 && !isQuotedOtherwise(best)) break;
    }
    if (best !== null) return best;
  }
  return null;
}

/** The delimiter that a first line such as `sep=;` tells; null: there is none. */
export function readSeparatorLine(text: string): string | null {
  return /^\ufeff?"?sep=([^\r\n"]{1,10})"?(?:\r\n?|\n)/i.exec(text)?.[1] ?? null;
}

function tryOut(text: string, whole: boolean, dialect: Dialect): Layout | null {
  const records = splitRecords(
    text.endsWith(END_OF_FILE) ? text.slice(0, -1) : text,
    whole,
    dialect,
    TRIED_RECORDS,
  );
  if (!isLikely(dialect, text, records)) return null;
  const last = whole && records.length < TRIED_RECORDS ? beforeFooter(records) : records.length;
  for (const [header, record] of records.entries()) {
    if (record.line > LAST_HEADER_LINE) break;
    if (!mayBeHeader(record)) continue;
    // Not one title above, but a header and a row.
    if (areRows(records.slice(0, header))) break;
    const rows = records.slice(header + 1, last);
    if (header > 0 && rows.length === 0) break;
    const fit = fitOf(record, rows);
    if (fit !== null && fit.explained >= LEAST_FIT) return { dialect, records, header, fit: fit.exact };
  }
  return null;
}

/** Unusual quotes, or none, only where the text has what speaks for them. */
function isLikely(
  { quote, delimiter, newline }: Dialect,
  text: string,
  records: readonly TrialRecord[],
): boolean {
  if (newline === 'lf' && !(/\r(?!\n)/.test(text) && text.includes('\n'))) return false;
  if (quote === '"') return true;
  const sign = quote === 'none' ? '"' : quote;
  if (quote !== 'none') return isEnclosing(text, sign, delimiter);
  // Inches inside values: a quote in front of one would be a quoted value that is malformed.
  const quoted = records.some(({ fields }) => fields.some((field) => field.trimStart().startsWith(sign)));
  return text.includes(sign) && !quoted;
}

/** Whether values begin and end with the sign, at least two and as many. */
function isEnclosing(text: string, sign: string, delimiter: string): boolean {
  if (!text.includes(sign)) return false;
  const parts = text.split(/[\r\n]+/).flatMap((line) => line.split(delimiter).map((part) => part.trim()));
  const count = (has: (part: string) => boolean) => parts.filter((part) => part !== sign && has(part)).length;
  const begins = count((part) => part.startsWith(sign));
  return begins >= 2 && begins === count((part) => part.endsWith(sign));
}

/** Where lines of one value begin that end the file, as below a report. */
function beforeFooter(records: readonly TrialRecord[]): number {
  return (
    records.findLastIndex(({ fields }) => fields.filter((field) => field.trim() !== '').length !== 1) + 1
  );
}

function mayBeHeader({ fields, stray }: TrialRecord): boolean {
  const names = withoutEmptyEnd(fields);
  // One name at most may be missing, as that of an index.
  return !stray && names.length > 1 && names.filter((name) => name.trim() === '').length <= 1;
}

/** Whether two records have as many values, more than one. */
function areRows(records: readonly TrialRecord[]): boolean {
  const wide = records.filter((record) => record.filled > 1 && !isComment(record.fields));
  return new Set(wide.map(({ filled }) => filled)).size < wide.length;
}

/**
 * The shares of the rows that have as many values as the header, and of those that differ by empty values only; null:
 * every row lacks values, so that the line is no header of theirs.
 */
function fitOf(
  header: TrialRecord,
  rows: readonly TrialRecord[],
): { exact: number; explained: number } | null {
  const width = header.fields.length;
  const names = header.filled;
  let [count, exact, longer, shorter] = [0, 0, 0, 0];
  for (const { fields, filled, stray } of rows) {
    if (filled === 0 || isComment(fields)) continue;
    count++;
    if (stray) continue;
    if (fields.length === width) exact++;
    else if (filled > names) continue;
    else if (fields.length >= names) longer++;
    else shorter++;
  }
  // A header alone says little: any sign may be in it.
  if (count === 0) return { exact: LEAST_FIT, explained: LEAST_FIT };
  if (shorter === count) return null;
  return { exact: exact / count, explained: (exact + longer + shorter) / count };
}

function isComment([first = '']: readonly string[]): boolean {
  return first.startsWith('#');
}

/** More values tell the delimiter, and a first header line is likelier than a later one. */
function isBetter(one: Layout, other: Layout): boolean {
  if (Math.abs(one.fit - other.fit) > 1e-9) return one.fit > other.fit;
  if (one.dialect.quote === "'" && isQuotedOtherwise(other)) return true;
  if (one.header !== other.header) return one.header < other.header;
  return widthOf(one) > widthOf(other);
}

/** Whether all values of a column stand in the other quotes, which fit without being known for such, too. */
function isQuotedOtherwise({ records, header, dialect }: Layout): boolean {
  const rows = records.slice(header);
  if (dialect.quote !== '"' || rows.length < 3) return false;
  return rows[0]!.fields.some((_, index) =>
    rows.every(({ fields }) => /^ ?'.*' ?$/s.test(fields[index] ?? '')),
  );
}

function widthOf({ records, header }: Layout): number {
  return records[header]!.fields.length;
}

export function withoutEmptyEnd(fields: readonly string[]): readonly string[] {
  return fields.slice(0, fields.findLastIndex((field) => field.trim() !== '') + 1);
}

function distinct<T extends object>(objects: readonly T[]): T[] {
  const texts = objects.map((each) => JSON.stringify(each, Object.keys(each).toSorted()));
  return objects.filter((_, index) => texts.indexOf(texts[index]!) === index);
}
