import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { codesIn, fencesOf, readDoc, root, sectionOf, tableOf } from '../../../docs/tools/markdown.ts';
import { readConfig } from '../../../infra/config.ts';
import { runStatuses } from '../../../task/ledger/schema.ts';
import { makeStack } from '../../infra/make-stack.ts';

const doc = readDoc('docs/integrate.md');
const fences = fencesOf(doc);
const sampleFiles = readdirSync(join(root, 'samples/web-application'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|js|html)$/.test(name))
  .map((name) => `samples/web-application/${name}`);

describe('docs/integrate.md', () => {
  const excerpts = fences.filter(({ info }) => ['ts', 'sql'].includes(info));

  it.each(excerpts.map(({ info, content }) => [info, content.split('\n')[0], content] as const))(
    'shows code as it stands in the sample: %s %s',
    (info, _, content) => {
      const sources =
        info === 'sql'
          ? ['docs/application-user.sql']
          : sampleFiles.filter((name) => name.endsWith(`.${info}`));
      const holders = sources.filter((name) => readFileSync(join(root, name), 'utf8').includes(content));
      expect(holders).toHaveLength(1);
    },
  );

  it('has excerpts, and names every file of the sample but those that nobody copies', () => {
    expect(excerpts.length).toBeGreaterThan(2);
    const named = codesIn(doc).filter((code) => code.startsWith('samples/web-application/'));
    const unnamed = sampleFiles.filter((name) => !named.includes(name));
    expect(unnamed.map((name) => name.split('/').at(-1)).toSorted()).toEqual([
      'index.html',
      'local-stack.ts',
      'main.ts',
    ]);
  });

  it('names commands that there are', () => {
    const { scripts } = JSON.parse(readDoc('package.json')) as { scripts: Record<string, string> };
    const commands = [...doc.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!);
    expect(commands).toContain('sample:web-application');
    for (const name of commands) expect(Object.keys(scripts)).toContain(name);
  });

  it('gives an existing bucket the rule that the stack gives its own', async () => {
    const [setting, rules] = fencesOf(sectionOf(doc, '### CORS')).map(({ content }) => JSON.parse(content));
    expect(() => readConfig(setting)).not.toThrow();
    const { stack } = await makeStack({ config: setting.csvImport });
    const [made] = Object.values(Template.fromStack(stack).findResources('AWS::S3::Bucket')).flatMap(
      ({ Properties }) => Properties.CorsConfiguration?.CorsRules ?? [],
    );
    const { ExposedHeaders: ExposeHeaders, MaxAge: MaxAgeSeconds, ...rest } = made;
    expect(rules).toEqual({ CORSRules: [{ ...rest, ExposeHeaders, MaxAgeSeconds }] });
  });

  it('says what each status means, and to the sample’s users', () => {
    const rows = tableOf(sectionOf(doc, '## Progress and outcome'));
    const statuses = new Set(rows.flatMap(([answer]) => codesIn(answer!).slice(0, 1)));
    expect([...statuses]).toEqual([...runStatuses]);
    const told = new Set(rows.map(([, , state]) => codesIn(state!)[0]));
    const known = /state: ('.*);/.exec(readDoc('samples/web-application/upload-status.ts'))![1]!;
    expect([...told].map((state) => `'${state}'`).toSorted()).toEqual(known.split(' | ').toSorted());
  });

  it('gives the application’s role what the sample sends, and nothing else', () => {
    const policy = JSON.parse(fencesOf(sectionOf(doc, '## Who may do what'))[0]!.content) as {
      Statement: { Action: string }[];
    };
    const sources = sampleFiles.map((name) => readFileSync(join(root, name), 'utf8')).join('\n');
    const sent = new Set([...sources.matchAll(/new (\w+)Command\(/g)].map(([, name]) => `s3:${name}`));
    expect(policy.Statement.map(({ Action }) => Action).toSorted()).toEqual([...sent].toSorted());
  });
});
