import { z } from 'zod';
import { type Delimiter, delimiters, type Encoding, encodings } from './file-format.ts';

/** Which files an import takes, whoever carries it out. */
export interface UploadOptions {
  /** Accepted endings of the key, lower case. Default: `.csv` and `.csv.gz`. */
  extensions?: readonly string[];
  /** Upper limit of an upload's size in bytes, compressed and uncompressed. Default: 50 GiB. */
  maxBytes?: number;
}

/** What an import's files look like; everything has a default. */
export interface FileOptions extends UploadOptions {
  /** Default: found by byte order mark, by validity or by what the content looks like. */
  encoding?: Encoding;
  /** Default: found in the header and the first rows. */
  delimiter?: Delimiter;
  /** How many times its own size a compressed upload may unpack to. Default: 200. */
  maxRatio?: number;
}

const GiB = 1024 ** 3;

const uploadOptions = {
  maxBytes: z
    .number()
    .int()
    .positive()
    .default(50 * GiB),
  extensions: z
    .array(
      z.string().regex(/^\.[a-z0-9.]+$/, 'write extensions in lower case with their dot, such as ".csv"'),
    )
    .min(1)
    .default(['.csv', '.csv.gz']),
};

/** What {@link UploadOptions} must look like, with its defaults. */
export const uploadOptionsSchema = z.strictObject(uploadOptions);

/** What {@link FileOptions} must look like, with its defaults; null: found in the file. */
export const fileOptionsSchema = z.strictObject({
  ...uploadOptions,
  encoding: z.enum(encodings).nullable().default(null),
  delimiter: z.enum(delimiters).nullable().default(null),
  maxRatio: z.number().positive().default(200),
});

/** The files of an import: its checked {@link FileOptions}, everything defaulted. */
export type FileDefinition = Readonly<z.output<typeof fileOptionsSchema>>;
