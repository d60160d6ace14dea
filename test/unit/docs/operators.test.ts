import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { codesIn, readDoc, root, sectionOf } from '../../../docs/tools/markdown.ts';
import { commands } from '../../../operator/commands/all.ts';

const doc = readDoc('docs/operators.md');
const names = commands().map((command) => command.name());

/** The options that `--help` of a command lists. */
async function optionsOf(command: string): Promise<string[]> {
  const args = ['operator/main.ts', command, '--help'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect(stdout).toMatch(/^Exit codes: 0 .+, 1 .+, 64 wrong usage\.$/m);
  return [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option!);
}

describe('docs/operators.md', () => {
  it('has all commands, in the order of --help', async () => {
    expect([...doc.matchAll(/^## (\w+)$/gm)].map(([, name]) => name)).toEqual(names);
    const { stdout } = await promisify(execFile)(process.execPath, ['operator/main.ts', '--help'], {
      cwd: root,
    });
    expect([...stdout.matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name]) => name)).toEqual(names);
  });

  it.each(names)('%s: names only options that its --help lists', async (name) => {
    const section = sectionOf(doc, `## ${name}`);
    const shown = [...section.matchAll(/^\$ npm run ops -- (\w+)(.*)$/gm)];
    for (const [, command] of shown) expect(command).toBe(name);
    const commandLines = [
      ...codesIn(section.replace(/^```.*?^```$/gms, '')),
      ...shown.map(([, , args]) => args!),
    ];
    const named = commandLines.flatMap((code) => code.split(/\s+/)).filter((word) => /^--\w/.test(word));
    const options = await optionsOf(name);
    for (const option of named) expect(options).toContain(option);
  });
});
