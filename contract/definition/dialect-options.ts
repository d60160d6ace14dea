import { z } from 'zod';
import { type Delimiter, type Escape, escapes, type Quote, quotes } from './file-format.ts';

/** How a file separates, quotes and escapes its values, and what ends its rows. */
export interface DialectOptions {
  /** What stands between values: 1 to 10 characters. Default: `,` `;` tab or `|`, found in header and first rows. */
  delimiter?: Delimiter;
  /** What stands around values that contain delimiters or newlines; with `none`, quotes are content. Default: `"`. */
  quote?: Quote;
  /**
   * `double`: a quote inside quotes is doubled. `backslash`: as `SELECT … INTO OUTFILE` of MySQL and `COPY … TO` of
   * PostgreSQL write their text formats, with `\n`, `\t` and others; `\N` is NULL. Default: `double`.
   */
  escape?: Escape;
  /** `ignore`: spaces and tabs before an opening and behind a closing quote are no part of the value. Default: `reject`. */
  spaceAroundQuotes?: 'reject' | 'ignore';
  /**
   * `any`: LF, CRLF and CR end a row, also mixed. `lf`: a CR alone is content; if the first line ends with LF, so is
   * any other. Default: `any`.
   */
  newline?: 'any' | 'lf';
}

const LONGEST_DELIMITER = 10;
const useDelimiter = {
  error: `use 1 to ${LONGEST_DELIMITER} characters, such as ",", "\\t", "||" or "\\x01"`,
};

const oneOf = <const T extends readonly string[]>(words: T) =>
  z.enum(words, {
    error: `use one of ${words.map((word) => JSON.stringify(word)).join(', ')}, or leave it out`,
  });

/** What each of {@link DialectOptions} must look like, with its default. */
export const dialectOptions = {
  delimiter: z
    .string(useDelimiter)
    .refine((text) => text !== '' && [...text].length <= LONGEST_DELIMITER, useDelimiter)
    .refine((text) => !/[\r\n]/.test(text), 'a newline ends a row, so it cannot stand between values')
    .refine(
      (text) => !text.includes('\0') && text.isWellFormed(),
      'NUL and half a surrogate pair are no text, so neither can stand between values',
    )
    .nullable()
    .default(null),
  quote: oneOf(quotes).default('"'),
  escape: oneOf(escapes).default('double'),
  spaceAroundQuotes: oneOf(['reject', 'ignore']).default('reject'),
  newline: oneOf(['any', 'lf']).default('any'),
};

interface CheckedOptions {
  delimiter: string | null;
  quote: Quote;
  escape: Escape;
  spaceAroundQuotes: 'reject' | 'ignore';
}

/** What of the dialect contradicts another part of it: the option to change, and why; null: nothing. */
export function findDialectProblem(options: CheckedOptions): { field: string; problem: string } | null {
  const { delimiter, quote, spaceAroundQuotes } = options;
  const ofDelimiter = (problem: string) => ({ field: 'delimiter', problem });
  if (delimiter !== null && quote !== 'none' && delimiter.includes(quote)) {
    return ofDelimiter(
      `it contains the quote ${quote}, so none could be told from the other; if values are not quoted, set quote: "none"`,
    );
  }
  if (delimiter !== null && options.escape === 'backslash' && /^[A-Za-z0-9.]|\\/.test(delimiter)) {
    return ofDelimiter(
      'with escape: "backslash" it may not contain a backslash, nor begin with a letter, a digit or a point, which have a meaning behind one; choose another, or leave escape out',
    );
  }
  if (spaceAroundQuotes === 'ignore' && quote === 'none') {
    return {
      field: 'spaceAroundQuotes',
      problem: 'with quote: "none" there are no quotes; leave one of the two out',
    };
  }
  if (spaceAroundQuotes === 'ignore' && delimiter !== null && /^ +$/.test(delimiter)) {
    return {
      field: 'spaceAroundQuotes',
      problem: 'spaces separate the values of this file, so none can be ignored; leave it out',
    };
  }
  return null;
}
