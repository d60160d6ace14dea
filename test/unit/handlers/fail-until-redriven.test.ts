import { describe, expect, it, vi } from 'vitest';
import { failureKind, failureNames } from '../../../contract/failures.ts';
import type { ExplainedFailure } from '../../../contract/workflow-data.ts';

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
});
const { handler } = await import('../../../handlers/fail-until-redriven.ts');

const failure = (more: Partial<ExplainedFailure> = {}): ExplainedFailure => ({
  ...failureKind('RowsRejected'),
  name: 'RowsRejected',
  message: '3 of 10 rows were refused.',
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

  it('has a cause that says what failed, whose fault it is, what to do and where to look, and no stack', async () => {
    const error = await fail({ failure: failure(), redriveCount: 1 });
    expect(error.message).toBe(
      [
        '3 of 10 rows were refused.',
        'Whose fault: The file is at fault: trying again with the same file is useless.',
        `What to do: ${failureKind('RowsRejected').advice}`,
        'Execution: https://console/x',
        'Report: s3://results/r.json',
        'Errors: s3://results/errors.csv',
      ].join('\n'),
    );
    expect(error.stack).toBe('');
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
