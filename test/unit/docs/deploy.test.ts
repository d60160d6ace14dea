import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { codesIn, fencesOf, readDoc, root, sectionOf, tableOf } from '../../../docs/tools/markdown.ts';
import { type Config, readConfig } from '../../../infra/config.ts';
import { listSettings } from '../../../infra/settings.ts';
import { existingEverything } from '../../infra/configurations.ts';
import { makeStack } from '../../infra/make-stack.ts';
import { statementsOf } from '../../infra/policies.ts';

const doc = readDoc('docs/deploy.md');

describe('docs/deploy.md: configuration', () => {
  const section = sectionOf(doc, '## Configuration');
  const rows = tableOf(section);
  const names = rows.map(([setting]) => codesIn(setting!)[0]!);

  it('lists all settings, in their order', () => {
    expect(names).toEqual(listSettings());
  });

  it('tells their defaults, and those for dev', () => {
    const production = readConfig({});
    const dev = readConfig({ environment: 'dev' });
    for (const [index, [, common, own]] of rows.entries()) {
      const name = names[index]!;
      const told = common === 'none' ? undefined : JSON.parse(codesIn(common!)[0]!);
      expect([name, told]).toEqual([name, settingOf(production, name)]);
      const forDev = own === '' ? told : JSON.parse(codesIn(own!)[0]!);
      expect([name, forDev]).toEqual([name, settingOf(dev, name)]);
    }
  });

  it('tells the limits of numbers', () => {
    const limits = rows.flatMap(([setting, , , text]) => {
      const [, least, most] = /(\d+) to (\d+)/.exec(text!) ?? [];
      return least === undefined
        ? []
        : [{ name: codesIn(setting!)[0]!, least: Number(least), most: Number(most) }];
    });
    expect(limits.length).toBeGreaterThan(5);
    const read = (name: string, value: number) => readConfig({ [`csvImport.${name}`]: value });
    for (const { name, least, most } of limits) {
      const refused = `setting "${name}"`;
      expect(() => read(name, least - 1), `${name} ${least - 1}`).toThrow(refused);
      expect(() => read(name, most + 1), `${name} ${most + 1}`).toThrow(refused);
      for (const value of [least, most]) {
        // Others may have to change with it, but the value itself is fine.
        const message = messageOf(() => read(name, value));
        expect([name, value, message.includes(refused)]).toEqual([name, value, false]);
      }
    }
  });

  it('shows settings that are valid, in the file and on the command line', () => {
    const [file, command] = fencesOf(section);
    const { csvImport } = JSON.parse(file!.content);
    for (const environment of ['dev', 'prod'])
      expect(() => readConfig({ csvImport, environment })).not.toThrow();
    const context = [...command!.content.matchAll(/-c ([\w.]+)=('.*?'|\S+)/g)].map(
      ([, key, value]) => [key!, value!.replace(/^'|'$/g, '')] as const,
    );
    expect(context.length).toBe(3);
    expect(readConfig(Object.fromEntries(context))).toMatchObject({
      stackName: 'CsvImport-dev',
      task: { cpu: 2048 },
      notifications: { emails: ['me@example.com'] },
    });
    const [, json] = /-c csvImport='(.*?)'/.exec(section)!;
    expect(readConfig({ csvImport: json })).toMatchObject(JSON.parse(json!));
  });
});

function settingOf(config: Config, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], config);
}

function messageOf(action: () => unknown): string {
  try {
    action();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

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

describe('docs/deploy.md: existing resources', () => {
  const bucketSection = sectionOf(doc, '### An existing upload bucket').replace(/^ {3}/gm, '');
  const [switchOn] = fencesOf(bucketSection);
  const policies = ['docs/upload-bucket-policy.json', 'docs/upload-key-policy.json'].map(
    (name) => JSON.parse(readDoc(name)) as { Statement: { Action: string | string[] }[] },
  );
  let template: Template;
  beforeAll(async () => {
    template = (await makeStack({ config: existingEverything })).template;
  });

  it('allow in the bucket’s and the key’s policy what the roles ask for', () => {
    const written = policies.flatMap(({ Statement }) => Statement);
    const asked = statementsOf(template, /^FunctionsValidateUpload/).filter(({ Action }) =>
      /^(s3|kms):/.test([Action].flat()[0]!),
    );
    expect(written.map(({ Action }) => Action)).toEqual(asked.map(({ Action }) => Action));
  });

  it('name outputs that there are', async () => {
    const outputs = [template, (await makeStack()).template].flatMap((each) =>
      Object.keys(each.findOutputs('*')),
    );
    const texts = [doc, readDoc('docs/operator-look-policy.json'), readDoc('docs/operator-act-policy.json')];
    const named = [...texts.join('\n').matchAll(/<([A-Z]\w+)>/g)].map((match) => match[1]!);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !outputs.includes(name))).toEqual([]);
  });

  const others = { LambdaFunctionConfigurations: [{ Id: 'somebody', LambdaFunctionArn: 'arn:x' }] };
  it.each([
    ['beside other notifications', JSON.stringify(others), { ...others, EventBridgeConfiguration: {} }],
    ['where there are none', '', { EventBridgeConfiguration: {} }],
    ['but nothing at all where the present ones cannot be read', null, null],
  ])('switch on EventBridge by the command that is shown, %s', async (_, before, after) => {
    const folder = await mkdtemp(join(tmpdir(), 'csv-import-notifications-'));
    const answer = before === null ? 'exit 254' : `printf '%s' '${before}'`;
    await writeFile(
      join(folder, 'aws'),
      `#!/bin/sh\ncase "$2" in\nget-*) ${answer} ;;\nput-*) cp "\${6#file://}" put.json ;;\nesac\n`,
      { mode: 0o755 },
    );
    const command = switchOn!.content.replaceAll('<UploadBucketName>', 'uploads');
    await promisify(execFile)('sh', ['-c', command], {
      cwd: folder,
      env: { PATH: [folder, dirname(process.execPath), process.env.PATH].join(delimiter) },
    }).catch(() => {});
    const put = await readFile(join(folder, 'put.json'), 'utf8').catch(() => 'null');
    await rm(folder, { recursive: true, force: true });
    expect(JSON.parse(put)).toEqual(after);
  });
});

describe('docs/deploy.md: operators', () => {
  it('may do what the operator’s commands do', () => {
    const policies = ['docs/operator-look-policy.json', 'docs/operator-act-policy.json'].map(
      (name) => JSON.parse(readDoc(name)) as { Statement: { Action: string | string[] }[] },
    );
    const allowed = policies
      .flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action))
      .filter((action) => /^(states|events|logs):/.test(action));
    const files = readdirSync(join(root, 'operator'), { recursive: true, encoding: 'utf8' });
    const sources = files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(root, 'operator', file), 'utf8'));
    const sent = sources.flatMap((source) => {
      const service = source.includes('@aws-sdk/client-eventbridge')
        ? 'events'
        : source.includes('@aws-sdk/client-cloudwatch-logs')
          ? 'logs'
          : 'states';
      return (
        [...source.matchAll(/(?:new (\w+)Command|paginate(\w+))\(/g)]
          .map(([, command, paginated]) => command ?? paginated!)
          // S3's, which are allowed under other names.
          .filter((operation) => !/Object(sV2)?$|^GetBucket/.test(operation))
          .map((operation) => `${service}:${operation}`)
      );
    });
    expect([...new Set(sent)].toSorted()).toEqual(allowed.toSorted());
  });

  it('have the options that are named', async () => {
    const options = codesIn(sectionOf(doc, '## Operators'))
      .flatMap((code) => code.split(' '))
      .filter((word) => /^--\w/.test(word) && word !== '--read-only');
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
