import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { type DateOptions, dateOptions, type TimeOptions, type TimestampOptions } from './date-options.ts';
import { describeWrong } from './definition-problem.ts';
import { type NumberFormat, numberFormatSchema } from './number-format.ts';

export type { DateSpelling, EraLetter } from './date-options.ts';
export type { NumberFormat } from './number-format.ts';

/** Rules on top of what the column's type demands. Lengths are in characters. */
export interface ColumnRules {
  /** For numbers: a number, or its decimal text where a double is not exact; for dates and times: ISO text. */
  min?: number | string;
  max?: number | string;
  minLength?: number;
  maxLength?: number;
  /** Must match somewhere in the value: anchor it with ^ and $ to match all of it. */
  pattern?: RegExp;
  oneOf?: readonly string[];
  /** Must look like an e-mail address: `name@host.domain`, in ASCII. */
  email?: true;
  /** What is wrong with a value that breaks any of these rules, in words for whoever uploads the file. */
  message?: string;
}

/** The words that a file has for true and false: exactly these, and no others. */
export interface BooleanWords {
  true: readonly string[];
  false: readonly string[];
}

/** How spreadsheets keep texts from being read as numbers. */
export const excelTexts = ['apostrophe', 'formula'] as const;
export type ExcelText = (typeof excelTexts)[number];

/** Unicode's normalization forms. */
export const unicodeForms = ['NFC', 'NFD', 'NFKC'] as const;
export type UnicodeForm = (typeof unicodeForms)[number];

/** Changes to values of any type, made before they are checked. */
interface TextOptions {
  /** Further headers under which the column may come, e.g. `['顧客名']`. */
  aliases?: readonly string[];
  /**
   * Which column of the file it is, from 1: for headers that are repeated or empty. The header there must be one of the
   * column's, or empty.
   */
  position?: number;
  /** Removes characters without width, such as U+200B, U+200E and U+FEFF. */
  zeroWidth?: 'remove';
  /** Takes white space off both ends: ASCII's and Unicode's, with U+3000. */
  trim?: boolean;
  /** Removes the apostrophe of `'0123`, or `="` and `"` of `="0123"`. */
  excelText?: ExcelText | readonly ExcelText[];
  /** `ascii`: full-width letters, digits and signs become ASCII's, `Ａ１－` `A1-`. */
  fullWidth?: 'ascii';
  /**
   * One spelling of characters that Unicode has several for: `NFC` makes `ガ` of `カ` and U+3099, `NFKC` also of `ｶﾞ`.
   */
  normalize?: UnicodeForm;
  /** Values that are NULL, as they stand in the file, quoted or not; replaces the list of `file.null`. */
  null?: readonly string[];
  /** Letters become lower or upper case. For texts, enums and booleans. */
  case?: 'lower' | 'upper';
  /**
   * What an empty value is, quoted or not: NULL; or, for texts, the empty text; or none, so that a row of the table
   * keeps what it has. Default: NULL; for texts, the empty
   * text where it is quoted.
   */
  empty?: 'null' | 'text' | 'keep';
  /**
   * What becomes of the column in a row that the table has: it stays (`keep`), gets the value where it has none
   * (`fill`), or always (`overwrite`). Default: `overwrite`.
   */
  onUpdate?: 'keep' | 'fill' | 'overwrite';
  /**
   * Makes of a value, changed as declared so far, what the other options and the type read; null is NULL. What it
   * throws rejects the row. Not called for NULL and empty values.
   */
  parse?: (text: string) => string | null;
}
interface NumberOptions {
  /** How numbers are written instead of 1234.56. */
  number?: NumberFormat;
  /** Drops zeros in front of numbers, instead of rejecting the row: `007` is 7. */
  leadingZeros?: 'drop';
}
interface BooleanOptions {
  /** The words for true and false, instead of true/false, yes/no and so on. The empty value may be one of them. */
  booleans?: BooleanWords;
}
interface ArrayOptions {
  /** Values such as `a;b;c`, instead of `{a,b,c}`. */
  array?: { separator: string };
}

/** What may be said about a column of any type. */
export interface ColumnOptions
  extends TextOptions,
    DateOptions,
    TimestampOptions,
    TimeOptions,
    NumberOptions,
    BooleanOptions,
    ArrayOptions {}

/** What may be said about one column of a table: what suits its type. */
export type ColumnOptionsOf<C extends PgColumn> = string extends C['_']['columnType']
  ? ColumnOptions
  : C['_']['columnType'] extends `PgDate${string}`
    ? TextOptions & DateOptions
    : C['_']['columnType'] extends `PgTimestamp${string}`
      ? TextOptions & TimestampOptions
      : C['_']['columnType'] extends 'PgBoolean'
        ? TextOptions & BooleanOptions
        : C['_']['columnType'] extends NumberColumn
          ? TextOptions & NumberOptions
          : C['_']['columnType'] extends 'PgTime'
            ? TextOptions & TimeOptions
            : C['_']['columnType'] extends 'PgArray'
              ? TextOptions & ArrayOptions
              : C['_']['columnType'] extends 'PgCustomColumn'
                ? ColumnOptions
                : TextOptions;

type NumberColumn =
  `Pg${'Integer' | 'Serial' | 'SmallInt' | 'SmallSerial' | 'BigInt' | 'BigSerial' | 'Numeric' | 'Real' | 'DoublePrecision'}${string}`;

/** The options that change values, as they were given. */
export type Transformations = Omit<ColumnOptions, 'aliases' | 'position' | 'onUpdate'>;

const words = z
  .array(z.string(), { error: 'list the words, such as ["yes", "ja"]' })
  .min(1, 'name at least one word');
/** Also of `file.null`. */
export const nullWords = z.array(
  z.string().min(1, 'the empty value is NULL without it; for texts, where "" is not, declare empty: "null"'),
  { error: 'list the words that stand for NULL, such as ["NULL", "N/A"]' },
);
const ARRAY = 'use { separator: ";" }';

/** As many columns as a table has. */
const usePosition = { error: 'use the number of the column in the file, from 1 to 1600' };

const columnOptions = {
  aliases: z.array(z.string().min(1), { error: 'list the further headers, such as ["顧客名"]' }).optional(),
  trim: z.boolean({ error: 'use true, or leave it out' }).optional(),
  fullWidth: z.literal('ascii', { error: 'use "ascii", or leave it out' }).optional(),
  case: z.enum(['lower', 'upper'], { error: 'use "lower" or "upper"' }).optional(),
  empty: z.enum(['null', 'text', 'keep'], { error: 'use "null", "text" or "keep"' }).optional(),
  onUpdate: z.enum(['keep', 'fill', 'overwrite'], { error: 'use "keep", "fill" or "overwrite"' }).optional(),
  zeroWidth: z.literal('remove', { error: 'use "remove", or leave it out' }).optional(),
  excelText: z
    .union([z.enum(excelTexts), z.array(z.enum(excelTexts)).min(1)], {
      error: 'use "apostrophe" (\'0123), "formula" (="0123"), or a list of both',
    })
    .optional(),
  normalize: z.enum(unicodeForms, { error: 'use "NFC", "NFD" or "NFKC", or leave it out' }).optional(),
  null: nullWords.optional(),
  parse: z
    .custom<(text: string) => string | null>((parse) => typeof parse === 'function', {
      error: 'pass a function that takes a text and returns a text, or null',
    })
    .optional(),
  ...dateOptions,
  number: numberFormatSchema.optional(),
  leadingZeros: z.literal('drop', { error: 'use "drop", or leave it out' }).optional(),
  booleans: z
    .strictObject({ true: words, false: words }, { error: 'use { true: ["ja"], false: ["nein"] }' })
    .optional(),
  array: z.strictObject({ separator: z.string({ error: ARRAY }).min(1, ARRAY) }, { error: ARRAY }).optional(),
  position: z.int(usePosition).min(1, usePosition).max(1600, usePosition).optional(),
};

/** What {@link ColumnOptions} must look like, apart from the column's type. */
export const columnOptionsSchema = z.strictObject(columnOptions, describeWrong(Object.keys(columnOptions)));

const bound = z.union([z.number(), z.string()], { error: 'use a number, or a text such as "2026-01-31"' });

/** Characters: it stands beside each value at fault. */
const LONGEST_MESSAGE = 200;
const MESSAGE = `use a sentence of at most ${LONGEST_MESSAGE} characters, such as "must be a product code such as AB-123"`;

/** What {@link ColumnRules} must look like, apart from the column's type. */
export const columnRulesSchema = z.strictObject({
  min: bound.optional(),
  max: bound.optional(),
  minLength: z.number().int().nonnegative().optional(),
  maxLength: z.number().int().nonnegative().optional(),
  pattern: z.instanceof(RegExp, { error: 'pass a regular expression' }).optional(),
  oneOf: z.array(z.string()).min(1).optional(),
  email: z.literal(true, { error: 'use true, or leave it out' }).optional(),
  message: z.string({ error: MESSAGE }).trim().min(1, MESSAGE).max(LONGEST_MESSAGE, MESSAGE).optional(),
});
