import { getTableColumns } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Random } from '../../samples/random.ts';
import { changeNarrowRow, narrow, narrowRow } from './narrow.ts';
import { changeReferenceRow, reference, referenceRow } from './reference.ts';
import { changeWideRow, wide, wideRow } from './wide.ts';

export const fileNames = ['reference', 'wide', 'narrow'] as const;
export type FileName = (typeof fileNames)[number];

/** A kind of file that is measured. Its first column is the key, `id`, which counts the rows from 1. */
export interface FileKind {
  name: FileName;
  /** Also the target's name. */
  table: PgTable;
  /** Rows unless told otherwise. */
  rows: number;
  row(random: Random, id: number): string[];
  /** The same row with other values, but for its key. */
  change(row: string[]): string[];
}

export const fileKinds: Readonly<Record<FileName, FileKind>> = {
  // About 125 MB of nine columns.
  reference: {
    name: 'reference',
    table: reference,
    rows: 1_000_000,
    row: referenceRow,
    change: changeReferenceRow,
  },
  // About 125 MB of a hundred columns.
  wide: { name: 'wide', table: wide, rows: 90_000, row: wideRow, change: changeWideRow },
  // What a row costs by itself: about 30 MB of two columns.
  narrow: { name: 'narrow', table: narrow, rows: 2_000_000, row: narrowRow, change: changeNarrowRow },
};

/** The columns' names in the database, in the order of the table and of the file. */
export function columnNames(table: PgTable): string[] {
  return Object.values(getTableColumns(table)).map(({ name }) => name);
}
