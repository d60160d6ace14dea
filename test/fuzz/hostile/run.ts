import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { TableImport } from '../../../contract/definition/define-import.ts';
import { failures } from '../../../contract/failures.ts';
import { type Report, reportSchema } from '../../../contract/report.ts';
import { storageKeys } from '../../../contract/storage-keys.ts';
import type { Upload } from '../../../contract/upload.ts';
import {
  createImportHarness,
  customersImport,
  customersSql,
  type ImportHarness,
} from '../../support/import-harness.ts';
import { bundleProcesses, type ImporterProcesses } from './importer-process.ts';
import { type HostileUpload, hostileUpload } from './uploads.ts';

export interface HostileOptions {
  /** Uploads to generate. */
  rounds: number;
  seed: number;
  /** Stops after so many seconds, whatever is left. */
  seconds: number;
  /** So many of them each in an importer process of its own. */
  processes: number;
  /** URL of the PostgreSQL server. */
  server: string;
}

export interface HostileResult {
  uploads: number;
  /** How many ended how. */
  outcomes: Record<string, number>;
  /** What did not hold, with the upload's number. */
  failures: string[];
}

/** Longer than any of them takes on a slow machine that others use, too. */
const HANGS_AFTER_MS = 120_000;
/**
 * The most memory that an importer may take, in MiB, whatever it is sent. A file of which all rows are rejected takes
 * 265, everything else less than 200.
 */
const MOST_MEMORY = 300;
/** So much more may be live at the end than after the first uploads: caches fill, but nothing grows with each. */
const MOST_GROWTH = 64 * 1024 * 1024;

/** Modes and what is done about rejects: an upload meets one of them. */
const definitions: readonly TableImport[] = [
  customersImport({ mode: 'upsert' }),
  customersImport({ mode: 'append', rejects: { maxPercent: 100 } }),
  customersImport({ mode: 'upsert', rejects: { maxPercent: 100 }, unknownColumns: 'ignore' }),
  customersImport({ mode: 'replace' }),
  customersImport({ mode: 'append', rejects: { maxRows: 5 } }),
];

/**
 * Sends hostile uploads through the whole importer, one after the other: it must end each by itself, as imported or
 * with a failure that has a name and blames the file; nothing is half-loaded; the counts add up; a report is there,
 * and the reject files can be read.
 */
export async function runHostileUploads(options: HostileOptions): Promise<HostileResult> {
  const { rounds, seed, seconds, processes, server } = options;
  const importers = await bundleProcesses();
  const harness = await createImportHarness(server);
  const result: HostileResult = { uploads: 0, outcomes: {}, failures: [] };
  const deadline = Date.now() + 1000 * seconds;
  const everyProcess =
    processes === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(rounds / processes));
  const memory = new MemoryWatch();
  try {
    await harness.sql.unsafe(customersSql);
    for (let number = 0; number < rounds && Date.now() < deadline; number++) {
      const hostile = hostileUpload(seed, number);
      const where = `upload ${number} of seed ${seed}, ${hostile.what}`;
      try {
        const outcome =
          number % everyProcess === everyProcess - 1
            ? await sendToProcess(harness, importers, hostile)
            : await send(harness, hostile, definitions[number % definitions.length]!);
        result.outcomes[outcome] = (result.outcomes[outcome] ?? 0) + 1;
      } catch (error) {
        result.failures.push(`${where}: ${error instanceof Error ? error.message : error}`);
        if (error instanceof Hung) break;
      }
      result.uploads++;
      memory.see(number);
    }
    const growth = memory.growth();
    if (growth > MOST_GROWTH) result.failures.push(`memory grew by ${Math.round(growth / 1024 / 1024)} MiB`);
  } finally {
    await harness.close();
    await importers.close();
  }
  return result;
}

class Hung extends Error {}

async function send(
  harness: ImportHarness,
  hostile: HostileUpload,
  definition: TableImport,
): Promise<string> {
  const upload = await harness.put(definition.prefix + hostile.key, hostile.body);
  const before = await contentOf(harness);
  const stop = new AbortController();
  const hung = sleep(HANGS_AFTER_MS, undefined, { signal: stop.signal }).then(() => {
    throw new Hung('the importer hangs');
  });
  hung.catch(() => {});
  const report = await Promise.race([harness.run(upload, definition), hung]);
  stop.abort();
  await checkReport(harness, report, definition, before);
  return describeEnding(report);
}

/** The same through a process, as AWS starts it, with the import that the project comes with. */
async function sendToProcess(
  harness: ImportHarness,
  importers: ImporterProcesses,
  hostile: HostileUpload,
): Promise<string> {
  const upload: Upload = await harness.put(`uploads/customers/${hostile.key}`, hostile.body);
  const before = await contentOf(harness);
  const attempt = harness.attempt(upload);
  const ended = await importers.run(harness.environment(attempt), HANGS_AFTER_MS);
  if (ended.hung) throw new Hung('the importer process hangs');
  const key = storageKeys.report(attempt.runId, attempt.attempt);
  const report = reportSchema.parse(JSON.parse((await harness.read(key)).toString()));
  await checkReport(harness, report, customersImport(), before);
  const code = report.failure === null ? 0 : failures[report.failure.name as keyof typeof failures].exitCode;
  if (ended.code !== code) throw new Error(`exit code ${ended.code}, and not ${code}: ${ended.output}`);
  if (ended.peakMiB > MOST_MEMORY) throw new Error(`the importer took ${ended.peakMiB} MiB`);
  return `${describeEnding(report)} (process)`;
}

function describeEnding({ outcome, failure }: Report): string {
  return failure === null ? outcome : failure.name;
}

/** Everything in the target table, in short. */
async function contentOf({ sql }: ImportHarness): Promise<string> {
  const [row] = await sql`
    select count(*)::text || ' ' || coalesce(sum(hashtextextended(customers::text, 0)), 0)::text as content from customers`;
  return row!.content;
}

async function checkReport(
  harness: ImportHarness,
  report: Report,
  definition: TableImport,
  before: string,
): Promise<void> {
  const { outcome, failure, counts, rejects } = report;
  const stored = await harness.read(storageKeys.report(report.runId, report.attempt));
  if (stored.toString() !== JSON.stringify(report) && !sameJson(stored, report))
    throw new Error('another report is stored');
  const after = await contentOf(harness);
  if (outcome === 'failed') {
    if (failure === null || !(failure.name in failures)) throw new Error('it failed without a name');
    if (failure.blame !== 'file') throw new Error(`it failed as ${failure.name}: ${failure.message}`);
    if (after !== before) throw new Error(`it failed as ${failure.name}, and the table has changed`);
  } else {
    const { read, inserted, updated, unchanged, duplicates, rejected, deleted } = counts;
    if (outcome !== 'imported') throw new Error(`it ended as ${outcome}`);
    if (read !== inserted + updated + unchanged + duplicates + rejected) {
      throw new Error(`the counts do not add up: ${JSON.stringify(counts)}`);
    }
    const grown = Number(after.split(' ')[0]) - Number(before.split(' ')[0]);
    if (grown !== inserted - deleted) {
      throw new Error(`the table has grown by ${grown} rows: ${JSON.stringify(counts)}`);
    }
    if (definition.rejects === undefined) throw new Error('an import without a word about rejects');
  }
  if (rejects !== null) await checkRejectFiles(harness, report, rejects);
}

function sameJson(stored: Buffer, report: Report): boolean {
  return (
    JSON.stringify(reportSchema.parse(JSON.parse(stored.toString()))) ===
    JSON.stringify(reportSchema.parse(report))
  );
}

async function checkRejectFiles(
  harness: ImportHarness,
  { counts }: Report,
  { rowsKey, errorsKey, byCode, written }: NonNullable<Report['rejects']>,
): Promise<void> {
  const errors = await harness.readCsv(errorsKey);
  const named = Object.values(byCode).reduce((sum, count) => sum + count, 0);
  // Junk may have more rejected rows than are written.
  const whole = written === counts.rejected;
  if (whole ? errors.length !== named : errors.length > named)
    throw new Error(`errors.csv has ${errors.length} errors, the report ${named}`);
  const rows = new Set(errors.map(({ row }) => row));
  if (rows.size !== written || written > counts.rejected) {
    throw new Error(`errors.csv has ${rows.size} rows; ${written} are written, ${counts.rejected} refused`);
  }
  const formula = errors.find(({ value = '' }) => /^[\s"]*[=+\-@＝＋－＠]|^[\t\r\n]|;=/.test(value));
  if (formula !== undefined) throw new Error(`errors.csv has a formula in row ${formula.row}`);
  if ((await harness.read(rowsKey)).length === 0) throw new Error('rows.csv is empty');
}

/** What is live in this process, which is the importer and S3, after the first uploads and at the end. */
class MemoryWatch {
  /** By then every kind has come. */
  static readonly #warm = 100;
  readonly #collect: () => void;
  #warmBytes: number | null = null;

  constructor() {
    setFlagsFromString('--expose-gc');
    this.#collect = runInNewContext('gc') as () => void;
  }

  see(number: number): void {
    if (number === MemoryWatch.#warm) this.#warmBytes = this.#live();
  }

  /** In bytes; 0 where there were too few uploads to tell. */
  growth(): number {
    return this.#warmBytes === null ? 0 : this.#live() - this.#warmBytes;
  }

  #live(): number {
    this.#collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }
}
