import type { ColumnType } from './column-type.ts';
import type { ContainerOptions } from './container-options.ts';
import type {
  BatchCommit,
  ColumnRules,
  FileDefinition,
  ImportMode,
  RuledRow,
  Transformations,
} from './import-options.ts';
import type { KeyPattern } from './key-pattern.ts';
import type { Constant, ValueSource } from './values.ts';

/** A column that an upload may fill. */
export interface ImportColumn {
  /** The property in the Drizzle table. */
  property: string;
  /** The name in the database. */
  name: string;
  type: ColumnType;
  sqlType: string;
  notNull: boolean;
  /** Whether a file must have it: NOT NULL without a default, or part of the key. */
  required: boolean;
  aliases: readonly string[];
  /** Which column of the file it is, from 1; null: its header says. */
  position: number | null;
  /** Changes to its values, in the order of docs/import-options.md, before they are checked. */
  transformations: Transformations;
  rules: ColumnRules;
  /** What becomes of the value of a row that the table has. Default: `overwrite`. */
  onUpdate?: 'keep' | 'fill' | 'overwrite';
  /**
   * Of a column that a run fills by a value and not from the file: whether the value belongs to the row (`content`), or
   * tells how it came in (`origin`), which alone does not change a row.
   */
  given?: 'content' | 'origin';
}

/** What goes into a column of each row, though it is not in the file. */
export interface ImportValue {
  column: ImportColumn;
  value: Constant | ValueSource;
  /** Whether a file may have the column, whose values count then. */
  unlessInFile: boolean;
}

/** What is known of every import, whoever carries it out. */
interface CommonDefinition {
  name: string;
  prefix: string;
  /** Null: the stack's. */
  timeLimitMinutes: number | null;
}

/** An import that this project's importer carries out: a checked definition, everything defaulted. */
export interface TableImport extends CommonDefinition {
  kind: 'table';
  file: FileDefinition;
  mode: ImportMode;
  /** Schema of the target table; null: the database's search path decides. */
  schema: string | null;
  tableName: string;
  /** In the table's order; generated columns are left out. */
  columns: readonly ImportColumn[];
  /** Names in the database of the columns that identify a row; empty where nothing does. */
  key: readonly string[];
  /** What keys look like below the prefix; null: anything. */
  keyPattern: KeyPattern | null;
  /** In the table's order. */
  values: readonly ImportValue[];
  /** Names in the database of the columns that say whose rows an upload may change; none: all rows. */
  scope: readonly string[];
  /** What becomes of rows of `update` and `delete` whose key the table lacks. */
  unknownKeys: 'reject' | 'skip';
  /** Name in the database of the column by which the newer of two rows is known; null: the file's is. */
  newerBy: string | null;
  /** What a replace sets in rows that the file lacks; null: it deletes them. */
  marks: readonly ImportValue[] | null;
  /** Settings of the database that get a column's value in each transaction. */
  setConfig: readonly { setting: string; column: string }[];
  rowRule: ((row: RuledRow) => string | null) | null;
  rejects: ({ maxRows: number } | { maxPercent: number }) & { maxWritten: number };
  duplicates: 'last' | 'reject';
  commit: 'file' | Required<BatchCommit>;
  unknownColumns: 'fail' | 'ignore';
  /** Null: only the stack's limit holds. */
  maxConcurrentRuns: number | null;
  /** How long an attempt waits for locks of other sessions. */
  lockWaitMinutes: number;
}

/** An import that a container of one's own carries out; docs/own-importer.md. */
export interface ContainerImport extends CommonDefinition {
  kind: 'container';
  file: Pick<FileDefinition, 'extensions' | 'maxBytes'>;
  container: Required<Pick<ContainerOptions, 'command' | 'environment'>> & ContainerSource;
}

/** Where a container's image comes from: a registry, or a folder of the project with a Dockerfile. */
export type ContainerSource = { image: string } | { directory: string };

/** A checked definition. */
export type ImportDefinition = TableImport | ContainerImport;

/** `schema.table` or `table`, for people. */
export function describeTable(definition: Pick<TableImport, 'schema' | 'tableName'>): string {
  return definition.schema === null ? definition.tableName : `${definition.schema}.${definition.tableName}`;
}
