import { randomUUID } from 'node:crypto';
import type { TableImport } from '../../../contract/definition/define-import.ts';
import type { Attempt } from '../../../contract/environment.ts';
import { deriveRunId, type Upload } from '../../../contract/upload.ts';
import type { Random } from '../../../samples/random.ts';
import { createImportBench, type ImportBench } from '../../support/import-bench.ts';
import { expectImport, generateFile, generateTable, recordsOf, type TableRow } from './expectation.ts';
import { createPostgresProxy, type PostgresProxy } from './postgres-proxy.ts';
import { type RunningImporter, startImporter } from './running-importer.ts';
import { createS3Proxy, type S3Proxy } from './s3-proxy.ts';
import { Target } from './target.ts';
import { TestedRun } from './tested-run.ts';

const DATABASE_BYTES_PER_SECOND = 1_500_000;

/** PostgreSQL and S3 with proxies before them that a test can break, and importers as processes. */
export class FaultBench {
  readonly bench: ImportBench;
  readonly database: PostgresProxy;
  readonly storage: S3Proxy;

  private constructor(bench: ImportBench, database: PostgresProxy, storage: S3Proxy) {
    this.bench = bench;
    this.database = database;
    this.storage = storage;
  }

  /** @param postgresUrl the server to use; default: the test run's */
  static async open(postgresUrl?: string): Promise<FaultBench> {
    const bench = await createImportBench(postgresUrl);
    const [database, storage] = await Promise.all([
      createPostgresProxy(bench.databaseUrl),
      createS3Proxy(bench.s3Endpoint),
    ]);
    return new FaultBench(bench, database, storage);
  }

  /** An upload that is to be imported, with all that is from earlier tests cleared away. */
  async prepare(
    random: Random,
    definition: TableImport,
    { put = (key, file) => this.bench.put(key, file), ...kind }: PrepareOptions = {},
  ): Promise<TestedRun> {
    this.mend();
    const file = generateFile(random, definition, kind);
    const before = generateTable(random, file, definition);
    const target = new Target(this.bench.sql, definition);
    await target.reset(before);
    return this.testedRun(
      definition,
      await put(`${definition.prefix}${randomUUID()}.csv`, file),
      file,
      before,
    );
  }

  /** The run of an upload into a table as it will be found. */
  testedRun(definition: TableImport, upload: Upload, file: Buffer, before: readonly TableRow[]): TestedRun {
    const expected = expectImport(recordsOf(file), before, definition);
    const target = new Target(this.bench.sql, definition);
    return new TestedRun(this, { definition, upload, file, before, expected, target });
  }

  /** One attempt's description, as the workflow makes it of an execution that EventBridge has started. */
  attempt(upload: Upload, definition: TableImport, execution: string, number: number): Attempt {
    return this.bench.attempt(upload, {
      importName: definition.name,
      runId: deriveRunId(definition.name, upload),
      attempt: `${execution}.0.${number}`,
    });
  }

  start(attempt: Attempt): RunningImporter {
    return startImporter(attempt, {
      ...this.bench.environment(attempt),
      DATABASE_URL: this.database.through(this.bench.databaseUrl),
      AWS_ENDPOINT_URL_S3: this.storage.endpoint,
    });
  }

  /** Lets everything through again. */
  mend(): void {
    this.database.onMessage = null;
    this.database.bytesPerSecond = DATABASE_BYTES_PER_SECOND;
    this.storage.onRequest = null;
    this.storage.bytesPerSecond = null;
    this.storage.requests = [];
  }

  async close(): Promise<void> {
    await Promise.all([this.database.close(), this.storage.close()]);
    await this.bench.close();
  }
}

export interface PrepareOptions {
  rows?: number;
  /** Share of the rows that are refused. */
  wrong?: number;
  /** Puts the file into the bucket. */
  put?: (key: string, file: Buffer) => Promise<Upload>;
}
