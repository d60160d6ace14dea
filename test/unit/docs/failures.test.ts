import { describe, expect, it } from 'vitest';
import { failureKind, failureNames } from '../../../contract/failures.ts';
import { rejectCodes } from '../../../contract/reject-codes.ts';
import { codesIn, readDoc, sectionOf, tableOf } from '../../../docs/tools/markdown.ts';
import { writeTables } from '../../../docs/tools/tables.ts';

const doc = readDoc('docs/failures.md');

describe('docs/failures.md', () => {
  it('is as the code has it; else run `node docs/tools/write-tables.ts`', () => {
    expect(writeTables(doc)).toBe(doc);
  });

  it('lists every failure with its blame, whether it is retried, and its exit code', () => {
    const listed = tableOf(doc).flatMap(([blame, retried, exitCode, links]) =>
      [...links!.matchAll(/\[(\w+)\]\(#(\w+)\)/g)].map(([, name]) => [name, blame, retried, exitCode]),
    );
    const facts = failureNames.map((name) => {
      const { blame, retryable, exitCode } = failureKind(name);
      return [name, blame, retryable ? 'yes' : 'no', exitCode === null ? '–' : `${exitCode}`];
    });
    expect(listed.toSorted()).toEqual(facts.toSorted());
  });

  it.each(failureNames)('explains %s, and what to do', (name) => {
    const section = sectionOf(doc, `### ${name}`).replaceAll('\n', ' ');
    const [meaning, advice] = section.split('**What to do:**');
    expect(meaning!.trim().length).toBeGreaterThan(50);
    expect(advice!.trim()).toBe(failureKind(name).advice);
  });

  it('has its sections in the order of the list, each under its blame', () => {
    const parts: [string, (name: (typeof failureNames)[number]) => boolean][] = [
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
    for (const [heading, belongs] of parts) {
      const names = [...sectionOf(doc, heading).matchAll(/^### (\w+)$/gm)].map((match) => match[1]);
      expect(names).toEqual(failureNames.filter(belongs));
    }
  });

  it('lists every reject code with its reason', () => {
    const rows = tableOf(sectionOf(doc, '## Reject codes'));
    expect(rows.map(([code, reason]) => [codesIn(code!)[0], reason])).toEqual(Object.entries(rejectCodes));
  });
});
