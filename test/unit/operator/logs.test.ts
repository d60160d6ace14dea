import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { logLink } from '../../../contract/console-links.ts';
import { logGroupOf } from '../../../operator/logs/cloudwatch-log.ts';
import { readLocalLog } from '../../../operator/logs/local-log.ts';
import { parseLogLine } from '../../../operator/logs/log-line.ts';
import { bareExecution } from '../../../operator/read-execution.ts';

const arn = 'arn:aws:states:us-east-1:000000000000:execution:machine:one';
const execution = bareExecution({
  executionArn: arn,
  name: 'one',
  status: 'RUNNING',
  startDate: new Date(0),
});
const line = (changes: object) =>
  `${JSON.stringify({ timestamp: '2026-11-24T08:00:00.000Z', level: 'INFO', message: 'started', ...changes })}\n`;

describe('a line of a log', () => {
  it('has its message, and what is not in each line', () => {
    const text = line({ runId: 'r', attempt: 'a', service: 'importer', executionArn: arn, size: 12 });
    expect(parseLogLine('1', text)).toEqual({
      ...{
        id: '1',
        at: '2026-11-24T08:00:00.000Z',
        level: 'INFO',
        message: 'started',
        details: '{"size":12}',
      },
    });
  });

  it('is none where it is a metric', () => {
    expect(parseLogLine('1', '{"Attempts":1,"_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}')).toBeNull();
  });

  it('may be anything, of a container of one’s own', () => {
    expect(parseLogLine('1', 'Traceback (most recent call last):', '2026-11-24T08:00:00.000Z')).toEqual({
      ...{ id: '1', at: '2026-11-24T08:00:00.000Z', level: null, details: '' },
      message: 'Traceback (most recent call last):',
    });
  });
});

it('the local log of an execution has the lines of all of its importers, and no others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'csv-import-logs-'));
  const log = (digit: string, text: string) => writeFileSync(join(folder, `${digit.repeat(32)}.log`), text);
  log('a', line({ executionArn: arn, timestamp: '2026-11-24T09:00:00.000Z', message: 'second' }));
  log('b', `${line({ executionArn: arn, message: 'first' })}{"timestamp":"cut o`);
  log('c', line({ executionArn: arn.replace(':one', ':other') }));
  writeFileSync(join(folder, 'validate-upload.log'), line({ executionArn: arn }));
  expect((await readLocalLog(folder, execution)).map(({ message }) => message)).toEqual(['first', 'second']);
});

it('the local log of an execution has its lines from the log that all invocations of the function share', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'csv-import-logs-'));
  const lines = [
    line({ executionArn: arn, awsRequestId: 'r' }),
    line({ executionArn: arn.replace(':one', ':other'), message: 'another’s' }),
    line({ executionArn: arn, message: 'imported' }),
  ];
  writeFileSync(join(folder, 'CsvImport-SmallImports-Function.log'), lines.join(''));
  writeFileSync(
    join(folder, `${'a'.repeat(32)}.log`),
    line({ executionArn: arn, timestamp: '2026-11-24T09:00:00.000Z', message: 'as a task' }),
  );
  expect((await readLocalLog(folder, execution)).map(({ message, details }) => [message, details])).toEqual([
    ['started', ''],
    ['imported', ''],
    ['as a task', ''],
  ]);
});

it('the log group is the one that an execution links to', () => {
  const log = logLink('arn:aws:ecs:eu-west-1:123456789012:x', 'CsvImport-Log/a b', 'customers/importer/1');
  expect(logGroupOf({ report: { log } as never, failure: null })).toBe('CsvImport-Log/a b');
  expect(logGroupOf({ report: null, failure: null })).toBeNull();
});
