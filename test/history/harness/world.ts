import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import {
  defineImport,
  type ImportOptions,
  type TableImport,
} from '../../../contract/definition/define-import.ts';

/** A row of either table. */
export interface Row {
  id: number;
  owner: string | null;
}

/** A row of a file. `bad`: the scanner rejects it; `forbidden`: only the table's constraint does. */
export type FileRow = Row | 'bad' | 'forbidden';

const accounts = pgTable('accounts', { id: integer('id').primaryKey(), owner: text('owner') });
/** Without a key: what is appended twice is there twice. */
const entries = pgTable('entries', { id: integer('id').notNull(), owner: text('owner') });

export type TableName = 'accounts' | 'entries';

/** The tables as an application would create them. */
export const tablesSql = `
  create table accounts (id integer primary key, owner text check (owner <> 'forbidden'));
  create table entries (id integer not null, owner text check (owner <> 'forbidden'))`;

/** So many rejected rows the imports of this suite allow, but those that replace, which may allow none. */
const ALLOWED_REJECTS = 2;
const BATCH_ROWS = 2;

function define(
  name: string,
  table: TableName,
  mode: ImportOptions['mode'],
  commit: ImportOptions['commit'],
) {
  const rejects = mode === 'replace' ? {} : { rejects: { maxRows: ALLOWED_REJECTS } };
  const options = { name, prefix: `uploads/${name}/`, mode, commit, ...rejects };
  return table === 'accounts'
    ? defineImport({ ...options, table: accounts })
    : defineImport({ ...options, table: entries });
}

const imports = [
  define('upsert', 'accounts', 'upsert', 'file'),
  define('replace', 'accounts', 'replace', 'file'),
  define('upsert-batches', 'accounts', 'upsert', { batchRows: BATCH_ROWS }),
  define('upsert-unchecked', 'accounts', 'upsert', { batchRows: BATCH_ROWS, checkFirst: false }),
  define('append', 'entries', 'append', 'file'),
  define('append-batches', 'entries', 'append', { batchRows: BATCH_ROWS, lanes: 2 }),
  define('replace-all', 'entries', 'replace', 'file'),
];

/** One key of one import, such as `upsert/a`: its versions come in in their order. */
export type Stream = `${string}/${string}`;

/** The import that a stream's uploads are for. */
export function importOf(stream: Stream): TableImport {
  const name = stream.slice(0, stream.indexOf('/'));
  return imports.find((each) => each.name === name)!;
}

/** Whether more rows of a file are to be rejected than its import allows. */
export function hasTooManyRejects(stream: Stream, rows: readonly FileRow[]): boolean {
  const allowed = importOf(stream).mode === 'replace' ? 0 : ALLOWED_REJECTS;
  return rows.filter((row) => typeof row === 'string').length > allowed;
}

/** The bytes of a file; equal rows make equal bytes. */
export function fileOf(rows: readonly FileRow[]): string {
  const lines = rows.map((row) => {
    if (row === 'bad') return 'none,a';
    if (row === 'forbidden') return '9,forbidden';
    return `${row.id},${row.owner ?? ''}`;
  });
  return `${['id,owner', ...lines].join('\n')}\n`;
}

export const canonical = ({ id, owner }: Row) => `${id}=${owner ?? 'null'}`;
