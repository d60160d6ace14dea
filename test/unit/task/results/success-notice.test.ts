import { describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../../../contract/report.ts';
import { successNotice } from '../../../../task/results/success-notice.ts';

const base: Report = reportSchema.parse({
  runId: 'customers-1',
  attempt: 'x.0.1',
  import: 'customers',
  table: 'customers',
  upload: {
    bucket: 'uploads',
    key: 'uploads/customers/2026 11.csv',
    versionId: 'v',
    etag: 'e',
    size: 50,
    sequencer: '',
  },
  executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:CsvImport:x',
  outcome: 'imported',
  byRunId: null,
  counts: { read: 1200, inserted: 1000, updated: 150, unchanged: 47, duplicates: 0, deleted: 0, rejected: 3 },
  file: null,
  rejects: {
    rowsKey: 'rejects/customers-1/rows.csv',
    errorsKey: 'rejects/customers-1/errors.csv',
    byCode: { invalid_date: 3 },
    first: [{ line: 3, row: 2, column: 'birth\nday', code: 'invalid_date', reason: 'must be a date' }],
  },
  failure: null,
  log: 'https://log',
  startedAt: '2026-11-12T00:00:00Z',
  endedAt: '2026-11-12T00:00:12Z',
  seconds: 12.34,
});
const noticeOf = (changes: Partial<Report>, mode: 'append' | 'upsert' | 'replace' = 'upsert') =>
  successNotice({ ...base, ...changes }, 'results', mode);
it('says how many of the rejected rows the files have', () => {
  const some = { ...base.rejects!, written: 2 };
  expect(noticeOf({ rejects: some })!.text).toContain(
    'errors.csv and rows.csv have the first 2 of 3 rejected rows. The others are in the uploaded file only.\n',
  );
  expect(noticeOf({ rejects: { ...some, written: 3 } })!.text).not.toContain('have the first');
});
const counts = { ...base.counts, read: 1197, rejected: 0 };

describe('the notification of a run that ended well', () => {
  it('tells rejected rows first, what to do with them, the counts, and where to look', () => {
    expect(noticeOf({})).toEqual({
      subject: '[customers] 3 of 1,200 rows rejected: 2026 11.csv',
      text: [
        's3://uploads/uploads/customers/2026 11.csv: 1,197 rows of 1,200 imported into table customers.',
        '',
        '3 rows rejected. The first:',
        '  - line 3, column "birth day": must be a date',
        'What to do: errors.csv says what is wrong with each row. rows.csv holds just these rows: correct them there, and upload it to s3://uploads/uploads/customers/ under another name.',
        'Errors: s3://results/rejects/customers-1/errors.csv',
        '  https://eu-west-1.console.aws.amazon.com/s3/object/results?prefix=rejects%2Fcustomers-1%2Ferrors.csv',
        'Rejected rows: s3://results/rejects/customers-1/rows.csv',
        '  https://eu-west-1.console.aws.amazon.com/s3/object/results?prefix=rejects%2Fcustomers-1%2Frows.csv',
        '',
        'Rows: 1,200 read, 1,000 inserted, 150 updated, 47 unchanged, 3 rejected',
        'Time: 12.3 seconds',
        '',
        'Import: customers',
        'Run: customers-1',
        'Execution: https://eu-west-1.console.aws.amazon.com/states/home#/v2/executions/details/arn:aws:states:eu-west-1:111122223333:execution:CsvImport:x',
        'Log: https://log',
        'Report: s3://results/reports/customers-1/x.0.1.json',
        '  https://eu-west-1.console.aws.amazon.com/s3/object/results?prefix=reports%2Fcustomers-1%2Fx.0.1.json',
      ].join('\n'),
    });
  });

  it('is short where nothing was rejected', () => {
    const { subject, text } = noticeOf({ counts, rejects: null })!;
    expect(subject).toBe('[customers] 1,197 rows imported: 2026 11.csv');
    expect(text).not.toMatch(/rejected|Errors/);
  });

  it('does not advise to upload rejected rows alone where a file replaces the table', () => {
    expect(noticeOf({}, 'replace')!.text).toContain('upload the whole file again');
    expect(noticeOf({}, 'replace')!.text).not.toContain('under another name');
  });

  it.each<[Partial<Report>, string, string]>([
    [{ outcome: 'dry-run' }, 'dry run, 3 of 1,200 rows rejected', 'Nothing was written to table customers'],
    [{ outcome: 'already-imported', byRunId: 'r-2', rejects: null }, 'already imported', '(run r-2)'],
    [{ outcome: 'superseded', byRunId: 'r-3', rejects: null }, 'superseded by a newer file', '(run r-3)'],
  ])('says so of %o', (changes, subject, text) => {
    const notice = noticeOf(changes)!;
    expect(notice.subject).toBe(`[customers] ${subject}: 2026 11.csv`);
    expect(notice.text).toContain(text);
  });

  it.each(['顧客\n\u202e.csv', `${'long'.repeat(60)}.csv`, 'folder/'])(
    'has a subject that SNS takes for %j',
    (name) => {
      const { subject, text } = noticeOf({ upload: { ...base.upload, key: `uploads/${name}` } })!;
      expect(subject).toMatch(/^[!-~][ -~]{0,98}$/);
      expect(text.split('\n')[0]).not.toMatch(/[\p{Cc}\u202e]/u);
    },
  );

  it('names the execution by its ARN where there is no console', () => {
    const { text } = noticeOf({
      executionArn: 'arn:aws:states:local:000000000000:execution:W:x',
      log: null,
    })!;
    expect(text).toContain('Execution: arn:aws:states:local:000000000000:execution:W:x');
    expect(text).not.toContain('https://');
  });

  it('is none for a run that failed, or waits for a slot', () => {
    expect(noticeOf({ outcome: 'failed' })).toBeNull();
    expect(noticeOf({ outcome: 'queued' })).toBeNull();
  });
});
