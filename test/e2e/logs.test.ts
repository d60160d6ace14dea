import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headers } from '../../samples/customers.ts';
import { createStackHarness, type StackHarness } from './stack-harness.ts';

/** Stands in cells that are refused, each for another reason: whatever quotes a cell, quotes this. */
const MARKER = 'Kx7marker';
const row = (cells: Partial<Record<(typeof headers)[number], string>>, id: number) =>
  headers
    .map((name) => {
      const good: Record<string, string> = {
        customer_id: String(id),
        name: 'n',
        email: `m${id}@example.com`,
        credit_limit: '1.00',
        registered_at: '2024-01-01T00:00:00Z',
      };
      return cells[name] ?? good[name] ?? '';
    })
    .join(',');
const content = [
  headers.join(','),
  row({ name: MARKER.repeat(20) }, 1),
  row({ birthday: MARKER }, 2),
  row({ credit_limit: MARKER }, 3),
  row({ registered_at: MARKER }, 4),
  row({ email: `${MARKER} no address` }, 5),
  row({ notes: `${MARKER}"stray` }, 6),
  row({ customer_id: MARKER }, 7),
  `${row({}, 8)},${MARKER}`,
  row({ notes: MARKER }, 9),
].join('\n');

let harness: StackHarness;
beforeAll(async () => {
  harness = await createStackHarness();
});
afterAll(() => harness.close());

/** The lines of all logs, by file: of each importer process and of each function. */
function logs(): { file: string; line: string }[] {
  const folder = join(harness.directory, 'logs');
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ file, line })),
  );
}

describe('the logs of importer and functions', () => {
  let arn: string;
  beforeAll(async () => {
    arn = await harness.upload('bad\u0007file.csv', content);
    expect(await harness.end(arn)).toMatchObject({ status: 'FAILED', error: 'RowsRejected' });
    // A value that only the database refuses: its errors quote the row.
    await harness.sql.unsafe(
      `alter table customers add constraint no_marker check (name not like '%${MARKER}%')`,
    );
    const refused = await harness.upload(
      'refused.csv',
      `${headers.join(',')}\n${row({ name: MARKER }, 1)}\n`,
    );
    expect(await harness.end(refused)).toMatchObject({ status: 'FAILED', error: 'ConstraintViolated' });
  });

  it('hold nothing of any cell, which errors.csv and rows.csv do', async () => {
    const [report] = await harness.reports(arn);
    for (const key of [report!.rejects!.errorsKey, report!.rejects!.rowsKey]) {
      expect((await harness.result(key)).toString()).toContain(MARKER);
    }
    const lines = logs();
    expect(lines.length).toBeGreaterThan(8);
    expect(lines.filter(({ line }) => line.includes(MARKER))).toEqual([]);
  });

  it('nor do reports, notifications and the execution', async () => {
    const [reports, notifications] = [await harness.reports(arn), await harness.notifications()];
    expect(reports).not.toEqual([]);
    expect(JSON.stringify(reports)).not.toContain(MARKER);
    expect(notifications).not.toEqual([]);
    expect(JSON.stringify(notifications)).not.toContain(MARKER);
    expect(JSON.stringify(await harness.describe(arn))).not.toContain(MARKER);
  });

  it('are JSON, with import, run, upload and execution in every line, control characters made visible', () => {
    const lines = logs().map(({ file, line }) => ({
      file,
      ...(JSON.parse(line) as Record<string, unknown>),
    }));
    for (const line of lines) {
      expect(line).toMatchObject({
        import: 'customers',
        runId: expect.stringMatching(/^customers-[0-9a-f]{32}$/),
        executionArn: expect.stringMatching(/^arn:aws:states:/),
      });
    }
    const own = lines.filter(({ executionArn }: Record<string, unknown>) => executionArn === arn) as Record<
      string,
      unknown
    >[];
    // The importer, and each of the functions: ValidateUpload, ExplainFailure, ImportFailed.
    expect(new Set(own.map(({ file }) => file)).size).toBe(4);
    for (const line of own) {
      expect(line.upload).toMatch(/^s3:\/\/[\w-]+\/uploads\/customers\/bad\\u0007file\.csv$/);
    }
  });

  it('hold the metrics of the attempt and of the failure', () => {
    const lines = logs().map(({ line }) => JSON.parse(line) as Record<string, unknown>);
    const emitted = lines.filter((line) => '_aws' in line && line.executionArn === arn);
    expect(emitted).toHaveLength(2);
    expect(emitted.find((line) => 'Failures' in line)).toMatchObject({
      Failures: 1,
      blame: 'file',
      failure: 'RowsRejected',
      import: 'customers',
    });
    expect(emitted.find((line) => 'Attempts' in line)).toMatchObject({
      Attempts: 1,
      RowsRead: 9,
      RowsRejected: 8,
      RowsInserted: 0,
    });
  });
});
