import { randomUUID } from 'node:crypto';
import type { TableImport } from '../../../contract/definition/define-import.ts';
import type { Attempt } from '../../../contract/environment.ts';
import { deriveRunId, type Upload } from '../../../contract/upload.ts';
import type { Random } from '../../../samples/random.ts';
import { createImportHarness, type ImportHarness } from '../../support/import-harness.ts';
import { expectImport, generateFile, generateTable, recordsOf, type TableRow } from './expectation.ts';
import { createPostgresProxy, type PostgresProxy } from './postgres-proxy.ts';
import { type CarrierName, type RunningImporter, startImporter } from './running-importer.ts';
import { createS3Proxy, type S3Proxy } from './s3-proxy.ts';
import { Target } from './target.ts';
import { TestedRun } from './tested-run.ts';

const DATABASE_BYTES_PER_SECOND = 1_500_000;

/** PostgreSQL and S3 with proxies before them that a test can break, and importers as processes. */
export class FaultHarness {
  readonly harness: ImportHarness;
  readonly database: PostgresProxy;
  readonly storage: S3Proxy;

  private constructor(harness: ImportHarness, database: PostgresProxy, storage: S3Proxy) {
    this.harness = harness;
    this.database = database;
    this.storage = storage;
  }

  /** @param postgresUrl the server to use; default: the test run's */
  static async open(postgresUrl?: string): Promise<FaultHarness> {
    const harness = await createImportHarness(postgresUrl);
    const [database, storage] = await Promise.all([
      createPostgresProxy(harness.databaseUrl),
      createS3Proxy(harness.s3Endpoint),
    ]);
    return new FaultHarness(harness, database, storage);
  }

  /** An upload that is to be imported, with all that is from earlier tests cleared away. */
  async prepare(
    random: Random,
    definition: TableImport,
    { put = (key, file) => this.harness.put(key, file), ...kind }: PrepareOptions = {},
  ): Promise<TestedRun> {
    this.mend();
    const file = generateFile(random, definition, kind);
    const before = generateTable(random, file, definition);
    const target = new Target(this.harness.sql, definition);
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
    const target = new Target(this.harness.sql, definition);
    return new TestedRun(this, { definition, upload, file, before, expected, target });
  }

  /** One attempt's description, as the workflow makes it of an execution that EventBridge has started. */
  attempt(upload: Upload, definition: TableImport, execution: string, number: number): Attempt {
    return this.harness.attempt(upload, {
      importName: definition.name,
      runId: deriveRunId(definition.name, upload),
      attempt: `${execution}.0.${number}`,
    });
  }

  start(attempt: Attempt, carrier?: CarrierName): RunningImporter {
    const environment = {
      ...this.harness.environment(attempt),
      DATABASE_URL: this.database.through(this.harness.databaseUrl),
      AWS_ENDPOINT_URL_S3: this.storage.endpoint,
    };
    return startImporter(attempt, environment, carrier);
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
    await this.harness.close();
  }
}

export interface PrepareOptions {
  rows?: number;
  /** Share of the rows that are rejected. */
  wrong?: number;
  /** Puts the file into the bucket. */
  put?: (key: string, file: Buffer) => Promise<Upload>;
}
