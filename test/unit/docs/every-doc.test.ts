import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listSettings } from '../../../infra/settings.ts';
import { codesIn, readDoc, root } from './markdown.ts';

const docs = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const everywhere = [...docs, 'README.md', 'CONTRIBUTING.md', 'local/BEHAVIOUR.md'];

describe('every doc', () => {
  it.each(everywhere)(
    '%s has lines of at most 120 characters, but for tables and what commands print',
    (name) => {
      const tooLong = readDoc(name)
        .replace(/^```console$.*?^```$/gms, '')
        .split('\n')
        .filter((line) => !line.startsWith('|') && [...line].length > 120);
      expect(tooLong).toEqual([]);
    },
  );

  it.each(everywhere)('%s refers only to files that are there', (name) => {
    const paths = codesIn(readDoc(name).replace(/^```.*?^```$/gms, '')).filter((code) =>
      /^(bench|contract|docs|handlers|imports|infra|local|operator|samples|statemachine|task|test)\/[\w/.-]+\.\w+$/.test(
        code,
      ),
    );
    const examples = ['imports/orders.ts'];
    const missing = paths
      .filter((path) => !examples.includes(path))
      .filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });

  it.each(everywhere)('%s speaks only of settings that there are', (name) => {
    const known = ['environments', ...listSettings()];
    const unknown = [...readDoc(name).matchAll(/\bcsvImport\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g)]
      .map(([, setting]) => setting!)
      .filter((setting) => !known.some((each) => each === setting || each.startsWith(`${setting}.`)));
    expect(unknown).toEqual([]);
  });

  it('is named by the README, or by a doc that is', () => {
    const texts = ['README.md', ...docs].map(readDoc).join('\n');
    const isNamed = (name: string) =>
      texts.includes(name) || texts.includes(`](${name.slice('docs/'.length)}`);
    expect(docs.filter((name) => !isNamed(name))).toEqual([]);
  });
});
