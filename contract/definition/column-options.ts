import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';

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
}

/** How a file writes numbers: digits in groups of three, or without any separator. */
export interface NumberFormat {
  /** Default: a point; a comma where points separate thousands. */
  decimal?: '.' | ',';
  /** A space also stands for no-break spaces, an apostrophe also for ’. */
  thousands?: '.' | ',' | ' ' | "'";
}

/** The words that a file has for true and false: exactly these, and no others. */
export interface BooleanWords {
  true: readonly string[];
  false: readonly string[];
}

/** Changes to values of any type, made before they are checked. */
interface TextOptions {
  /** Further headers under which the column may come, e.g. `['顧客名']`. */
  aliases?: readonly string[];
  /** Takes white space off both ends: ASCII's and Unicode's, with U+3000. */
  trim?: boolean;
  /** `ascii`: full-width letters, digits and signs become ASCII's, `Ａ１－` `A1-`. */
  fullWidth?: 'ascii';
  /** Letters become lower or upper case. For texts, enums and booleans. */
  case?: 'lower' | 'upper';
  /**
   * What an empty value is, quoted or not: NULL, or, for texts, the empty text. Default: NULL; for texts, the empty
   * text where it is quoted.
   */
  empty?: 'null' | 'text';
}
interface DateOptions {
  /** How days are written instead of YYYY-MM-DD, e.g. `'YYYY/M/D'`, or several ways. */
  date?: string | readonly string[];
}
interface TimestampOptions {
  /** How timestamps are written instead of YYYY-MM-DD HH:mm:ss, e.g. `'YYYY/M/D H:mm'`, or several ways. */
  timestamp?: string | readonly string[];
  /** Where values without a zone are meant: `'Asia/Tokyo'` or `'+09:00'`. For timestamps with time zone. */
  zone?: string;
}
interface NumberOptions {
  /** How numbers are written instead of 1234.56. */
  number?: NumberFormat;
}
interface BooleanOptions {
  /** The words for true and false, instead of true/false, yes/no and so on. */
  booleans?: BooleanWords;
}

/** What may be said about a column of any type. */
export interface ColumnOptions
  extends TextOptions,
    DateOptions,
    TimestampOptions,
    NumberOptions,
    BooleanOptions {}

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
          : C['_']['columnType'] extends 'PgCustomColumn'
            ? ColumnOptions
            : TextOptions;

type NumberColumn =
  `Pg${'Integer' | 'Serial' | 'SmallInt' | 'SmallSerial' | 'BigInt' | 'BigSerial' | 'Numeric' | 'Real' | 'DoublePrecision'}${string}`;

/** The options that change values, as they were given. */
export type Transformations = Omit<ColumnOptions, 'aliases'>;

/** One format or several, as a list. */
export function listOf(formats: string | readonly string[] | undefined): readonly string[] {
  return formats === undefined ? [] : typeof formats === 'string' ? [formats] : formats;
}

/** What separates decimals: declared, or a point, or a comma where points separate thousands. */
export function decimalOf({ decimal, thousands }: NumberFormat): '.' | ',' {
  return decimal ?? (thousands === '.' ? ',' : '.');
}

const FORMATS = 'use a format such as "YYYY/M/D", or a list of them';
const formats = z.union([z.string().min(1), z.array(z.string().min(1)).min(1, FORMATS)], {
  error: FORMATS,
});
const words = z.array(z.string().min(1)).min(1, 'name at least one word');

/** What {@link ColumnOptions} must look like, apart from the column's type. */
export const columnOptionsSchema = z.strictObject({
  aliases: z.array(z.string().min(1)).optional(),
  trim: z.boolean().optional(),
  fullWidth: z.literal('ascii', { error: 'use "ascii", or leave it out' }).optional(),
  case: z.enum(['lower', 'upper'], { error: 'use "lower" or "upper"' }).optional(),
  empty: z.enum(['null', 'text'], { error: 'use "null" or "text"' }).optional(),
  date: formats.optional(),
  timestamp: formats.optional(),
  zone: z.string().optional(),
  number: z
    .strictObject({
      decimal: z.enum(['.', ','], { error: 'use "." or ","' }).optional(),
      thousands: z.enum(['.', ',', ' ', "'"], { error: 'use ".", ",", " " or "\'"' }).optional(),
    })
    .optional(),
  booleans: z.strictObject({ true: words, false: words }).optional(),
});

const bound = z.union([z.number(), z.string()], { error: 'use a number, or a text such as "2026-01-31"' });

/** What {@link ColumnRules} must look like, apart from the column's type. */
export const columnRulesSchema = z.strictObject({
  min: bound.optional(),
  max: bound.optional(),
  minLength: z.number().int().nonnegative().optional(),
  maxLength: z.number().int().nonnegative().optional(),
  pattern: z.instanceof(RegExp, { error: 'pass a regular expression' }).optional(),
  oneOf: z.array(z.string()).min(1).optional(),
  email: z.literal(true, { error: 'use true, or leave it out' }).optional(),
});
