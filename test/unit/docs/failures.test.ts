import { describe, expect, it } from 'vitest';
import { type FailureName, failureKind, failureNames } from '../../../contract/failures.ts';
import { rejectCodes } from '../../../contract/reject-codes.ts';
import { codesIn, readDoc, sectionOf, tableOf } from '../../../docs/tools/markdown.ts';
import { writeTables } from '../../../docs/tools/tables.ts';

const doc = readDoc('docs/failures.md');
const sections: [heading: string, belongs: (name: FailureName) => boolean][] = [
  ['## Problem with the file', (name) => failureKind(name).blame === 'file'],
  [
    '## Problem with the system that may pass',
    (name) => failureKind(name).blame === 'system' && failureKind(name).retryable,
  ],
  [
    '## Problem with the system that needs a change',
    (name) => failureKind(name).blame === 'system' && !failureKind(name).retryable,
  ],
];
const rowsOf = (heading: string) =>
  tableOf(sectionOf(doc, heading)).map(([name, ...cells]) => [codesIn(name!)[0]!, ...cells]);

describe('docs/failures.md', () => {
  it('is as the code has it; else run `node docs/tools/write-tables.ts`', () => {
    expect(writeTables(doc)).toBe(doc);
  });

  it.each(sections)('%s: lists its failures in the order of the catalogue', (heading, belongs) => {
    expect(rowsOf(heading).map(([name]) => name)).toEqual(failureNames.filter(belongs));
  });

  it.each(failureNames)('explains %s, and what to do', (name) => {
    const row = sections.flatMap(([heading]) => rowsOf(heading)).find(([each]) => each === name)!;
    const [, exitCode, happened, advice] = row;
    expect(exitCode).toBe(String(failureKind(name).exitCode ?? '–'));
    expect(happened!.length).toBeGreaterThan(50);
    expect(advice).toBe(failureKind(name).advice);
  });

  it('lists every reject code with its reason', () => {
    const rows = tableOf(sectionOf(doc, '## Reject codes'));
    expect(rows.map(([code, reason]) => [codesIn(code!)[0], reason])).toEqual(Object.entries(rejectCodes));
  });
});
