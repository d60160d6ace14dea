import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listImportFiles } from '../../imports/index.ts';
import {
  type BundleContents,
  bundleFunctions,
  bundleImporter,
  bundleSmallImport,
  CREATE_DATABASE_USER,
  type FunctionName,
  functionNames,
  importerCommand,
} from '../../infra/bundles.ts';
import { projectFolder } from '../../infra/project-context.ts';

const functionsFolder = mkdtempSync(join(tmpdir(), 'csv-import-functions-'));
const smallImportFolder = mkdtempSync(join(tmpdir(), 'csv-import-small-'));
const allFunctions = [...functionNames, CREATE_DATABASE_USER] as const;
const importerFolder = mkdtempSync(join(tmpdir(), 'csv-import-importer-'));
let functions: BundleContents;
let importer: BundleContents;
let smallImport: BundleContents;
beforeAll(() => {
  // The functions' log would go between the test's own output.
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  functions = bundleFunctions(functionsFolder, allFunctions);
  smallImport = bundleSmallImport(smallImportFolder);
  importer = bundleImporter(importerFolder);
});

afterAll(() => {
  for (const folder of [functionsFolder, smallImportFolder, importerFolder])
    rmSync(folder, { recursive: true, force: true });
});

/** Of each bundle, in kB: a quarter above what it was when this was written. */
const largest: Record<FunctionName | 'importer' | 'small-import', number> = {
  'validate-upload': 1_910,
  'read-report': 1_800,
  'explain-failure': 1_950,
  'fail-until-redriven': 740,
  'create-database-user': 700,
  'small-import': 2_550,
  importer: 2_550,
};

const inputs = (contents: BundleContents) => Object.keys(contents.inputs);

describe('the bundles', () => {
  it('hold every import', () => {
    const files = listImportFiles().map((name) => `imports/${name}.ts`);
    expect(files.length).toBeGreaterThan(0);
    for (const contents of [functions, importer, smallImport]) {
      expect(inputs(contents)).toEqual(expect.arrayContaining(files));
    }
  });

  it('can be read by the users of image and functions, whatever the umask where they are made', () => {
    const folder = mkdtempSync(join(tmpdir(), 'csv-import-umask-'));
    const script = `
      process.umask(0o077);
      const { bundleFunctions, bundleImporter, bundleSmallImport } = await import(${JSON.stringify(join(projectFolder, 'infra/bundles.ts'))});
      bundleFunctions(${JSON.stringify(join(folder, 'functions'))});
      bundleImporter(${JSON.stringify(join(folder, 'importer'))});
      bundleSmallImport(${JSON.stringify(join(folder, 'small-import'))});`;
    execFileSync(process.execPath, ['--input-type=module', '--eval', script]);
    const entries = ['functions', 'importer', 'small-import'].flatMap((bundle) => [
      join(folder, bundle),
      ...readdirSync(join(folder, bundle), { recursive: true }).map((name) =>
        join(folder, bundle, String(name)),
      ),
    ]);
    expect(entries.length).toBeGreaterThan(10);
    for (const path of entries) {
      const stat = statSync(path);
      expect([path, (stat.mode & 0o777).toString(8)]).toEqual([path, stat.isDirectory() ? '755' : '644']);
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('hold nothing of CDK, of other parts of the project, or of its tests', () => {
    for (const contents of [functions, importer, smallImport]) {
      const foreign = inputs(contents).filter((path) =>
        /aws-cdk-lib|node_modules\/constructs|^(infra|statemachine|local|operator|test|bench)\//.test(path),
      );
      expect(foreign).toEqual([]);
    }
    expect(inputs(functions).filter((path) => path.startsWith('task/'))).toEqual([]);
    for (const contents of [importer, smallImport]) {
      expect(inputs(contents).filter((path) => path.startsWith('handlers/'))).toEqual([]);
    }
  });

  it('need nothing beside them but Node itself', () => {
    for (const { outputs } of [functions, importer, smallImport]) {
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
    for (const folder of [...allFunctions.map((name) => join(functionsFolder, name)), smallImportFolder]) {
      const { handler } = await import(join(folder, 'index.mjs'));
      // Node 24's runtime refuses handlers with a third parameter, the callback of old.
      expect(handler.length, folder).toBeLessThan(3);
    }
    const { handler } = await import(join(functionsFolder, 'validate-upload', 'index.mjs'));
    const event = { detail: { bucket: { name: 'b' }, object: { key: 'elsewhere/a.csv' } } };
    await expect(handler(event, {})).rejects.toMatchObject({
      name: 'UploadOutsidePrefix',
      message: expect.stringContaining('uploads/customers/ (customers)'),
    });
  });

  it('are about as large as they were: a package that slipped in would make them slow to start', () => {
    const sizes = Object.entries(largest).map(([name, limit]) => {
      const bytes = readFileSync(fileOf(name));
      return { bundle: name, kB: kilobytes(bytes), gzip: kilobytes(gzipSync(bytes)), limit };
    });
    console.log(formatSizes(sizes));
    expect(sizes.map(({ bundle }) => bundle)).toEqual([...allFunctions, 'small-import', 'importer']);
    for (const { bundle, kB, limit } of sizes) {
      expect(kB, bundle).toBeLessThan(limit);
      // Far below its limit, the limit no longer tells of anything: lower it.
      expect(kB, bundle).toBeGreaterThan(limit / 2);
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

function fileOf(bundle: string): string {
  if (bundle === 'importer') return join(importerFolder, 'main.mjs');
  return join(bundle === 'small-import' ? smallImportFolder : join(functionsFolder, bundle), 'index.mjs');
}

function kilobytes(bytes: Buffer): number {
  return Math.round(bytes.length / 1000);
}

function formatSizes(sizes: { bundle: string; kB: number; gzip: number; limit: number }[]): string {
  const columns = (cells: (string | number)[]) =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(20) : String(cell).padStart(8))).join('');
  const lines = sizes.map(({ bundle, kB, gzip, limit }) => columns([bundle, kB, gzip, limit]));
  return ['sizes of the bundles', columns(['', 'kB', 'gzip', 'limit']), ...lines].join('\n');
}
