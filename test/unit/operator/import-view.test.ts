import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../../contract/report.ts';
import { createImportView, describeProgress } from '../../../operator/import-view.ts';

const progress: Progress = {
  runId: 'r',
  attempt: 'a',
  phase: 'loading',
  rowsRead: 50_000,
  rowsRejected: 0,
  emptyRows: 0,
  bytesRead: 4_000_000,
  bytesTotal: 10_000_000,
  startedAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:02.000Z',
};

function record(options: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  const view = createImportView({ ...options, write: (text) => written.push(text) });
  return { view, text: () => written.join('') };
}

describe('how far an import is', () => {
  it('is told in rows, rows per second, bytes and the time left', () => {
    expect(describeProgress(progress)).toBe(
      'loading · 50,000 rows · 25,000 rows/s · 4.0 of 10.0 MB · 3 s left',
    );
  });

  it('names rejects, and no time left where none is known', () => {
    expect(describeProgress({ ...progress, rowsRejected: 1200 })).toContain('1,200 rejected');
    expect(describeProgress({ ...progress, bytesRead: 0, rowsRead: 0 })).toBe(
      'loading · 0 rows · 0.0 of 10.0 MB',
    );
    expect(describeProgress({ ...progress, phase: 'merging', bytesRead: 10_000_000 })).not.toContain('left');
  });
});

describe('a terminal', () => {
  it('shows each state, and one line with a bar that is drawn again in its place', () => {
    const { view, text } = record({ isTTY: true, columns: 100 });
    view.uploaded('uploads/customers/a.csv');
    view.state('ValidateUpload');
    view.progress(progress);
    view.state('RunImporter');
    view.progress(progress);
    view.progress({ ...progress, bytesRead: 10_000_000, phase: 'merging' });
    view.state('ReadReport');
    view.end();
    const drawn = stripVTControlCharacters(text())
      .split('\n')
      .map((line) => line.split('\r').filter((part) => part !== ''));
    expect(drawn).toEqual([
      ['◇ uploaded as uploads/customers/a.csv'],
      ['◇ ValidateUpload'],
      ['◇ RunImporter'],
      [
        '░░░░░░░░░░░░░░░░░░░░░░░░  starting',
        '█████████░░░░░░░░░░░░░░░  loading · 50,000 rows · 25,000 rows/s · 4.0 of 10.0 MB · 3 s left',
        '████████████████████████  merging · 50,000 rows · 10.0 of 10.0 MB',
      ],
      ['◇ ReadReport'],
      [],
    ]);
  });

  it.each([0, 20, 60, 80, 200])('is never written over its edge: %i columns', (columns) => {
    const { view, text } = record({ isTTY: true, columns });
    view.state('RunImporter');
    view.progress({ ...progress, rowsRead: 123_456_789, rowsRejected: 1234 });
    const [, ...drawn] = stripVTControlCharacters(text()).split('\n').at(-1)!.split('\r');
    expect(drawn).toHaveLength(2);
    // 0: a terminal that does not tell, taken for one of 80.
    for (const line of drawn) expect(line.length).toBeLessThan(columns || 80);
  });

  it('says what goes on while nothing is told', () => {
    const written: string[] = [];
    const output = { isTTY: true, columns: 80, write: (text: string) => written.push(text) };
    createImportView(output, 'running').state('RunImporter');
    expect(stripVTControlCharacters(written.at(-1)!)).toMatch(/░ {2}running$/);
  });

  it('is left clean where the importer never told anything', () => {
    const { view, text } = record({ isTTY: true, columns: 80 });
    view.state('RunImporter');
    view.state('ExplainFailure');
    expect(text().split('starting')[1]).toMatch(/^\r.\[2K.*ExplainFailure.*\n$/);
  });
});

describe('a file or a pipe', () => {
  it('gets plain lines, progress now and then and the last of it', () => {
    const { view, text } = record({ isTTY: false });
    view.uploaded('k');
    view.state('RunImporter');
    view.progress(progress);
    view.progress({ ...progress, rowsRead: 60_000 });
    const done: Progress = { ...progress, phase: 'done', rowsRead: 100_000 };
    view.progress(done);
    view.progress(done);
    view.state('ReadReport');
    view.end();
    expect(text().split('\n')).toEqual([
      'uploaded as k',
      'RunImporter',
      `  ${describeProgress(progress)}`,
      `  ${describeProgress(done)}`,
      'ReadReport',
      '',
    ]);
  });
});
