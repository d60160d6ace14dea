import { describe, expect, it, vi } from 'vitest';
import { readCause } from '../../../contract/failure-cause.ts';
import { failureKind, failureNames } from '../../../contract/failures.ts';
import { visibleLine } from '../../../contract/visible-text.ts';
import type { ExplainedFailure } from '../../../contract/workflow-data.ts';

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
});
const { handler } = await import('../../../handlers/fail-until-redriven.ts');

const failure = (more: Partial<ExplainedFailure> = {}): ExplainedFailure => ({
  ...failureKind('RowsRejected'),
  name: 'RowsRejected',
  message: '3 of 10 rows were rejected. First rejects: line 3, column "id": must be a whole number',
  retry: false,
  backOffSeconds: 0,
  redriveCount: 1,
  links: {
    execution: 'https://console/x',
    log: null,
    report: 's3://results/r.json',
    rejectedRows: null,
    rejectErrors: 's3://results/errors.csv',
  },
  importName: 'customers',
  subject: 'subject',
  text: 'text',
  ...more,
});
const about = { runId: 'customers-1', label: 's3://uploads/customers/a.csv' };
/** The cause as Step Functions has it from Lambda. */
const wrapped = ({ name, message }: Error) =>
  JSON.stringify({ errorType: name, errorMessage: message, trace: [''] });
const fail = (input: unknown) =>
  handler(input, {} as never).then(
    () => {
      throw new Error('it returned');
    },
    (error: Error) => error,
  );

describe('ImportFailed', () => {
  it.each(failureNames)('fails under the name %s', async (name) => {
    expect(await fail({ failure: failure({ name }), redriveCount: 1 })).toMatchObject({ name });
  });

  it('fails, and returns once redriven, under a name that only another release knows', async () => {
    const unknown = { ...failure(), name: 'OfAnotherRelease' };
    expect(await fail({ failure: unknown, redriveCount: 1 })).toMatchObject({ name: 'OfAnotherRelease' });
    const redriven = { failure: unknown, redriveCount: 2 };
    expect(await handler(redriven, {} as never)).toEqual({ redriveCount: 2 });
  });

  it('has a cause for people first: a line that says it all, then where to look; no stack', async () => {
    const error = await fail({ failure: failure(), redriveCount: 1, ...about });
    expect(error.message.split('\n').slice(0, -1)).toEqual([
      `s3://uploads/customers/a.csv was not imported: 3 of 10 rows were rejected. First rejects: line 3, column “id”: must be a whole number. Problem with the file: the same file would fail again. What to do: ${failureKind('RowsRejected').advice}`,
      'Execution: https://console/x',
      'Report: s3://results/r.json',
      'Errors: s3://results/errors.csv',
    ]);
    expect(error.stack).toBe('');
    // The console shows Lambda's JSON as it is: the line that says it all has nothing that is escaped in there.
    expect(wrapped(error)).toContain(error.message.split('\n')[0]);
  });

  it('has the same for programs: the last line is JSON', async () => {
    const error = await fail({ failure: failure(), redriveCount: 1, ...about });
    const details = {
      failure: 'RowsRejected',
      blame: 'file',
      retryable: false,
      import: 'customers',
      runId: 'customers-1',
      upload: 's3://uploads/customers/a.csv',
      links: failure().links,
    };
    // By hand, as docs/console.md says.
    expect(JSON.parse(JSON.parse(wrapped(error)).errorMessage.split('\n').at(-1))).toEqual(details);
    for (const cause of [wrapped(error), error.message]) {
      expect(readCause(cause)).toEqual({
        text: error.message.split('\n').slice(0, -1).join('\n'),
        details,
      });
    }
  });

  it.each([
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['control characters', '\u0001'],
    ['line breaks', '\n'],
    ['Japanese', '顧'],
    ['halves of characters', '\ud800'],
  ])(
    'stays within what Step Functions takes, and can be read, whatever the file is called: %s',
    async (_, character) => {
      const links = Object.fromEntries(
        Object.keys(failure().links).map((name) => [name, `s3://results/${'x'.repeat(1_024)}`]),
      ) as ExplainedFailure['links'];
      const many = failure({ message: character.repeat(4_000), links, importName: 'i'.repeat(64) });
      const label = visibleLine(`s3://uploads/${character.repeat(1_024)}`);
      const error = await fail({ failure: many, redriveCount: 1, runId: 'r'.repeat(100), label });
      expect(wrapped(error).length).toBeLessThan(32_768);
      expect(readCause(wrapped(error)).details).toMatchObject({ failure: 'RowsRejected', upload: label });
    },
  );

  it('causes of others are read as they are', () => {
    expect(readCause(undefined)).toEqual({ text: '', details: null });
    expect(readCause('Stopped by hand')).toEqual({ text: 'Stopped by hand', details: null });
    expect(readCause('{"errorType":"E","errorMessage":"one\\ntwo"}')).toEqual({
      text: 'one\ntwo',
      details: null,
    });
    expect(readCause('null')).toEqual({ text: 'null', details: null });
  });

  it('returns once the execution has been redriven, with nothing of the old run', async () => {
    expect(await handler({ failure: failure(), redriveCount: 2 }, {} as never)).toEqual({ redriveCount: 2 });
  });

  it('does not mistake a lower count for a redrive', async () => {
    expect(await fail({ failure: failure(), redriveCount: 0 })).toMatchObject({ name: 'RowsRejected' });
  });

  it('refuses input that is none', async () => {
    expect(await fail({})).toMatchObject({
      name: 'UnexpectedError',
      message: expect.stringContaining('failure: '),
    });
  });
});
