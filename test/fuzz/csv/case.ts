import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { type Delimiter, delimiters } from '../../../contract/definition/define-import.ts';
import { type KindName, kindNames } from './kinds.ts';

/** What a column of a generated file is read as. */
export interface CaseColumn {
  kind: KindName;
  notNull: boolean;
  /** No column of the table takes it. */
  ignored: boolean;
}

/** A file, and how it is read. */
export interface Case {
  bytes: Buffer;
  delimiter: Delimiter;
  /** By position in the header; where it is longer, they begin anew. */
  columns: readonly CaseColumn[];
  /** Longest row in bytes. */
  maxRowBytes: number;
  /** Whether rows without a value are skipped. */
  skipsEmptyRows: boolean;
  /** Sizes of the chunks that the file comes in, beside all the others that are tried anyway. */
  chunks: readonly number[];
}

const caseSchema = z.strictObject({
  why: z.string(),
  delimiter: z.enum(delimiters),
  columns: z.array(z.string().regex(/^-?\w+!?$/)).min(1),
  maxRowBytes: z
    .number()
    .int()
    .positive()
    .default(1024 * 1024),
  skipsEmptyRows: z.boolean().default(false),
  chunks: z.array(z.number().int().positive()).default([]),
  /** The file: each character stands for the byte of its code. */
  file: z.string().refine((text) => Buffer.from(text, 'latin1').toString('latin1') === text),
});

/**
 * Reads a case from JSON: `{ why, delimiter, columns, file }`. A column is a kind's name, with `!` behind it where
 * it is NOT NULL and `-` before it where it is ignored.
 */
export function loadCase(path: string): Case & { why: string } {
  const { columns, file, ...rest } = caseSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return { ...rest, columns: columns.map(readColumn), bytes: Buffer.from(file, 'latin1') };
}

/** Writes a case so that {@link loadCase} reads it. */
export function saveCase(path: string, why: string, { bytes, columns, ...rest }: Case): void {
  const saved = { why, ...rest, columns: columns.map(writeColumn), file: bytes.toString('latin1') };
  writeFileSync(path, `${JSON.stringify(saved, null, 2)}\n`);
}

function readColumn(text: string): CaseColumn {
  const kind = text.replace(/^-|!$/g, '') as KindName;
  if (!kindNames.includes(kind))
    throw new Error(`There is no kind "${kind}" of columns: ${kindNames.join(', ')}.`);
  return { kind, notNull: text.endsWith('!'), ignored: text.startsWith('-') };
}

function writeColumn({ kind, notNull, ignored }: CaseColumn): string {
  return `${ignored ? '-' : ''}${kind}${notNull ? '!' : ''}`;
}
