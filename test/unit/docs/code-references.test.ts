import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { readDoc, root } from '../../../docs/tools/markdown.ts';

const sources = globSync('*/**/*.{ts,tsx}', { cwd: root, exclude: ['{node_modules,dist,cdk.out}/**'] });

it('comments and messages in the code refer only to docs that exist', () => {
  expect(sources.length).toBeGreaterThan(100);
  const broken = sources.flatMap((name) =>
    [...readDoc(name).matchAll(/(?<![\w/.-])[\w/.-]+\.md\b/g)]
      .map(([doc]) => doc)
      .filter((doc) => ![root, join(root, dirname(name))].some((from) => existsSync(join(from, doc))))
      .map((doc) => `${name}: ${doc}`),
  );
  expect(broken).toEqual([]);
});
