import { z } from 'zod';

/** Several header rows, and which of them have the names of columns; `joined`: all, with spaces between. */
export interface HeaderRows {
  /** How many, 2 to 10. */
  rows: number;
  names: 'first' | 'last' | 'joined';
  /** Whether lines above them are skipped, as with `find`. Default: false. */
  find?: boolean;
}

/** Where a file's header is, and which lines are neither header nor rows. */
export interface HeaderOptions {
  /**
   * `first`: the first line that is not blank. `find`: the first of 100 lines that has all required columns; those
   * above are skipped. A list: the columns, in order, of files without a header. Default: `first`.
   */
  header?: 'first' | 'find' | readonly string[] | HeaderRows;
  /** So many lines at the beginning are skipped. Default: 0. */
  skipLines?: number;
  /**
   * How many lines at the end are skipped; or the first cells of lines that are, at the end, e.g. `['Total', '合計']`.
   * Default: 0.
   */
  skipFooter?: number | readonly string[];
  /** What a line begins with that is skipped as a comment, e.g. `'#'`. Default: no line is a comment. */
  comment?: string;
}

const useHeader = {
  error: `use 'first', 'find', the columns of files without a header, such as ['id', 'name'], or { rows: 2, names: 'last' }, with 2 to 10 rows and names 'first', 'last' or 'joined'`,
};
const wholeLines = { error: 'use a whole number of lines from 0 to 1000' };
const useFooter = {
  error: `use a whole number of lines from 0 to 100, or the first cells of the lines, such as ['Total', '合計']`,
};
const useComment = {
  error: `use what comments begin with, such as '#': 1 to 10 characters, the first no white space, quote or delimiter`,
};

/** What {@link HeaderOptions} must look like, with their defaults. */
export const headerOptions = {
  header: z
    .union(
      [
        z.enum(['first', 'find']),
        z.array(z.string()).min(1).readonly(),
        z.strictObject(
          {
            rows: z.int(useHeader).min(2, useHeader).max(10, useHeader),
            names: z.enum(['first', 'last', 'joined'], useHeader),
            find: z.boolean(useHeader).default(false),
          },
          useHeader,
        ),
      ],
      useHeader,
    )
    .default('first'),
  skipLines: z.int(wholeLines).min(0, wholeLines).max(1000, wholeLines).default(0),
  skipFooter: z
    .union(
      [
        z.int(useFooter).min(0, useFooter).max(100, useFooter),
        z
          .array(z.string(useFooter).regex(/^\S(.*\S)?$/s, useFooter))
          .min(1, useFooter)
          .readonly(),
      ],
      useFooter,
    )
    .default(0),
  comment: z
    .string(useComment)
    .regex(/^[^\s"',;|][^\r\n]{0,9}$/, useComment)
    .nullable()
    .default(null),
};
