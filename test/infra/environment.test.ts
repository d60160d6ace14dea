import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BundleContents,
  bundleFunctions,
  bundleImporter,
  type FunctionName,
  functionNames,
} from '../../infra/bundles.ts';
import { projectFolder } from '../../infra/project-context.ts';
import { existingEverything } from './configurations.ts';
import { definitionOf, makeStack } from './make-stack.ts';

// What code reads of its environment is found in the sources that its bundle is made of, what it is given in the
// template: a variable that is missing on one side shows up here, not as a failure in somebody's account.

/** Read by the code but not set by the template, each with the reason why it is there all the same. */
const setElsewhere: Record<string, string> = {
  ECS_CONTAINER_METADATA_URI_V4: 'ECS itself sets it in every container on Fargate.',
  SMALL_UPLOAD_BYTES: 'Set where the stack takes small uploads; without it none is small.',
  DATABASE_IAM_USER: 'Set for the function of small uploads, which shares the importer’s sources.',
  DATABASE_URL: 'The local stack and the tests set it; on AWS, ECS hands over DATABASE_SECRET instead.',
};

/** The contract's schemas describe what the importer is given; a function that imports the file does not read them. */
const importersContract = 'contract/environment.ts';

interface Part {
  /** Variables that the project's own sources read. */
  read: string[];
  /** Variables that the template sets. */
  set: string[];
  /** The bundle's text, libraries included. */
  bundle: string;
}
const parts = {} as Record<FunctionName | 'importer', Part>;
const folder = mkdtempSync(join(tmpdir(), 'csv-import-environment-'));
const sources = new Map<string, string>();

beforeAll(async () => {
  const functions = bundleFunctions(join(folder, 'functions'));
  const importer = bundleImporter(join(folder, 'importer'));
  const { template } = await makeStack();

  for (const name of functionNames) {
    const id = `Functions${name.replace(/(^|-)(\w)/g, (_, _hyphen, letter) => letter.toUpperCase())}`;
    const [[, resource], ...others] = Object.entries(template.findResources('AWS::Lambda::Function')).filter(
      ([logicalId]) => new RegExp(`^${id}[0-9A-F]{8}$`).test(logicalId),
    ) as [[string, { Properties: { Environment?: { Variables: object } } }]];
    expect(others).toEqual([]);
    parts[name] = {
      read: readBy(sourcesOf(functions, `${name}/index.mjs`).filter((path) => path !== importersContract)),
      set: Object.keys(resource.Properties.Environment?.Variables ?? {}),
      bundle: readFileSync(join(folder, 'functions', name, 'index.mjs'), 'utf8'),
    };
  }

  // Some are set only where the database exists already.
  const { template: existing } = await makeStack({ config: existingEverything });
  const given = [template, existing].flatMap(setInContainer);
  const { Overrides } = definitionOf(template).States.RunImporter!.Parameters as unknown as {
    Overrides: { ContainerOverrides: [{ Environment: { Name: string }[] }] };
  };
  parts.importer = {
    read: readBy(sourcesOf(importer, 'main.mjs')),
    set: [...new Set(given), ...Overrides.ContainerOverrides[0].Environment.map(({ Name }) => Name)],
    bundle: readFileSync(join(folder, 'importer', 'main.mjs'), 'utf8'),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('environment variables', () => {
  it.each([...functionNames, 'importer'] as const)('of %s: what it reads is set', (name) => {
    const { read, set } = parts[name];
    expect(read.filter((variable) => !set.includes(variable) && !(variable in setElsewhere))).toEqual([]);
  });

  it.each([...functionNames, 'importer'] as const)('of %s: what is set is read', (name) => {
    const { read, set, bundle } = parts[name];
    // Those of AWS's libraries are read by the libraries.
    const byLibraries = (variable: string) =>
      /^(AWS|POWERTOOLS)_/.test(variable) && bundle.includes(variable);
    expect(set.filter((variable) => !read.includes(variable) && !byLibraries(variable))).toEqual([]);
    expect(set.toSorted()).toEqual([...new Set(set)].toSorted());
  });

  it('are found: those that are known to be read are among them', () => {
    expect(parts['explain-failure'].read).toContain('RESULTS_BUCKET');
    expect(parts.importer.read).toEqual(expect.arrayContaining(['S3_KEY', 'DATABASE_SECRET']));
  });

  it('are excused from being set only where something reads them and nothing sets them', () => {
    const read = Object.values(parts).flatMap((part) => part.read);
    const set = Object.values(parts).flatMap((part) => part.set);
    const needed = (variable: string) => read.includes(variable) && !set.includes(variable);
    expect(Object.keys(setElsewhere).filter((variable) => !needed(variable))).toEqual([]);
  });

  it('are read by name, or handed over whole to a schema: no other way would be found here', () => {
    const otherWays = [...sources].flatMap(([path, text]) =>
      [...text.matchAll(/process\.env(?!\.[A-Z]|[),])/g)].map(({ index }) => `${path}: offset ${index}`),
    );
    expect(otherWays).toEqual([]);
  });
});

/** Names of what the importer's container is given by its task definition. */
function setInContainer(template: Template): string[] {
  const containers = Object.values(template.findResources('AWS::ECS::TaskDefinition')).flatMap(
    ({ Properties }) => Properties.ContainerDefinitions,
  ) as { Name: string; Environment?: { Name: string }[]; Secrets?: { Name: string }[] }[];
  const { Environment = [], Secrets = [] } = containers.find(({ Name }) => Name === 'importer')!;
  return [...Environment, ...Secrets].map(({ Name }) => Name);
}

/** The project's own sources in one of a build's outputs, relative to the project. */
function sourcesOf({ outputs }: BundleContents, ending: string): string[] {
  const [[, output], ...others] = Object.entries(outputs).filter(([path]) => path.endsWith(ending)) as [
    [string, BundleContents['outputs'][string]],
  ];
  expect(others).toEqual([]);
  return Object.keys(output.inputs).filter((path) => /^(contract|handlers|imports|task)\//.test(path));
}

/** Names after `process.env.`, and the capital keys of zod schemas, which are those of environments. */
function readBy(paths: string[]): string[] {
  const names = paths.flatMap((path) => {
    const text = readFileSync(join(projectFolder, path), 'utf8');
    sources.set(path, text);
    return [...text.matchAll(/process\.env\.([A-Z][A-Z0-9_]*)|^\s*([A-Z][A-Z0-9_]+):\s*z\b/gm)];
  });
  return [...new Set(names.map(([, direct, key]) => (direct ?? key)!))];
}
