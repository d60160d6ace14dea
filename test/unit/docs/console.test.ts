import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeCause } from '../../../contract/failure-cause.ts';
import { stateNames } from '../../../contract/workflow-data.ts';
import { drawConsolePictures } from '../../../docs/tools/console-pictures.ts';
import { codesIn, fencesOf, readDoc, root, sectionOf, tableOf } from '../../../docs/tools/markdown.ts';
import { histories } from '../../events/histories.ts';

const doc = readDoc('docs/console.md');

let pictures: Record<string, string>;
beforeAll(async () => {
  pictures = await drawConsolePictures();
});

describe('docs/console.md', () => {
  it('has pictures that are current: else `node docs/tools/write-tables.ts`', () => {
    for (const [file, picture] of Object.entries(pictures)) expect(readDoc(file), file).toBe(picture);
  });

  it('shows each of them once, and there are no others', () => {
    const shown = [...doc.matchAll(/^!\[[^\]]+\]\((.+)\)$/gm)].map(([, file]) => `docs/${file}`);
    expect(shown.toSorted()).toEqual(Object.keys(pictures).toSorted());
    expect(readdirSync(join(root, 'docs/console')).map((name) => `docs/console/${name}`)).toEqual(
      shown.toSorted(),
    );
    expect(shown).toHaveLength(histories.length);
  });

  it('tells what every state is for', () => {
    const told = tableOf(sectionOf(doc, '## It succeeded')).map(([state]) => codesIn(state!)[0]!);
    expect(told.toSorted()).toEqual(Object.values(stateNames).toSorted());
  });

  it('names the fields that the cause’s last line has', () => {
    const [, fields] = /last line of `errorMessage` is JSON: (.*?) \(`contract/s.exec(doc)!;
    const details = {
      failure: 'RowsRejected',
      blame: 'file',
      retryable: false,
      import: 'customers',
      runId: null,
      upload: null,
      links: { execution: null, log: null, report: null, rejectedRows: null, rejectErrors: null },
    } as const;
    const last = JSON.parse(writeCause('text', details).split('\n').at(-1)!);
    expect(codesIn(fields!)).toEqual(Object.keys(last));
    const [shown] = fencesOf(doc).filter(({ info }) => info === 'console');
    expect(shown!.content).toContain(String.raw`\n{\"failure\":\"RowsRejected\",\"blame\":\"file\",`);
  });
});
