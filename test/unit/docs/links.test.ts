import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, readDoc, root } from './markdown.ts';

const docs = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);

/** The targets of links and pictures, but for those on the web. */
function linksIn(text: string): string[] {
  const prose = text.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^https?:/.test(target));
}

describe('links', () => {
  it.each([...docs, 'README.md', 'CONTRIBUTING.md', 'local/BEHAVIOUR.md'])(
    '%s links only files and headings that exist',
    (name) => {
      const broken = linksIn(readDoc(name)).filter((target) => {
        const [path, anchor] = target.split('#');
        const file = path === '' ? name : join(dirname(name), path!);
        if (!existsSync(join(root, file))) return true;
        return anchor !== undefined && !anchorsOf(readDoc(file)).includes(anchor);
      });
      expect(broken).toEqual([]);
    },
  );

  it('of headings are as GitHub makes them', () => {
    const text = '# One\n```sh\n# not a heading\n```\n## Full, or `out` of it?\n### It’s\n## One\n';
    expect(anchorsOf(text)).toEqual(['one', 'full-or-out-of-it', 'its', 'one-1']);
  });
});
