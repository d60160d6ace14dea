import { getTableColumns } from 'drizzle-orm';
import { type Counts, noCounts } from '../contract/report.ts';
import type { Upload } from '../contract/upload.ts';
import { csvParseDrizzle } from './baselines/csv-parse-drizzle.ts';
import { hasPgloader, pgloader } from './baselines/pgloader.ts';
import { rawCopy } from './baselines/raw-copy.ts';
import { textbookUpsert } from './baselines/textbook-upsert.ts';
import type { BenchDatabase } from './database.ts';
import type { DefinitionVariant } from './definitions.ts';
import { columnNames, type FileKind } from './files/file-kinds.ts';
import { CHANGED_EVERY, type GeneratedFile, type Variant } from './files/generate.ts';
import type { MeasuredImporter } from './importer/process.ts';
import { type Measured, measure } from './measured.ts';
import { timeScanning } from './scanning/timing.ts';
import type { Storage } from './storage/storage.ts';

/** What a contender works with. */
export interface BenchContext {
  kind: FileKind;
  rows: number;
  /** Whether the slowest contender gets the whole file too. */
  full: boolean;
  file(variant: Variant): GeneratedFile;
  upload(variant: Variant): Upload;
  database: BenchDatabase;
  importer: MeasuredImporter;
  storage: Storage;
  /** A folder for files of its own. */
  folder: string;
  signal: AbortSignal;
}

/** Something that is measured. */
export interface Contender {
  name: string;
  title: string;
  /** Whether it is our importer. */
  ours?: true;
  /** The name of the one that its time is compared with. */
  against: string | null;
  /** The file that it reads. */
  reads: Variant;
  /** Whether the target holds the unchanged file before; null: it touches no table. */
  before: 'empty' | 'loaded' | null;
  /** So many of the file's rows it loads; default: all. */
  rows?(context: Pick<BenchContext, 'rows' | 'full' | 'kind'>): number;
  /** Why it cannot be measured here; null: it can. */
  unavailable?(): Promise<string | null>;
  run(context: BenchContext): Promise<Measured>;
}

/** Of csv-parse with Drizzle, so many values tell enough, 100,000 rows of nine: it takes the same for each. */
const SHARE_VALUES = 900_000;
const shareOf = ({ rows, full, kind }: Pick<BenchContext, 'rows' | 'full' | 'kind'>) =>
  full ? rows : Math.min(rows, Math.floor(SHARE_VALUES / columnNames(kind.table).length));

function textbook(name: string, title: string, reads: Variant, before: 'empty' | 'loaded'): Contender {
  return {
    name,
    title,
    against: null,
    reads,
    before,
    run({ database, kind, file }) {
      const columns = Object.values(getTableColumns(kind.table));
      const types = Object.fromEntries(columns.map((column) => [column.name, column.getSQLType()]));
      return measure(() => textbookUpsert(database.url, kind.name, types, file(reads).path));
    },
  };
}

/** @param counts what the report must say, for so many rows */
function importing(
  variant: DefinitionVariant,
  contender: Omit<Contender, 'run' | 'ours'>,
  counts: (rows: number) => Partial<Counts>,
  endpoint?: (storage: Storage) => string,
): Contender {
  return {
    ...contender,
    ours: true,
    async run({ importer, kind, upload, rows, storage }) {
      const measured = await importer.run(
        `${kind.name}-${variant}`,
        upload(contender.reads),
        endpoint?.(storage),
      );
      const expected = JSON.stringify({ ...noCounts, read: rows, ...counts(rows) });
      const told = JSON.stringify({ ...noCounts, ...measured.counts });
      if (told !== expected) throw new Error(`the report says ${told}, where it should say ${expected}`);
      return measured;
    },
  };
}

const changedOf = (rows: number) => Math.floor(rows / CHANGED_EVERY);
const inserted = (rows: number) => ({ inserted: rows });
const append = { reads: 'base', before: 'empty', against: 'raw-copy' } as const;

/** Everything that can be measured, in the order in which it is measured. */
export const contenders: readonly Contender[] = [
  {
    name: 'raw-copy',
    title: 'raw COPY, one connection, nothing checked',
    against: null,
    reads: 'base',
    before: 'empty',
    run: ({ database, kind, file }) =>
      measure(() => rawCopy(database.sql, kind.name, columnNames(kind.table), file('base').path)),
  },
  importing('append', { name: 'append-file', title: 'append, one transaction', ...append }, inserted),
  importing(
    'lanes',
    { name: 'append-lanes', title: 'append, batches over 4 lanes, checked first', ...append },
    inserted,
  ),
  importing(
    'lanes-once',
    { name: 'append-lanes-once', title: 'append, batches over 4 lanes, read once', ...append },
    inserted,
  ),
  importing('append', { name: 'append-gzip', title: 'append, gzip', ...append, reads: 'gzip' }, inserted),
  importing(
    'bars',
    {
      name: 'append-bars',
      title: 'append, `||` between values',
      ...append,
      against: 'append-file',
      reads: 'bars',
    },
    inserted,
  ),
  importing(
    'append',
    { name: 'append-slow-s3', title: 'append, one transaction, S3 30 ms away', ...append },
    inserted,
    ({ slowEndpoint }) => slowEndpoint,
  ),
  {
    name: 'csv-parse-drizzle',
    title: 'csv-parse and Drizzle inserts in batches',
    against: 'raw-copy',
    reads: 'base',
    before: 'empty',
    rows: shareOf,
    run: (context) =>
      measure(() =>
        csvParseDrizzle(
          context.database.sql,
          context.kind.table,
          context.file('base').path,
          shareOf(context),
        ),
      ),
  },
  {
    name: 'pgloader',
    title: 'pgloader',
    against: 'raw-copy',
    reads: 'base',
    before: 'empty',
    unavailable: async () => ((await hasPgloader()) ? null : 'pgloader is not installed'),
    async run({ database, kind, file, folder, signal }) {
      const measured = await measure(() =>
        pgloader(
          database.url,
          kind.name,
          columnNames(kind.table),
          file('base').path,
          `${folder}/pgloader.load`,
          signal,
        ),
      );
      // It runs elsewhere.
      return { ...measured, processSeconds: measured.seconds, cpuSeconds: null };
    },
  },
  textbook('textbook-upsert-empty', 'textbook upsert into an empty table', 'base', 'empty'),
  importing(
    'upsert',
    {
      name: 'upsert-empty',
      title: 'upsert into an empty table',
      against: 'textbook-upsert-empty',
      reads: 'base',
      before: 'empty',
    },
    inserted,
  ),
  textbook('textbook-upsert-unchanged', 'textbook upsert, nothing changed', 'base', 'loaded'),
  importing(
    'upsert',
    {
      name: 'upsert-unchanged',
      title: 'upsert, nothing changed',
      against: 'textbook-upsert-unchanged',
      reads: 'base',
      before: 'loaded',
    },
    (rows) => ({ unchanged: rows }),
  ),
  textbook('textbook-upsert-changed', 'textbook upsert, 10 % changed', 'changed', 'loaded'),
  importing(
    'upsert',
    {
      name: 'upsert-changed',
      title: 'upsert, 10 % changed',
      against: 'textbook-upsert-changed',
      reads: 'changed',
      before: 'loaded',
    },
    (rows) => ({ updated: changedOf(rows), unchanged: rows - changedOf(rows) }),
  ),
  importing(
    'replace',
    {
      name: 'replace',
      title: 'replace, 10 % changed',
      against: 'raw-copy',
      reads: 'changed',
      before: 'loaded',
    },
    (rows) => ({ updated: changedOf(rows), unchanged: rows - changedOf(rows) }),
  ),
  {
    name: 'csv-parse',
    title: 'csv-parse alone, nothing checked',
    against: null,
    reads: 'base',
    before: null,
    run: ({ file, rows, signal }) => timeScanning('csv-parse-alone.ts', [file('base').path], rows, signal),
  },
  {
    name: 'scanner',
    title: 'the scanner alone, types checked',
    against: 'csv-parse',
    reads: 'base',
    before: null,
    run: ({ file, rows, kind, signal }) =>
      timeScanning('scan-alone.ts', [file('base').path, `${kind.name}-append`], rows, signal),
  },
  {
    name: 'scanner-bars',
    title: 'the scanner alone, `||` between values',
    against: 'scanner',
    reads: 'bars',
    before: null,
    run: ({ file, rows, kind, signal }) =>
      timeScanning('scan-alone.ts', [file('bars').path, `${kind.name}-bars`], rows, signal),
  },
];
