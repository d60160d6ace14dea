import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Config, readConfig } from '../../../infra/config.ts';
import { makeStack } from '../../infra/make-stack.ts';
import { codesIn, fencesOf, readDoc, root, sectionOf, tableOf } from './markdown.ts';

const doc = readDoc('docs/deploy.md');

describe('docs/deploy.md: configuration', () => {
  const rows = tableOf(sectionOf(doc, '## Configuration'));
  const names = rows.map(([field]) => codesIn(field!)[0]! as keyof Config);

  it('lists all fields, in their order', () => {
    let known = '';
    try {
      readConfig({ unknown: true });
    } catch (error) {
      known = /there are (.*)$/.exec((error as Error).message)![1]!;
    }
    expect(names).toEqual(known.split(', '));
  });

  it('tells their defaults', () => {
    const defaults = readConfig(undefined);
    for (const [index, [, value]] of rows.entries()) {
      const [code] = codesIn(value!);
      const told = value === 'none' ? undefined : JSON.parse(code!);
      expect([names[index], told]).toEqual([names[index], defaults[names[index]!]]);
    }
  });

  it.each([
    ['importTimeoutMinutes', 1, 10080],
    ['maxAttempts', 1, 10],
    ['resultRetentionDays', 14, 3650],
    ['databaseMaxCapacity', 1, 256],
  ])('tells the limits of %s', (field, least, most) => {
    expect(() => readConfig({ [field]: least })).not.toThrow();
    expect(() => readConfig({ [field]: most })).not.toThrow();
    expect(() => readConfig({ [field]: least - 1 })).toThrow(`field "${field}"`);
  });

  it('shows a command line that is valid', () => {
    const [command] = fencesOf(sectionOf(doc, '## Configuration'));
    const json = /csvImport='(.*)'/.exec(command!.content)![1]!;
    expect(readConfig(json)).toMatchObject(JSON.parse(json));
  });
});

describe('docs/deploy.md: the stack', () => {
  let template: { Resources: Record<string, { Type: string }>; Outputs: Record<string, unknown> };
  beforeAll(async () => {
    template = (await makeStack()).template.toJSON() as typeof template;
  });

  it('lists every type of resource, once', () => {
    const listed = tableOf(sectionOf(doc, '## What is created')).flatMap(([types]) => codesIn(types!));
    const created = new Set(Object.values(template.Resources).map(({ Type }) => Type));
    expect(listed.toSorted()).toEqual([...created].toSorted());
  });

  it('lists every output', () => {
    const listed = tableOf(sectionOf(doc, '## Deploy')).map(([output]) => codesIn(output!)[0]);
    expect(listed).toEqual(Object.keys(template.Outputs));
  });
});

describe('docs/deploy.md: operators', () => {
  it('may do what the operator’s commands do', () => {
    const policy = JSON.parse(fencesOf(sectionOf(doc, '## Operators'))[0]!.content) as {
      Statement: { Action: string | string[] }[];
    };
    const allowed = policy.Statement.flatMap(({ Action }) => Action).filter((action) =>
      action.startsWith('states:'),
    );
    const sources = ['redrive.ts', 'follow-execution.ts', 'connection.ts'].map((file) =>
      readFileSync(join(root, 'operator', file), 'utf8'),
    );
    const sent = [...sources.join('\n').matchAll(/new (\w+)Command\(/g)].map((match) => `states:${match[1]}`);
    expect([...new Set(sent)].toSorted()).toEqual(allowed.toSorted());
  });

  it('have the options that are named', async () => {
    const options = codesIn(sectionOf(doc, '## Operators'))
      .flatMap((code) => code.split(' '))
      .filter((word) => /^--\w/.test(word));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['operator/main.ts', 'redrive', '--help'],
      {
        cwd: root,
      },
    );
    expect(options).toEqual(expect.arrayContaining(['--aws', '--last', '--state-machine']));
    for (const option of options) expect(stdout).toContain(option);
  });
});
