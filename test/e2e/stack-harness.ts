import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { parse } from 'csv-parse/sync';
import postgres, { type Sql } from 'postgres';
import { inject } from 'vitest';
import { type Report, reportSchema } from '../../contract/report.ts';
import type { Notification } from '../../local/notifications.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack.ts';
import { readAssembly } from '../../local/synthesise.ts';
import { type LocalStackDescription, localAwsConfig } from '../../operator/local-stack.ts';
import { customersSql } from '../support/import-harness.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

/** What the tests do with a running local stack, whichever process it runs in: only by its public endpoints. */
export class StackClient {
  readonly description: LocalStackDescription;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly sql: Sql;

  constructor(description: LocalStackDescription) {
    this.description = description;
    this.s3 = new S3Client({ ...localAwsConfig, endpoint: description.endpoints.s3, forcePathStyle: true });
    this.sfn = new SFNClient({ ...localAwsConfig, endpoint: description.endpoints.stepFunctions });
    this.sql = postgres(description.databaseUrl, { max: 2, onnotice: () => {} });
  }

  /** Puts a file under the customers' prefix; returns the ARN of the execution that it started. */
  async upload(
    name: string,
    content: string | Buffer,
    metadata: Record<string, string> = {},
  ): Promise<string> {
    const key = `uploads/customers/${name}`;
    const { VersionId } = await this.s3.send(
      new PutObjectCommand({
        Bucket: this.description.uploadBucket,
        Key: key,
        Body: content,
        Metadata: metadata,
      }),
    );
    return waitFor(`an execution for ${key}`, async () => {
      for (const arn of await this.executions()) {
        const { detail } = JSON.parse((await this.describe(arn)).input!);
        if (detail?.object?.['version-id'] === VersionId && detail.object.key === key) return arn;
      }
      return null;
    });
  }

  async executions(statusFilter?: 'FAILED' | 'RUNNING' | 'SUCCEEDED'): Promise<string[]> {
    const { executions = [] } = await this.sfn.send(
      new ListExecutionsCommand({
        stateMachineArn: this.description.stateMachineArn,
        ...(statusFilter === undefined ? {} : { statusFilter }),
      }),
    );
    return executions.map(({ executionArn }) => executionArn!);
  }

  describe(executionArn: string): Promise<DescribeExecutionCommandOutput> {
    return this.sfn.send(new DescribeExecutionCommand({ executionArn }));
  }

  /** Waits for the execution's end. */
  end(executionArn: string): Promise<DescribeExecutionCommandOutput> {
    return waitFor(`the end of ${executionArn}`, async () => {
      const execution = await this.describe(executionArn);
      return execution.status === 'RUNNING' ? null : execution;
    });
  }

  async redrive(executionArn: string): Promise<DescribeExecutionCommandOutput> {
    await this.sfn.send(new RedriveExecutionCommand({ executionArn }));
    return this.end(executionArn);
  }

  /** The states that were entered, in their order. */
  async states(executionArn: string): Promise<string[]> {
    const { events = [] } = await this.sfn.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
    );
    return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  }

  /** The reports of all attempts of an execution, oldest first. */
  async reports(executionArn: string): Promise<Report[]> {
    const { Contents = [] } = await this.s3.send(
      new ListObjectsV2Command({ Bucket: this.description.resultsBucket, Prefix: 'reports/' }),
    );
    const own = Contents.filter(({ Key }) => Key!.includes(executionArn.split(':').at(-1)!));
    const reports = await Promise.all(
      own.map(async ({ Key }) => reportSchema.parse(JSON.parse((await this.result(Key!)).toString()))),
    );
    return reports.sort((a, b) => (a.endedAt < b.endedAt ? -1 : 1));
  }

  async result(key: string): Promise<Buffer> {
    const { Body } = await this.s3.send(
      new GetObjectCommand({ Bucket: this.description.resultsBucket, Key: key }),
    );
    return Buffer.from(await Body!.transformToByteArray());
  }

  async resultCsv(key: string): Promise<Record<string, string>[]> {
    return parse(await this.result(key), { columns: true, bom: true });
  }

  async customerIds(): Promise<number[]> {
    return (await this.sql`select customer_id as id from customers order by 1`).map(({ id }) => id as number);
  }

  async close(): Promise<void> {
    this.s3.destroy();
    this.sfn.destroy();
    await this.sql.end({ timeout: 2 });
  }
}

/** A local stack in this process, on a database of its own on the test server. */
export class StackHarness extends StackClient {
  readonly stack: LocalStack;
  readonly directory: string;
  readonly #drop: () => Promise<void>;

  constructor(stack: LocalStack, directory: string, drop: () => Promise<void>) {
    super(stack.description);
    this.stack = stack;
    this.directory = directory;
    this.#drop = drop;
  }

  async notifications(): Promise<Notification[]> {
    const lines = await readFile(join(this.directory, 'notifications.jsonl'), 'utf8').catch(() => '');
    return lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Notification);
  }

  override async close(): Promise<void> {
    await super.close();
    await this.stack.close();
    await this.#drop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** @param proxied the database's URL as the importer gets it, where that is not the database itself */
export async function createStackHarness(
  options: Partial<LocalStackOptions> & { proxied?: (databaseUrl: string) => Promise<string> } = {},
): Promise<StackHarness> {
  const database = await createTestDatabase();
  await database.sql.unsafe(customersSql);
  const { proxied, directory = await mkdtemp(join(tmpdir(), 'csv-import-e2e-')), ...rest } = options;
  const importerUrl = (await proxied?.(database.url)) ?? database.url;
  const stack = await startLocalStack({
    directory,
    databaseUrl: database.url,
    assembly: readAssembly(inject('assemblyFolder')),
    maxWaitSeconds: 0.05,
    ports: { s3: 0, stepFunctions: 0, eventBridge: 0 },
    containerEnvironment: { DATABASE_URL: importerUrl },
    ...rest,
  });
  return new StackHarness(stack, directory, () => database.drop());
}
