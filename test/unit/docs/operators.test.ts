import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { codesIn, readDoc, root, sectionOf, tableOf } from '../../../docs/tools/markdown.ts';
import { commands } from '../../../operator/commands/all.ts';

const doc = readDoc('docs/operators.md');
const names = commands().map((command) => command.name());

/** The options that `--help` of a command tells, as it writes them; without `--help` itself. */
async function optionsOf(command: string): Promise<string[]> {
  const args = ['operator/main.ts', command, '--help'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect(stdout).toMatch(/^Exit codes: 0 .+, 1 .+, 64 wrong usage\.$/m);
  return [...stdout.matchAll(/^ {2}((?:-\w, )?--[\w-]+(?: <[\w-]+>)?)/gm)]
    .map(([, flags]) => flags!)
    .filter((flags) => flags !== '-h, --help');
}

const firstCodes = (text: string) => tableOf(text).map(([option]) => codesIn(option!)[0]!);
const common = firstCodes(doc.slice(doc.indexOf('**Options of every command**')));

describe('docs/operators.md', () => {
  it('has all commands, in the order of --help', async () => {
    expect([...doc.matchAll(/^## (\w+)$/gm)].map(([, name]) => name)).toEqual(names);
    const { stdout } = await promisify(execFile)(process.execPath, ['operator/main.ts', '--help'], {
      cwd: root,
    });
    expect([...stdout.matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name]) => name)).toEqual(names);
  });

  it.each(names)('%s has the options of its --help, and no others', async (name) => {
    const section = sectionOf(doc, `## ${name}`);
    const own = section.includes('\n| option |') ? firstCodes(section) : [];
    expect([...common, ...own].toSorted()).toEqual((await optionsOf(name)).toSorted());
  });

  it.each(names)('%s shows a run, with options that there are', (name) => {
    const section = sectionOf(doc, `## ${name}`);
    const [, args] = new RegExp(`^\\$ npm run ops -- ${name}(.*)$`, 'm').exec(section)!;
    const command = commands().find((each) => each.name() === name)!;
    const known = command.options.map(({ long }) => long);
    for (const word of args!.split(' ').filter((each) => each.startsWith('--')))
      expect(known).toContain(word);
  });
});
