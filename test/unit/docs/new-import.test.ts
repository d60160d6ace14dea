import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { codesIn, fencesOf, readDoc, root, sectionOf } from '../../../docs/tools/markdown.ts';
import { ROWS_READ } from '../../../new-import/command.ts';
import { describePlan } from '../../../new-import/describe-plan.ts';
import { ROWS_FOR_NOT_NULL } from '../../../new-import/infer-column.ts';
import { inferImport } from '../../../new-import/infer-import.ts';
import { openSample } from '../../../new-import/read-sample.ts';
import { missingLine } from '../../support/walk.ts';

const doc = readDoc('docs/new-import.md');

describe('docs/new-import.md', () => {
  it('shows what the command says of the sample', async () => {
    const [command, shown] = fencesOf(doc);
    const [, file, name] = /-- (\S+) --name (\S+)$/m.exec(command!.content)!;
    const path = join(root, file!);
    const sample = await openSample(path, statSync(path).size);
    const plan = await inferImport(path, sample, ROWS_READ, { name: name! });
    const said = describePlan(file!, plan).map((line) => stripVTControlCharacters(line));
    expect(missingLine(shown!.content.trimEnd().split('\n'), said.join('\n'))).toBe(null);
  });

  it('explains each option', () => {
    const help = execFileSync(process.execPath, ['local/main.ts', 'new-import', '--help'], {
      cwd: root,
      encoding: 'utf8',
    });
    const options = [...help.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option);
    const named = codesIn(sectionOf(doc, '## Options')).filter((code) => code.startsWith('--'));
    expect(named.toSorted()).toEqual(options.toSorted());
  });

  it('tells the numbers as they are', () => {
    expect(doc).toContain(`the first ${ROWS_READ.toLocaleString('en')} rows`);
    expect(doc).toContain(`in at least ${ROWS_FOR_NOT_NULL.toLocaleString('en')} rows`);
  });
});
