import { z } from 'zod';
import { nullWords } from './column-options.ts';
import { describeWrong } from './definition-problem.ts';
import { type DialectOptions, dialectOptions } from './dialect-options.ts';
import { type Encoding, encodings } from './file-format.ts';
import { type HeaderOptions, headerOptions } from './header-options.ts';

/** Which files an import takes, whoever carries it out. */
export interface UploadOptions {
  /**
   * Accepted endings of the key, lower case. Default: `.csv`, `.csv.gz`, `.csv.zst` and `.zip`; for an import’s own
   * container `.csv` and `.csv.gz`.
   */
  extensions?: readonly string[];
  /** Upper limit of an upload's size in bytes, compressed and uncompressed. Default: 50 GiB. */
  maxBytes?: number;
}

/** What an import's files look like; everything has a default. */
export interface FileOptions extends UploadOptions, DialectOptions, HeaderOptions {
  /** Default: found by byte order mark, by validity or by what the content looks like. */
  encoding?: Encoding;
  /**
   * What becomes of rows that hold nothing but delimiters and white space: they are skipped and counted, or loaded as
   * rows; with `load`, a blank line is a row in a file of one column. Default: `skip`.
   */
  emptyRows?: 'skip' | 'load';
  /**
   * What becomes of rows with more values than the header: they are rejected, or lose the extra values if these are
   * empty, and so does the header. Default: `reject`.
   */
  extraValues?: 'reject' | 'dropEmpty';
  /** What becomes of rows that lack values at their end: they are rejected, or get empty ones. Default: `reject`. */
  missingValues?: 'reject' | 'empty';
  /** Values that are NULL in every column, as they stand in the file, quoted or not: `['NULL', 'N/A']`. */
  null?: readonly string[];
  /** How many times its own size a compressed upload may unpack to. Default: 200. */
  maxRatio?: number;
}

const GiB = 1024 ** 3;

const wholeBytes = { error: 'use a whole number of bytes, such as 5_000_000_000' };
const extensionList = { error: 'list at least one extension, such as [".csv", ".csv.gz"]' };

const uploadOptions = {
  maxBytes: z
    .int(wholeBytes)
    .positive(wholeBytes)
    .default(50 * GiB),
  extensions: extensionsOr(['.csv', '.csv.gz']),
};

function extensionsOr(usual: string[]) {
  return z
    .array(
      z
        .string(extensionList)
        .regex(/^\.[a-z0-9.]+$/, 'write extensions in lower case with their dot, such as ".csv"'),
      extensionList,
    )
    .min(1, extensionList)
    .default(usual);
}

const aboveZero = { error: 'use a number above 0, such as 200' };

/** One of two words, the first unless the import says otherwise. */
function oneOf<A extends string, B extends string>(usual: A, other: B) {
  return z.enum([usual, other], { error: `use "${usual}" or "${other}"` }).default(usual as never);
}

const fileOptions = {
  ...uploadOptions,
  extensions: extensionsOr(['.csv', '.csv.gz', '.csv.zst', '.zip']),
  encoding: z.enum(encodings, { error: wrongEncoding }).nullable().default(null),
  ...dialectOptions,
  ...headerOptions,
  emptyRows: oneOf('skip', 'load'),
  extraValues: oneOf('reject', 'dropEmpty'),
  missingValues: oneOf('reject', 'empty'),
  null: nullWords.default([]),
  maxRatio: z.number(aboveZero).positive(aboveZero).default(200),
};

/** Other names of an encoding lead to the one that is used here: `latin1` to `windows-1252`. */
function wrongEncoding({ input }: { input?: unknown }): string {
  try {
    const name = new TextDecoder(String(input)).encoding;
    if ((encodings as readonly string[]).includes(name)) return `write "${name}"`;
  } catch {
    // Not the name of any encoding.
  }
  return `use one of ${encodings.join(', ')}, or leave it out`;
}

/** What {@link UploadOptions} must look like, with its defaults. */
export const uploadOptionsSchema = z.strictObject(uploadOptions, describeWrong(Object.keys(uploadOptions)));

/** What {@link FileOptions} must look like, with its defaults; null: found in the file. */
export const fileOptionsSchema = z.strictObject(fileOptions, describeWrong(Object.keys(fileOptions)));

/** The files of an import: its checked {@link FileOptions}, everything defaulted. */
export type FileDefinition = Readonly<z.output<typeof fileOptionsSchema>>;
