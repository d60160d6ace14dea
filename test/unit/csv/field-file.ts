import { type PgColumnBuilderBase, pgTable } from 'drizzle-orm/pg-core';
import {
  defineImport,
  type ImportOptions,
  type TableImport,
} from '../../../contract/definition/define-import.ts';
import { ImportFailure } from '../../../contract/failures.ts';
import { createScanner } from '../../../csv/create-scanner.ts';
import { openFile } from '../../../csv/open-file.ts';
import type { Reject, ScanOutput } from '../../../csv/scan/scanner.ts';
import { inChunks } from './streams.ts';

/** One way to import a file of field-files/, and what becomes of it. */
export interface Reading {
  /** What the import says beside its table. Default: nothing. */
  options?: Partial<Pick<ImportOptions, 'file' | 'columns' | 'mode' | 'key' | 'unknownColumns'>>;
  /** The rows as COPY gets them. */
  rows?: readonly string[];
  /** `line 3, column "id": invalid_integer`, an entry for each error. */
  rejects?: readonly string[];
  emptyRows?: number;
  commentLines?: number;
  /** Some of how the report says that the file is read. */
  file?: Partial<Awaited<ReturnType<typeof openFile>>['file']>;
  /** The whole message of the failure. */
  failure?: string;
}

/** A file as people have it, and the columns of the table that it goes into. */
export interface FieldFile {
  columns: Record<string, PgColumnBuilderBase>;
  readings: readonly Reading[];
}

/** What becomes of the bytes, which come in chunks of `size`, in the terms of a {@link Reading}. */
export async function readFieldFile(
  bytes: Buffer,
  { columns }: FieldFile,
  { options = {}, ...expected }: Reading,
  size: number,
): Promise<Reading> {
  const definition: TableImport = defineImport({
    name: 'field-file',
    prefix: 'field-files/',
    mode: 'append',
    table: pgTable('field_file', columns),
    ...(options as object),
  });
  try {
    const opened = await openFile(inChunks(bytes, size), bytes.length, definition);
    const scanner = createScanner(opened);
    const outputs: { accepted: Buffer; rejects: Reject[] }[] = [];
    // Their memory is the caller's: what a slice shows must be read before the next chunk comes.
    const take = ({ accepted, rejects }: ScanOutput) =>
      outputs.push({ accepted: Buffer.concat(accepted), rejects });
    for await (const chunk of opened.body) take(scanner.push(chunk));
    take(scanner.finish());
    const text = Buffer.concat(outputs.map(({ accepted }) => accepted)).toString();
    const rejects = outputs.flatMap(({ rejects }) => rejects);
    const { emptyRows } = scanner.counters;
    const commentLines = opened.file.commentLines + scanner.counters.commentLines;
    const file = Object.keys(expected.file ?? {}).map((name) => [name, opened.file[name as never]] as const);
    return {
      rows: text === '' ? [] : text.replace(/(\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/),
      ...(rejects.length > 0 ? { rejects: rejects.flatMap(describeReject) } : {}),
      ...(emptyRows > 0 ? { emptyRows } : {}),
      ...(commentLines > 0 ? { commentLines } : {}),
      ...(file.length > 0 ? { file: Object.fromEntries(file) } : {}),
    };
  } catch (error) {
    if (!(error instanceof ImportFailure)) throw error;
    return { failure: error.message };
  }
}

function describeReject({ line, errors }: Reject): string[] {
  return errors.map(({ column, code }) => {
    const where = column === null ? '' : `, column "${column}"`;
    return `line ${line}${where}: ${code}`;
  });
}
