import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attemptSchema } from '../../../contract/environment.ts';
import { reportSchema } from '../../../contract/report.ts';
import { explainedFailureSchema, validatedUploadSchema } from '../../../contract/workflow-data.ts';
import { asToday } from '../../../handlers/earlier-definitions.ts';

// A running execution keeps its definition through a deployment, but not its functions and importers: what one release
// writes, another reads. docs/operations.md has the rule. Never change what is written here; add to it.

const upload = { bucket: 'u', key: 'k.csv', versionId: 'v', etag: 'e', size: 1, sequencer: '01' };
const counts = { read: 1, inserted: 1, updated: 0, unchanged: 0, duplicates: 0, deleted: 0, rejected: 0 };
const failure = {
  name: 'DatabaseUnavailable',
  blame: 'system',
  retryable: true,
  message: 'message',
  advice: 'advice',
};

/** As earlier releases wrote it; as the first one did, if nothing else is said. */
const earlier: Record<string, { schema: z.ZodType; data: Record<string, unknown> }> = {
  'what ValidateUpload hands on': {
    schema: z.preprocess(asToday, validatedUploadSchema),
    data: { import: 'customers', runId: 'r', upload, label: 's3://u/k.csv', dryRun: false, attempt: 1 },
  },
  'what ValidateUpload hands on, since it keeps a run apart': {
    schema: z.preprocess(asToday, validatedUploadSchema),
    data: {
      run: { import: 'customers', runId: 'r', upload, label: 's3://u/k.csv', dryRun: false },
      attempt: 1,
      polls: 0,
    },
  },
  'an explained failure, which ImportFailed reads up to 14 days later': {
    schema: explainedFailureSchema,
    data: {
      ...failure,
      retry: false,
      backOffSeconds: 0,
      redriveCount: 0,
      links: { execution: null, log: null, report: null, rejectedRows: null, rejectErrors: null },
      importName: 'customers',
      subject: 'subject',
      text: 'text',
    },
  },
  'the importer’s environment': {
    schema: attemptSchema,
    data: {
      S3_BUCKET: 'u',
      S3_KEY: 'k.csv',
      S3_VERSION_ID: 'v',
      S3_ETAG: 'e',
      S3_SIZE: '1',
      S3_SEQUENCER: '01',
      IMPORT_NAME: 'customers',
      RUN_ID: 'r',
      ATTEMPT: 'x.0.1',
      EXECUTION_ARN: 'arn',
      RESULTS_BUCKET: 'results',
      DRY_RUN: 'false',
    },
  },
  'a report of success': { schema: reportSchema, data: report('imported', null) },
  'a report of failure': { schema: reportSchema, data: report('failed', failure) },
};

function report(outcome: string, of: object | null) {
  return {
    runId: 'r',
    attempt: 'x.0.1',
    import: 'customers',
    table: 'customers',
    upload,
    executionArn: 'arn',
    outcome,
    byRunId: null,
    counts,
    file: {
      encoding: 'utf-8',
      encodingEvidence: 'evidence',
      delimiter: ',',
      delimiterEvidence: 'evidence',
      compression: 'none',
      ignoredColumns: [],
      bytes: 1,
      uncompressedBytes: 1,
    },
    rejects: {
      rowsKey: 'rows',
      errorsKey: 'errors',
      byCode: { missing_value: 1 },
      first: [],
    },
    failure: of,
    startedAt: '2026-11-24T00:00:00.000Z',
    endedAt: '2026-11-24T00:00:01.000Z',
    seconds: 1,
  };
}

describe('data between releases', () => {
  it.each(Object.entries(earlier))('of an earlier one is still understood: %s', (_, { schema, data }) => {
    expect(schema.safeParse(data).error?.issues ?? []).toEqual([]);
  });

  it.each(Object.entries(earlier))('of a later one may hold more: %s', (_, { schema, data }) => {
    expect(schema.safeParse({ ...data, ofTomorrow: { any: 'thing' } }).success).toBe(true);
  });
});

describe('the ledger’s migrations', () => {
  const folder = join(import.meta.dirname, '../../../task/ledger/migrations');
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));

  it.each(files)('%s only adds and allows more, so that the importer of before goes on working', (name) => {
    const statements = readFileSync(join(folder, name), 'utf8')
      .split(/--> statement-breakpoint|;\s*$/m)
      .map((statement) => statement.trim())
      .filter(Boolean);
    expect(statements.length).toBeGreaterThan(0);
    const created = statements.flatMap((statement) => /^CREATE TABLE (\S+)/.exec(statement)?.[1] ?? []);
    const adds = (statement: string) => {
      const [, table, change] = /^ALTER TABLE (\S+) (.*)$/s.exec(statement) ?? [];
      if (table !== undefined && created.includes(table)) return true;
      if (change?.startsWith('ADD COLUMN')) return !/NOT NULL/.test(change) || /DEFAULT/.test(change);
      // What was unique need not be; and no importer of before knows of a column that is filled here for the first time.
      if (change?.startsWith('DROP CONSTRAINT "runs_upload"')) return true;
      const [, filled, column] = /^UPDATE (\S+) SET (\S+) =/.exec(statement) ?? [];
      if (column !== undefined)
        return statements.some((each) => each.startsWith(`ALTER TABLE ${filled} ADD COLUMN ${column} `));
      return /^CREATE (SCHEMA IF NOT EXISTS|TABLE|INDEX) /.test(statement);
    };
    expect(statements.filter((statement) => !adds(statement))).toEqual([]);
  });

  it('are found', () => expect(files.length).toBeGreaterThanOrEqual(2));
});
