import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import type { TableImport } from '../../../contract/definition/define-import.ts';
import type { Attempt } from '../../../contract/environment.ts';
import { exitCodes, type FailureName, failureKind } from '../../../contract/failures.ts';
import { type Report, reportSchema } from '../../../contract/report.ts';
import { storageKeys } from '../../../contract/storage-keys.ts';
import { deriveRunId, type Upload } from '../../../contract/upload.ts';
import { type DecidedFailure, decideImporterFailure } from '../../../handlers/decide-failure.ts';
import type { ImportHarness } from '../../support/import-harness.ts';
import { canonical, type Expectation, type TableRow } from './expectation.ts';
import { ledgerOf, leftSessions, watchTable } from './observations.ts';
import type { CarrierName, Ended, RunningImporter } from './running-importer.ts';
import type { Target } from './target.ts';

/** An attempt that has ended, as the workflow would see it. */
export interface Judged extends Ended {
  /** Null where it left none. */
  report: Report | null;
  /** What the workflow makes of it; null where it went well. */
  failure: DecidedFailure | null;
}

/** As the workflow has it (`maxAttempts`), the first one included, and some more for faults that go on. */
const MOST_ATTEMPTS = 6;
/** A backend notices the end of its client when it next reads or writes. */
const SESSIONS_END_WITHIN_MS = 15_000;

/** What starts importers, and the database and bucket that they use. */
export interface Importers {
  readonly harness: ImportHarness;
  attempt(upload: Upload, definition: TableImport, execution: string, number: number): Attempt;
  start(attempt: Attempt, carrier?: CarrierName): RunningImporter;
}

/** One run: an upload, its attempts, and what must come of them. */
export class TestedRun {
  readonly definition: TableImport;
  readonly upload: Upload;
  readonly file: Buffer;
  readonly before: readonly TableRow[];
  readonly expected: Expectation;
  readonly target: Target;
  readonly runId: string;
  readonly #harness: Importers;
  readonly #execution = `${randomUUID()}_${randomUUID()}`;
  #attempts = 0;

  constructor(
    harness: Importers,
    about: Pick<TestedRun, 'definition' | 'upload' | 'file' | 'before' | 'expected' | 'target'>,
  ) {
    this.#harness = harness;
    this.definition = about.definition;
    this.upload = about.upload;
    this.file = about.file;
    this.before = about.before;
    this.expected = about.expected;
    this.target = about.target;
    this.runId = deriveRunId(about.definition.name, about.upload);
  }

  /** How many transactions load rows, the one that says `imported` not counted where it has none of its own. */
  get loads(): number {
    const { commit } = this.definition;
    return commit === 'file' ? 1 : Math.ceil(this.expected.counts.read / commit.batchRows);
  }

  /** Starts one attempt more. */
  start(carrier?: CarrierName): RunningImporter {
    const { upload, definition } = this;
    const attempt = this.#harness.attempt(upload, definition, this.#execution, ++this.#attempts);
    return this.#harness.start(attempt, carrier);
  }

  /** Waits for an attempt's end, and checks that exit code, report and output agree. */
  async judge(importer: RunningImporter): Promise<Judged> {
    const ended = await importer.ended;
    const report = await this.#readReport(ended);
    const { exitCode, output } = ended;
    for (const line of output.trim().split('\n').filter(Boolean)) {
      expect(() => JSON.parse(line), `a line of the log is no JSON: ${line}`).not.toThrow();
    }
    if (exitCode === exitCodes.done) {
      expect(report?.failure, output).toBeNull();
      expect(['imported', 'already-imported', 'superseded'], output).toContain(report!.outcome);
      return { ...ended, report, failure: null };
    }
    if (report !== null && exitCode <= 128) {
      expect(report.outcome, output).toBe('failed');
      expect(exitCode, output).toBe(failureKind(report.failure!.name).exitCode);
      const { blame, retryable, advice } = failureKind(report.failure!.name);
      expect(report.failure, output).toMatchObject({ blame, retryable, advice });
    }
    const failure = decideImporterFailure(
      { Error: 'States.TaskFailed', Cause: '' },
      {
        task: {
          taskArn: null,
          attempt: ended.attempt.attempt,
          exitCode,
          stopCode: 'EssentialContainerExited',
          reason: '',
        },
        reported: report?.failure ?? null,
      },
    );
    return { ...ended, report, failure };
  }

  /**
   * The attempt that a fault befell: ended well, or under one of these names, and then the workflow tries again.
   */
  async expectFailure(importer: RunningImporter, ...names: FailureName[]): Promise<Judged> {
    const judged = await this.judge(importer);
    if (judged.failure !== null) {
      expect(names, `${judged.failure.name}: ${judged.failure.message}\n${judged.output}`).toContain(
        judged.failure.name,
      );
      expect(judged.failure).toMatchObject({ blame: 'system', retryable: true });
    }
    return judged;
  }

  /**
   * Tries again, as the workflow does, until an attempt ends well; then everything must be as if nothing had
   * happened.
   *
   * @param names failures that attempts may still meet, for faults that last
   */
  async complete(...names: FailureName[]): Promise<Judged> {
    while (this.#attempts < MOST_ATTEMPTS) {
      const judged = await this.expectFailure(this.start(), ...names);
      if (judged.failure !== null) continue;
      await this.verify(judged);
      return judged;
    }
    throw new Error(`The run has not ended well after ${MOST_ATTEMPTS} attempts.`);
  }

  /**
   * Checks table, ledger, report, reject files and sessions after the run's last attempt, which ended well.
   *
   * @param last the attempt that began last, where others ran beside it
   */
  async verify(ended: Judged, last = ended.attempt.attempt): Promise<void> {
    const { report, attempt, output } = ended;
    const { counts, after, refused } = this.expected;
    await this.expectRows(after);
    expect(report, output).toMatchObject({
      runId: this.runId,
      attempt: attempt.attempt,
      byRunId: report!.outcome === 'imported' ? null : this.runId,
      counts,
    });
    expect(await ledgerOf(this.#harness.harness.sql, this.runId), output).toMatchObject({
      status: 'imported',
      failure: null,
      last_attempt: last,
      report_key: storageKeys.report(this.runId, last),
      bytes_read: this.upload.size,
      counts,
    });

    const read = async (key: string) => parse(await this.#harness.harness.read(key), { bom: true }).slice(1);
    if (refused.length > 0) {
      // Of the attempt that has imported it, which need not be this one.
      const { reject_errors_key: errorsKey, rejected_rows_key: rowsKey } = (await ledgerOf(
        this.#harness.harness.sql,
        this.runId,
      ))!;
      const rows: string[][] = await read(rowsKey);
      expect(rows).toEqual(refused.map(({ record }) => record));
      const errors: string[][] = await read(errorsKey);
      expect(errors.map((error) => Number(error[1]))).toEqual(refused.map(({ row }) => row));
    }
    await this.expectNoSessions();
  }

  async expectRows(rows: readonly TableRow[]): Promise<void> {
    expectSameRows(await this.target.read(), rows.map(canonical).sort());
  }

  /** No session of any importer is left in the database, and so no lock. */
  async expectNoSessions(): Promise<void> {
    let left = await leftSessions(this.#harness.harness.sql);
    for (const deadline = Date.now() + SESSIONS_END_WITHIN_MS; left.length > 0 && Date.now() < deadline; ) {
      await sleep(20);
      left = await leftSessions(this.#harness.harness.sql);
    }
    expect(left, 'sessions and locks that are left').toEqual([]);
  }

  /** What others see of table and ledger is true at every moment until the returned function is called. */
  watch(): () => Promise<void> {
    return watchTable(this.#harness.harness.sql, this);
  }

  async #readReport({ attempt }: Ended): Promise<Report | null> {
    const key = storageKeys.report(this.runId, attempt.attempt);
    const bytes = await this.#harness.harness.read(key).catch((error: Error) => {
      if (error.name === 'NoSuchKey') return null;
      throw error;
    });
    return bytes === null ? null : reportSchema.parse(JSON.parse(bytes.toString()));
  }
}

/** Says which rows are lost and which are there too often, instead of printing two tables. */
function expectSameRows(found: readonly string[], expected: readonly string[]): void {
  const count = new Map<string, number>();
  for (const row of expected) count.set(row, (count.get(row) ?? 0) + 1);
  for (const row of found) count.set(row, (count.get(row) ?? 0) - 1);
  const [lost, tooMany] = [1, -1].map((sign) => [...count].filter(([, n]) => n * sign > 0));
  const some = (rows: [string, number][]) => ({ rows: rows.length, some: rows.slice(0, 3) });
  expect({ lost: some(lost!), tooMany: some(tooMany!) }).toEqual({
    lost: { rows: 0, some: [] },
    tooMany: { rows: 0, some: [] },
  });
}
