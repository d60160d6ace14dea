import { beforeAll, expect, it } from 'vitest';
import { codesIn, readDoc, sectionOf, tableOf } from '../../../docs/tools/markdown.ts';
import { makeStack } from '../../infra/make-stack.ts';

const doc = readDoc('docs/operations.md');
const words: Record<string, RegExp> = {
  Retain: /^stays$/,
  Snapshot: /^is deleted after a last snapshot, which stays$/,
  Delete: /^is deleted(;| with |$)/,
};

interface Resource {
  Type: string;
  DeletionPolicy?: string;
}
let resources: Resource[];
beforeAll(async () => {
  resources = Object.values((await makeStack()).template.toJSON().Resources);
});

it('docs/operations.md says what becomes of everything that is stored when the stack is removed', () => {
  const rows = tableOf(sectionOf(doc, '## Remove the stack and keep the data'));
  for (const [cell, told] of rows) {
    const [type] = codesIn(cell!);
    const policies = new Set(
      resources.filter(({ Type }) => Type === type).map((each) => each.DeletionPolicy),
    );
    expect([type, policies.size]).toEqual([type, 1]);
    expect(told).toMatch(words[[...policies][0]!]!);
  }
  // CDK gives a policy to what holds something.
  const holding = new Set(resources.filter(({ DeletionPolicy }) => DeletionPolicy).map(({ Type }) => Type));
  expect(rows.map(([cell]) => codesIn(cell!)[0]!).toSorted()).toEqual([...holding].toSorted());
});
