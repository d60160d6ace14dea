import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listImportFiles } from '../../imports/index.ts';
import {
  type BundleContents,
  bundleFunctions,
  bundleImporter,
  functionNames,
  importerCommand,
} from '../../infra/bundles.ts';

const functionsFolder = mkdtempSync(join(tmpdir(), 'csv-import-functions-'));
const importerFolder = mkdtempSync(join(tmpdir(), 'csv-import-importer-'));
let functions: BundleContents;
let importer: BundleContents;
beforeAll(() => {
  // The functions' log would go between the test's own output.
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  functions = bundleFunctions(functionsFolder);
  importer = bundleImporter(importerFolder);
});

afterAll(() => {
  for (const folder of [functionsFolder, importerFolder]) rmSync(folder, { recursive: true, force: true });
});

const inputs = (contents: BundleContents) => Object.keys(contents.inputs);

describe('the bundles', () => {
  it('hold every import', () => {
    const files = listImportFiles().map((name) => `imports/${name}.ts`);
    expect(files.length).toBeGreaterThan(0);
    for (const contents of [functions, importer]) {
      expect(inputs(contents)).toEqual(expect.arrayContaining(files));
    }
  });

  it('hold nothing of CDK, of other parts of the project, or of its tests', () => {
    for (const contents of [functions, importer]) {
      const foreign = inputs(contents).filter((path) =>
        /aws-cdk-lib|node_modules\/constructs|^(infra|statemachine|local|operator|test|bench)\//.test(path),
      );
      expect(foreign).toEqual([]);
    }
    expect(inputs(functions).filter((path) => path.startsWith('task/'))).toEqual([]);
    expect(inputs(importer).filter((path) => path.startsWith('handlers/'))).toEqual([]);
  });

  it('need nothing beside them but Node itself', () => {
    for (const { outputs } of [functions, importer]) {
      for (const [path, { imports }] of Object.entries(outputs)) {
        const missing = imports
          .filter(({ external }) => external)
          .map((each) => each.path.replace(/^node:/, ''))
          .filter((name) => !builtinModules.includes(name));
        expect(missing, path).toEqual([]);
      }
    }
  });

  it('make a handler of each function that Lambda can call, with its imports found', async () => {
    for (const name of functionNames) {
      const { handler } = await import(join(functionsFolder, name, 'index.mjs'));
      // Node 24's runtime refuses handlers with a third parameter, the callback of old.
      expect(handler.length, name).toBeLessThan(3);
    }
    const { handler } = await import(join(functionsFolder, 'validate-upload', 'index.mjs'));
    const event = { detail: { bucket: { name: 'b' }, object: { key: 'elsewhere/a.csv' } } };
    await expect(handler(event, {})).rejects.toMatchObject({
      name: 'UploadOutsidePrefix',
      message: expect.stringContaining('uploads/customers/ (customers)'),
    });
  });

  it('are small enough to start quickly', () => {
    for (const name of functionNames) {
      expect(statSync(join(functionsFolder, name, 'index.mjs')).size).toBeLessThan(3_000_000);
    }
  });

  it('put into the importer’s folder all that its Dockerfile copies, which runs no command', () => {
    const dockerfile = readFileSync(join(importerFolder, 'Dockerfile'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (\S+)/gm)].map(([, path]) => path!);
    expect(copied).toEqual(['main.mjs', 'migrations']);
    for (const path of copied) expect(existsSync(join(importerFolder, path)), path).toBe(true);
    expect(readdirSync(join(importerFolder, 'migrations')).some((file) => file.endsWith('.sql'))).toBe(true);
    expect(dockerfile).not.toMatch(/^RUN/m);
    expect(dockerfile).toMatch(/^FROM node:\d+\.\d+\.\d+-\S+-slim$/m);
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
    expect(JSON.parse(/^CMD (.*)$/m.exec(dockerfile)![1]!)).toEqual(importerCommand);
  });
});
