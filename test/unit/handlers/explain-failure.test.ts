import { readFileSync } from 'node:fs';
import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type FailureName, failureKind, failureNames } from '../../../contract/failures.ts';
import { type Report, reportSchema } from '../../../contract/report.ts';
import { storageKeys } from '../../../contract/storage-keys.ts';
import { failedRunSchema, type Run } from '../../../contract/workflow-data.ts';
import objectCreated from '../../events/object-created.json' with { type: 'json' };

vi.hoisted(() => {
  Object.assign(process.env, {
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    RESULTS_BUCKET: 'results-bucket',
    MAX_ATTEMPTS: '3',
    IMPORTER_CONTAINER: 'importer',
    IMPORTER_LOG_GROUP: '/log/group',
  });
});
const { handler } = await import('../../../handlers/explain-failure.ts');

const s3 = mockClient(S3Client);
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  s3.reset();
  s3.on(GetObjectCommand).rejects(new NoSuchKey({ $metadata: { httpStatusCode: 404 }, message: 'no' }));
});

const run: Run = {
  import: 'customers',
  runId: 'customers-0123456789abcdef0123456789abcdef',
  upload: {
    bucket: 'uploads-bucket',
    key: 'uploads/customers/2026-11.csv',
    versionId: 'v1',
    etag: 'e',
    size: 1234,
    sequencer: '00',
  },
  label: 's3://uploads-bucket/uploads/customers/2026-11.csv',
  dryRun: false,
  taskFamily: 'CsvImport-importer',
  timeLimitSeconds: 14_400,
  capacityProvider: 'FARGATE',
  runsOn: 'fargate',
};
const validated = { run, attempt: 1, polls: 0 };
const execution = {
  id: 'arn:aws:states:ap-northeast-1:111122223333:execution:Imports:exec-1',
  name: 'exec-1',
  startTime: '2026-11-12T00:00:00Z',
  redriveCount: 0,
  input: objectCreated,
};
const report: Report = reportSchema.parse({
  runId: run.runId,
  attempt: 'exec-1.0.1',
  import: 'customers',
  table: 'customers',
  upload: run.upload,
  executionArn: execution.id,
  outcome: 'failed',
  byRunId: null,
  counts: { read: 9, inserted: 0, updated: 0, unchanged: 0, duplicates: 0, deleted: 0, rejected: 4 },
  file: null,
  rejects: null,
  failure: null,
  startedAt: '2026-11-12T00:00:00Z',
  endedAt: '2026-11-12T00:00:01Z',
  seconds: 1,
});

const fixture = (name: string) => readFileSync(new URL(`../../events/${name}`, import.meta.url), 'utf8');
const explain = async (state: unknown, more: object = {}) => {
  const explained = await handler({ state, execution: { ...execution, ...more } }, {} as never);
  // Whatever happens, the states after it find what they need.
  return failedRunSchema.parse(explained);
};
const taskFailed = (name: string) => ({
  ...validated,
  error: { Error: 'States.TaskFailed', Cause: fixture(`ecs-task-${name}.json`) },
});
const reported = (name: FailureName, more: Partial<Report> = {}) => {
  const failure = { ...failureKind(name), name, message: `About ${name}.` };
  const text = JSON.stringify({ ...report, failure, ...more });
  s3.on(GetObjectCommand, {
    Bucket: 'results-bucket',
    Key: storageKeys.report(run.runId, 'exec-1.0.1'),
  }).resolves({ Body: { transformToString: async () => text } as never });
};

describe('ExplainFailure, of a run whose importer left a report', () => {
  it.each(failureNames.filter((name) => failureKind(name).exitCode !== null))(
    'hands on %s with the blame, advice and retryability of the list',
    async (name) => {
      reported(name);
      const { exitCode, blame, advice, retryable } = failureKind(name);
      const { failure } = await explain(taskFailed(`exit-${exitCode}`));
      expect(failure).toMatchObject({ name, blame, advice, retryable, retry: retryable });
      expect(failure.message).toBe(`About ${name}.`);
    },
  );

  it('quotes the first rejects by line, column and reason, and links all there is', async () => {
    const reject = (line: number, column: string | null) => ({
      line,
      row: line - 1,
      column,
      code: 'invalid_date',
      reason: 'not a date (YYYY-MM-DD)',
    });
    reported('RowsRejected', {
      rejects: {
        rowsKey: storageKeys.rejectedRows(run.runId, 'exec-1.0.1'),
        errorsKey: storageKeys.rejectErrors(run.runId, 'exec-1.0.1'),
        byCode: { invalid_date: 4 },
        first: [reject(2, 'birthday'), reject(3, null), reject(5, '生年月日\n'), reject(8, 'birthday')],
        above: null,
        written: 4,
        readTo: null,
      },
    });
    const { failure } = await explain(taskFailed('exit-65'));
    expect(failure.message).toBe(
      'About RowsRejected. First rejects: line 2, column "birthday": not a date (YYYY-MM-DD); line 3: not a date (YYYY-MM-DD); line 5, column "生年月日 ": not a date (YYYY-MM-DD); …',
    );
    expect(failure.text).toContain('First of 4 rejected rows:\n  - line 2, column "birthday": not a date');
    expect(failure.text).toContain('  - line 8, column "birthday"');
    expect(failure.links).toEqual({
      execution: `https://ap-northeast-1.console.aws.amazon.com/states/home#/v2/executions/details/${execution.id}`,
      log: 'https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home#logsV2:log-groups/log-group/$252Flog$252Fgroup/log-events/CsvImport-importer$252Fimporter$252F0f9de17a6465404e8b1b2356dc13c2f8',
      report: `s3://results-bucket/reports/${run.runId}/exec-1.0.1.json`,
      rejectedRows: `s3://results-bucket/rejects/${run.runId}/exec-1.0.1/rows.csv`,
      rejectErrors: `s3://results-bucket/rejects/${run.runId}/exec-1.0.1/errors.csv`,
    });
    for (const link of Object.values(failure.links)) expect(failure.text).toContain(link);
    expect(failure.text).toContain(
      `https://ap-northeast-1.console.aws.amazon.com/s3/object/results-bucket?prefix=rejects%2F${run.runId}%2Fexec-1.0.1%2Ferrors.csv`,
    );
    expect(failure.text).toContain('Problem with the file');
    expect(failure.text).toContain(`What to do: ${failureKind('RowsRejected').advice}`);
  });

  it('does not try again what the exit code calls final, whatever the report’s name allows', async () => {
    reported('DatabaseUnavailable');
    expect((await explain(taskFailed('exit-70'))).failure).toMatchObject({
      name: 'DatabaseUnavailable',
      retry: false,
    });
  });

  it.each<[string, FailureName, boolean]>([
    ['exit-65', 'ImporterRefused', false],
    ['exit-70', 'UnexpectedError', false],
    ['exit-75', 'ImporterPostponed', true],
  ])('quotes what a container of one’s own reports in a few words: %s', async (end, name, retry) => {
    for (const more of [{}, { name: 'NotOnTheList' }]) {
      const text = JSON.stringify({ outcome: 'failed', failure: { message: 'Line 3: no.', ...more } });
      s3.on(GetObjectCommand).resolves({ Body: { transformToString: async () => text } as never });
      const { failure } = await explain(taskFailed(end));
      const { blame, advice } = failureKind(name);
      expect(failure).toMatchObject({ name, blame, advice, retry, message: 'Line 3: no.' });
      expect(failure.links.report).toMatch(/exec-1\.0\.1\.json$/);
      expect(failure.text).toContain('Line 3: no.');
    }
  });

  it('believes ECS of a container that was killed, whatever its report says', async () => {
    const text = JSON.stringify({ outcome: 'failed', failure: { message: 'All is well.' } });
    s3.on(GetObjectCommand).resolves({ Body: { transformToString: async () => text } as never });
    const { failure } = await explain(taskFailed('out-of-memory'));
    expect(failure).toMatchObject({
      name: 'ImporterKilled',
      message: expect.stringContaining('ran out of memory'),
    });
  });

  it('links the log of the family that ran', async () => {
    const { failure } = await explain({
      ...taskFailed('exit-65'),
      run: { ...run, taskFamily: 'CsvImport-import-stock' },
    });
    expect(failure.links.log).toContain('log-events/CsvImport-import-stock$252Fimporter$252F');
  });

  it('ignores the report of another attempt', async () => {
    reported('RowsRejected', { attempt: 'exec-0.0.1' });
    const { failure } = await explain(taskFailed('exit-75'));
    expect(failure.name).toBe('ImporterPostponed');
    expect(failure.message).toContain('is the report of another attempt');
  });

  it('takes the attempt from the task itself, even when this state was redriven since', async () => {
    reported('DatabaseConflict');
    const { failure } = await explain(taskFailed('exit-75'), { redriveCount: 2 });
    expect(failure).toMatchObject({ name: 'DatabaseConflict', redriveCount: 2 });
  });

  it('computes the attempt where ECS does not repeat the overrides', async () => {
    reported('ImporterStopped');
    expect((await explain(taskFailed('exit-143-beside-agent'))).failure.message).toBe(
      'About ImporterStopped.',
    );
  });
});

describe('ExplainFailure, of a run without a report', () => {
  it.each<[string, FailureName, string]>([
    ['exit-143', 'ImporterStopped', 'told to stop'],
    ['exit-143-beside-agent', 'ImporterStopped', 'told to stop'],
    ['exit-137', 'ImporterKilled', 'killed by signal 9'],
    ['exit-134', 'ImporterKilled', 'killed by signal 6'],
    ['out-of-memory', 'ImporterKilled', 'ran out of memory'],
    ['spot-interruption', 'ImporterStopped', 'SpotInterruption'],
    ['termination-notice', 'ImporterStopped', 'TerminationNotice'],
    ['stopped-by-hand', 'ImporterStopped', 'UserInitiated'],
    ['image-cannot-be-pulled', 'TaskNotStarted', 'CannotPullContainerError'],
    ['no-secret', 'TaskNotStarted', 'ResourceInitializationError'],
    ['exit-75', 'ImporterPostponed', 'exit code 75'],
    ['exit-65', 'ImporterRefused', 'exit code 65'],
    ['exit-70', 'UnexpectedError', 'exit code 70'],
    ['exit-0', 'UnexpectedError', 'exit code 0'],
    // PHP's for a fatal error: no signal has such a number.
    ['exit-255', 'UnexpectedError', 'exit code 255'],
  ])('reads %s as %s', async (name, expected, words) => {
    const { failure } = await explain(taskFailed(name));
    expect(failure.name).toBe(expected);
    expect(failure.message).toContain(words);
    expect(failure.retry).toBe(failureKind(expected).retryable);
    if (expected !== 'TaskNotStarted') expect(failure.message).toContain('no report at s3://results-bucket/');
  });

  it.each<[string, string, FailureName]>([
    ['States.Timeout', '', 'RunTimedOut'],
    [
      'ECS.AmazonECSException',
      'Capacity is unavailable at this time. (Service: AmazonECS; Status Code: 400)',
      'TaskNotStarted',
    ],
    ['AmazonECS.Unknown', 'Amazon ECS returned RESOURCE:ENI', 'TaskNotStarted'],
    ['ECS.ClusterNotFoundException', 'Cluster not found.', 'TaskNotStarted'],
    ['ECS.AccessDeniedException', 'User: x is not authorized to perform: ecs:RunTask', 'AccessDenied'],
    ['ECS.AmazonECSException', 'User: x is not authorized to perform: iam:PassRole', 'AccessDenied'],
    ['States.Permissions', 'no', 'AccessDenied'],
    ['States.TaskFailed', 'plain text', 'UnexpectedError'],
    ['States.TaskFailed', '{"half": ', 'UnexpectedError'],
    ['States.TaskFailed', '[]', 'UnexpectedError'],
    ['States.TaskFailed', '{}', 'UnexpectedError'],
    ['States.TaskFailed', 'null', 'UnexpectedError'],
  ])('reads %s, "%s" as %s', async (name, Cause, expected) => {
    const { failure } = await explain({ ...validated, error: { Error: name, Cause } });
    expect(failure.name).toBe(expected);
    expect(failure.message).toContain(Cause);
  });

  it.each([
    ['spot-interruption', 'system', '[customers] import failed: ImporterStopped: 2026-11.csv'],
    ['exit-143', 'system', '[customers] import failed: ImporterStopped: 2026-11.csv'],
    ['stopped-by-hand', 'none', '[customers] import stopped: ImporterStopped: 2026-11.csv'],
  ])('knows a deliberate stop from others: %s', async (name, blame, subject) => {
    const { failure } = await explain(taskFailed(name));
    expect(failure).toMatchObject({ name: 'ImporterStopped', blame, subject });
    expect(failure.text.includes('A deliberate stop: neither')).toBe(blame === 'none');
    expect(failure.text.includes('Problem with the system')).toBe(blame === 'system');
  });

  it('adds ECS’s reason to what the importer reported of a deliberate stop', async () => {
    reported('ImporterStopped');
    const { failure } = await explain(taskFailed('stopped-by-hand'));
    expect(failure).toMatchObject({
      blame: 'none',
      message: 'About ImporterStopped. ECS says: Task stopped by user',
      retry: true,
    });
  });

  it('an importer that failed before it was stopped, failed', async () => {
    reported('DatabaseMisconfigured');
    const { failure } = await explain(taskFailed('stopped-by-hand'));
    expect(failure).toMatchObject({ name: 'DatabaseMisconfigured', blame: 'system' });
  });

  it('goes on when the report cannot be read', async () => {
    s3.on(GetObjectCommand).rejects(new TypeError('fetch failed'));
    const { failure } = await explain(taskFailed('exit-137'));
    expect(failure.name).toBe('ImporterKilled');
    expect(failure.message).toContain('could not be read: TypeError: fetch failed');
  });

  it('goes on when the report is no report', async () => {
    s3.on(GetObjectCommand).resolves({ Body: { transformToString: async () => '{"x":1}' } as never });
    expect((await explain(taskFailed('exit-143'))).failure.name).toBe('ImporterStopped');
  });
});

describe('ExplainFailure, of an upload that was refused', () => {
  const names: FailureName[] = [
    'EventInvalid',
    'UploadOutsidePrefix',
    'UnsupportedExtension',
    'EmptyUpload',
    'UploadTooLarge',
    'UploadGone',
    'UploadChanged',
    'AccessDenied',
    'StorageUnavailable',
    'DefinitionInvalid',
  ];
  it.each(names)('keeps %s and never tries again', async (name) => {
    const Cause = JSON.stringify({ errorType: name, errorMessage: 'The message.', trace: ['at x'] });
    const explained = await explain({ ...objectCreated, error: { Error: name, Cause } });
    expect(explained).toMatchObject({
      run: { import: 'customers', runId: null, upload: null },
      attempt: 1,
    });
    expect(explained.failure).toMatchObject({
      name,
      message: 'The message.',
      retry: false,
      backOffSeconds: 0,
      importName: 'customers',
    });
    expect(explained.failure.text).toContain(
      's3://uploads-bucket/uploads/customers/2026-11.csv was not imported',
    );
    expect(s3.commandCalls(GetObjectCommand)).toEqual([]);
  });

  it.each([
    [
      'Runtime.ImportModuleError',
      '{"errorType":"Runtime.ImportModuleError","errorMessage":"Cannot find"}',
      'Cannot find',
    ],
    ['Lambda.TooManyRequestsException', 'Rate Exceeded.', 'Rate Exceeded.'],
    ['States.DataLimitExceeded', '{"errorMessage":7}', 'States.DataLimitExceeded'],
  ])('reads %s as UnexpectedError', async (name, Cause, words) => {
    const { failure } = await explain({ ...objectCreated, error: { Error: name, Cause } });
    expect(failure).toMatchObject({ name: 'UnexpectedError', retry: false });
    expect(failure.message).toContain(words);
  });

  it.each(['States.Timeout', 'Sandbox.Timedout', 'TimeoutError'])(
    'takes %s for an S3 that is slow',
    async (name) => {
      const { failure } = await explain({ ...objectCreated, error: { Error: name, Cause: '' } });
      expect(failure).toMatchObject({ name: 'StorageUnavailable', blame: 'system', retry: false });
      expect(failure.message).toContain(`time limit (${name})`);
    },
  );

  it('has a name for a marker whose execution has a definition that knows none', async () => {
    const Cause = '{"errorType":"UploadIgnored","errorMessage":"It is the marker of a folder."}';
    const { failure } = await explain({ ...objectCreated, error: { Error: 'UploadIgnored', Cause } });
    expect(failure).toMatchObject({
      name: 'UnsupportedExtension',
      message: 'It is the marker of a folder.',
      blame: 'file',
    });
  });

  it('has an import for filters even where there is none', async () => {
    const { run, failure } = await explain({ error: { Error: 'EventInvalid', Cause: '' } }, { input: {} });
    expect(run.label).toBe('an unknown upload');
    expect(failure).toMatchObject({
      importName: 'none',
      subject: '[none] import failed: EventInvalid: an unknown upload',
    });
  });
});

describe('ExplainFailure, trying again', () => {
  it('counts no polls as attempts, and answers a definition of an earlier release in its own shape', async () => {
    const { error } = taskFailed('exit-137');
    const state = { ...run, attempt: 5, looks: 3, error };
    const explained = await handler({ state, execution }, {} as never);
    expect(explained).toMatchObject({ run, polls: 3, failure: { retry: true } });
    expect(explained).toMatchObject({ ...run, attempt: 6, looks: 3 });
    expect(await explain({ run, attempt: 5, polls: 3, error })).toMatchObject({ attempt: 6, polls: 3 });
    expect(await explain({ run, attempt: 5, polls: 2, error })).toMatchObject({ failure: { retry: false } });
  });

  it('does so until the attempts are used up, waiting longer each time', async () => {
    const waits: number[] = [];
    for (const [attempt, retry, next] of [
      [1, true, 2],
      [2, true, 3],
      [3, false, 3],
    ] as const) {
      const explained = await explain({ ...taskFailed('exit-137'), attempt });
      expect(explained).toMatchObject({ attempt: next, failure: { retry } });
      waits.push(explained.failure.backOffSeconds);
    }
    expect(waits[0]).toBeGreaterThanOrEqual(1);
    expect(waits[0]).toBeLessThanOrEqual(15);
    expect(waits[1]).toBeLessThanOrEqual(45);
    expect(waits[2]).toBe(0);
  });

  it('does not for a problem with the file', async () => {
    reported('RowsRejected');
    expect(await explain(taskFailed('exit-65'))).toMatchObject({ attempt: 1, failure: { retry: false } });
  });
});

describe('ExplainFailure, whatever comes in', () => {
  it.each([
    [null],
    [undefined],
    ['text'],
    [[]],
    [{ state: null, execution: null }],
    [{ state: { error: 'no' }, execution: { id: 7, name: [], redriveCount: 'x' } }],
    [
      {
        state: { ...validated, run: { ...run, upload: 'no' }, error: { Error: 'X', Cause: { not: 'text' } } },
        execution,
      },
    ],
  ])('explains %j', async (input) => {
    const { failure } = failedRunSchema.parse(await handler(input, {} as never));
    expect(failure).toMatchObject({ name: 'UnexpectedError', retry: false });
  });

  it.each([
    ['uploads/customers/a\nb\rc\u0000\u202e.csv'],
    [`uploads/customers/${'長い'.repeat(150)}.csv`],
    ['uploads/customers/"<script>`{}\\.csv'],
  ])('makes a subject that SNS takes and a text without surprises of the key %j', async (key) => {
    const input = { detail: { bucket: { name: 'b' }, object: { key } } };
    const Cause = JSON.stringify({ errorType: 'EmptyUpload', errorMessage: `About ${key}` });
    const { failure } = await explain({ error: { Error: 'EmptyUpload', Cause } }, { input });
    expect(failure.subject).toMatch(/^[ -~]{1,99}$/);
    expect(failure.subject).toMatch(/^\[customers\] import failed: EmptyUpload: /);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(failure.text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(failure.text.split('\n').filter((line) => line.startsWith('b'))).toEqual([]);
  });

  it('cuts what would not fit into an execution’s cause', async () => {
    const { failure } = await explain({ ...validated, error: { Error: 'X', Cause: 'x'.repeat(50_000) } });
    expect(failure.message.length).toBeLessThanOrEqual(4_000);
  });

  it('has no console link for an execution outside AWS', async () => {
    const id = 'arn:aws:states:local:000000000000:execution:Imports:exec-1';
    const { failure } = await explain(taskFailed('exit-137'), { id });
    expect(failure.links).toMatchObject({ execution: null, log: null });
    expect(failure.text).toContain(`Execution: ${id}`);
  });
});

describe('ExplainFailure, of a run in the function for small uploads', () => {
  const small = { ...validated, run: { ...run, runsOn: 'lambda' } };
  const thrown = (errorType: string, errorMessage = 'why') => ({
    ...small,
    error: { Error: errorType, Cause: JSON.stringify({ errorType, errorMessage }) },
  });

  it.each([
    ['Sandbox.Timedout', 'ImporterKilled'],
    ['Runtime.ExitError', 'ImporterKilled'],
    ['Runtime.OutOfMemory', 'ImporterKilled'],
    ['Lambda.Unknown', 'ImporterKilled'],
    ['TypeError', 'ImporterKilled'],
    ['Lambda.ServiceException', 'TaskNotStarted'],
    ['Lambda.ResourceNotFoundException', 'TaskNotStarted'],
    ['Lambda.AWSLambdaException', 'TaskNotStarted'],
  ])('goes on as a task after %s', async (error, name) => {
    const explained = await explain(thrown(error));
    expect(explained).toMatchObject({
      run: { runsOn: 'fargate' },
      attempt: 2,
      failure: { name, retry: true },
    });
    expect(explained.failure.message).toContain(`${error}: why`);
  });

  it('links the log that the function has named in its report', async () => {
    const log = 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home#logs';
    reported('RowsRejected', { log });
    expect((await explain(thrown('RowsRejected'))).failure.links.log).toBe(log);
    // What a task's report says is not taken from it: it may be an importer of one's own.
    expect((await explain({ ...thrown('RowsRejected'), run })).failure.links.log).toBeNull();
  });

  it('goes on as a task after it has stopped itself, for want of time', async () => {
    reported('ImporterStopped');
    expect(await explain(thrown('ImporterStopped'))).toMatchObject({
      run: { runsOn: 'fargate' },
      failure: { name: 'ImporterStopped', retry: true },
    });
  });

  it('stays there for what has nothing to do with it', async () => {
    reported('DatabaseUnavailable');
    expect(await explain(thrown('DatabaseUnavailable'))).toMatchObject({
      run: { runsOn: 'lambda' },
      failure: { name: 'DatabaseUnavailable', retry: true },
    });
  });

  it.each(['RowsRejected', 'AccessDenied'] as const)('gives %s up', async (name) => {
    reported(name);
    expect(await explain(thrown(name))).toMatchObject({ failure: { name, retry: false } });
  });

  it('takes the function at its word where the report could not be written', async () => {
    const { failure } = await explain(thrown('StorageUnavailable', 'S3 did not answer.'));
    expect(failure).toMatchObject({ name: 'StorageUnavailable', retry: true });
    expect(failure.message).toMatch(/^S3 did not answer\./);
  });

  it('holds the import’s own time limit as a task does', async () => {
    expect(await explain({ ...small, error: { Error: 'States.Timeout', Cause: '' } })).toMatchObject({
      failure: { name: 'RunTimedOut', retry: false },
    });
  });
});
