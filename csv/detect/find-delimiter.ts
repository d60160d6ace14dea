import { type Delimiter, delimiters } from '../../contract/definition/file-format.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { type Dialect, dialectOf } from '../scan/dialect.ts';
import { readerFor } from '../scan/reader-for.ts';
import { Reading } from '../scan/row-fields.ts';
import { readSeparator } from './file-start.ts';
import { type HeaderPlace, readHeader } from './header.ts';
import { countMatches, describeDelimiter, type HeaderRules, mapHeader } from './map-header.ts';

/** A delimiter, and for people why it is taken to be that. */
export interface FoundDelimiter {
  delimiter: Delimiter;
  evidence: string;
  /** Whether the evidence decided; else it is a comma for want of anything better. */
  certain: boolean;
}

/** So many rows behind the header are split on trial. */
const TRIED_ROWS = 20;

/** What a delimiter makes of the header and the first rows. */
interface Trial {
  delimiter: Delimiter;
  /** Headers that come out. */
  count: number;
  /** Those of them that are columns of the import. */
  matches: number;
  /** Whether the import takes the header as it comes out. */
  fits: boolean;
  /** Rows that have as many values as the header, of those tried; 1 where there are none. */
  regular: number;
}

/**
 * The delimiter of a text by its header and its first rows: the one with which the import takes the header; else the
 * one with which most headers are columns of the import; else the one that splits the header and all rows alike.
 *
 * @param start the first bytes of the text; `whole` says that there are no more
 */
export function findDelimiter(
  start: Buffer,
  whole: boolean,
  definition: HeaderRules,
  place?: HeaderPlace,
): FoundDelimiter {
  if (definition.file.delimiter !== null) {
    return { delimiter: definition.file.delimiter, evidence: 'set by the import', certain: true };
  }
  const separator = readSeparator(start);
  if (separator !== null) {
    return {
      delimiter: separator as Delimiter,
      evidence: `its first line says "sep=${separator}"`,
      certain: true,
    };
  }
  const trials = delimiters.flatMap((delimiter) => tryOut(delimiter, start, whole, definition, place) ?? []);
  const split = trials.filter(({ count }) => count > 1);
  const found = (trial: Trial, evidence: string) => ({ delimiter: trial.delimiter, evidence, certain: true });
  if (split.length === 0 && trials.some(({ fits }) => fits)) {
    return { delimiter: ',', evidence: 'the header has one column', certain: true };
  }
  const best = theBest(split, ({ fits, matches, regular }) => (fits ? matches + regular / 2 : 0));
  if (best !== null) {
    const what = Array.isArray(place?.header) ? 'the rows have as many values as' : 'the header fits';
    return found(best, `split at ${describeDelimiter(best.delimiter)} ${what} the import`);
  }
  const matching = theBest(split, ({ matches, regular }) => (matches === 0 ? 0 : matches + regular / 2));
  if (matching !== null) {
    const { delimiter, matches, count } = matching;
    const evidence = `split at ${describeDelimiter(delimiter)} ${matches} of ${count} headers are columns of the import`;
    return found(matching, evidence);
  }
  const regular = theBest(split, ({ regular, count }) => (regular === 1 ? count : 0));
  if (regular !== null) {
    const evidence = `split at ${describeDelimiter(regular.delimiter)} the header and the first rows have ${regular.count} values each`;
    return found(regular, evidence);
  }
  return { delimiter: ',', evidence: 'no delimiter could be made out, so commas were tried', certain: false };
}

/** Runs of signs that are no part of a name: what may separate names that no usual delimiter does. */
const SIGNS = /[^\p{L}\p{M}\p{N}\s_"'-]+/gu;
const LONGEST_DELIMITER = 10;

/**
 * What a wrong header's message proposes where another delimiter would make more of it: signs between its names that
 * are not tried by themselves, since they may as well be part of a name. Null: nothing.
 */
export function proposeDelimiter(
  start: Buffer,
  whole: boolean,
  definition: HeaderRules,
  used: string,
  place?: HeaderPlace,
): string | null {
  if (definition.file.delimiter !== null) return null;
  const head = start.subarray(0, MOST_HEADER);
  const all = whole && head.length === start.length;
  const firstLine = head
    .toString()
    .trimStart()
    .split(/[\r\n]/, 1)[0]!;
  const runs = firstLine.match(SIGNS) ?? [];
  const candidates = [...new Set([...runs, ' '])]
    .filter(
      (signs) => signs !== used && signs.length <= LONGEST_DELIMITER && !/[\0\p{Cs}\ufffd]/u.test(signs),
    )
    .slice(0, MOST_CANDIDATES);
  const trials = candidates.flatMap((delimiter) => tryOut(delimiter, head, all, definition, place) ?? []);
  const before = tryOut(used, head, all, definition, place)?.matches ?? 0;
  const best = theBest(trials, ({ fits, matches, regular, count }) =>
    count > 1 && (fits || matches > before) ? matches + (fits ? 1 : 0) + regular / 2 : 0,
  );
  if (best === null) return null;
  const { delimiter, fits, matches, count } = best;
  const what = fits
    ? 'the header fits the import'
    : `${matches} of ${count} headers are columns of the import`;
  const sign = JSON.stringify(delimiter);
  return `Split at ${sign} ${what}: if ${sign} separates the values, declare file: { delimiter: ${sign} }.`;
}

/** A header line that is longer is none of names. In bytes. */
const MOST_HEADER = 64 * 1024;
const MOST_CANDIDATES = 20;

/** What a wrong header's message says of a delimiter that could not be made out. */
export function describeDoubt({ certain }: FoundDelimiter): string | null {
  if (certain) return null;
  const tried = delimiters.filter((delimiter) => delimiter !== ',').map(describeDelimiter);
  return `The delimiter could not be made out: split at ${tried.join(', ').replace(/, ([^,]*)$/, ' or $1')} the first line is no header of this import either. If there is another, save the file with commas.`;
}

/** The only one that has the highest score above 0. */
function theBest(trials: readonly Trial[], score: (trial: Trial) => number): Trial | null {
  const sorted = trials.toSorted((a, b) => score(b) - score(a));
  const [first, second] = sorted;
  if (first === undefined || score(first) === 0) return null;
  return second !== undefined && score(second) === score(first) ? null : first;
}

function tryOut(
  delimiter: Delimiter,
  start: Buffer,
  whole: boolean,
  definition: HeaderRules,
  place: HeaderPlace | undefined,
): Trial | null {
  const dialect = dialectOf(delimiter, definition.file, start);
  const header = orNull(() => readHeader(start, { dialect, final: whole, ...(place && { place }) }));
  if (header === null) return null;
  const { names, dataOffset } = header;
  return {
    delimiter,
    count: names.length,
    matches: countMatches(names, definition),
    fits: orNull(() => mapHeader(names, definition)) !== null,
    regular: regularRows(start.subarray(dataOffset), whole, dialect, names.length),
  };
}

/** The share of the first rows that have so many values; 1 where there is no row. */
function regularRows(bytes: Buffer, whole: boolean, dialect: Dialect, count: number): number {
  const row = readerFor(dialect, 0);
  let [rows, regular, at] = [0, 0, 0];
  while (rows < TRIED_ROWS && at < bytes.length) {
    row.begin(at);
    const reading = row.read(bytes, bytes.length, whole);
    // The last row may be cut; a malformed one tells nothing of those behind it.
    if (reading !== Reading.complete) break;
    if (row.at > row.start) {
      rows++;
      if (row.count === count) regular++;
    }
    at = row.next;
  }
  return rows === 0 ? 1 : regular / rows;
}

function orNull<T>(attempt: () => T): T | null {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof ImportFailure) return null;
    throw error;
  }
}
