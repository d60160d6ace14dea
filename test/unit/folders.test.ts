import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Which folders of the project each folder may import: docs/architecture.md says the same. */
const allowed: Record<string, readonly string[]> = {
  contract: [],
  csv: ['contract'],
  imports: ['contract', 'csv'],
  handlers: ['contract', 'imports', 'csv'],
  task: ['contract', 'imports', 'csv'],
  statemachine: ['contract'],
  infra: ['contract', 'imports', 'statemachine'],
  operator: ['contract', 'imports'],
  'new-import': ['contract', 'csv', 'imports', 'local', 'operator'],
  local: [
    'contract',
    'csv',
    'imports',
    'handlers',
    'task',
    'statemachine',
    'infra',
    'operator',
    'new-import',
    'samples',
  ],
  bench: ['contract', 'csv', 'task', 'infra', 'operator', 'local', 'samples'],
};
const withoutCdk = ['contract', 'csv', 'imports', 'handlers', 'task', 'operator'];

/** Of these folders, which of its subfolders each of them may import; `.` stands for the files beside them. */
const within: Record<string, Record<string, readonly string[]>> = {
  csv: {
    encode: ['.', 'check'],
    check: ['.', 'encode'],
    transform: ['.', 'check'],
    scan: ['.', 'encode', 'check', 'transform'],
    decode: ['.'],
    detect: ['.', 'decode', 'scan'],
  },
  task: { source: [], load: [], ledger: ['load'], results: ['ledger', 'load'] },
  operator: {
    graph: [],
    doctor: ['.'],
    console: ['.', 'graph', 'logs'],
    'console/server': ['.', 'graph', 'console', 'logs'],
    'console/page': ['.', 'graph', 'console'],
    commands: ['.', 'doctor', 'logs', 'console', 'console/server'],
    logs: ['.'],
  },
  local: { 'aws-json': ['.'], s3: ['.'], workflow: ['.', 'aws-json'] },
};

/** What csv/ takes of contract/: what an import may say of columns and files, and the names of what goes wrong. */
const csvVocabulary = /^contract\/(definition\/|failures\.ts$|reject-codes\.ts$)/;
/** What else csv/ may import: no AWS, no database. */
const csvPackages = /^node:/;

interface Import {
  file: string;
  specifier: string;
}

/** Imports and re-exports, of one line or more, and what is imported when it is needed. */
const importExpression =
  /(?:^(?:import|export)\b[^;'"`]*?\bfrom\s*|^import\s*|\bimport\s*\(\s*(?:\/\*.*?\*\/\s*)?)['"`]([^'"`]+)['"`]/gm;

function importsOf(folder: string): Import[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => {
      const file = join(folder, name);
      const source = readFileSync(join(root, file), 'utf8');
      return [...source.matchAll(importExpression)].map((match) => ({ file, specifier: match[1]! }));
    });
}

const isOfProject = ({ specifier }: Import) => specifier.startsWith('.');

/** The imported file, from the project's folder. */
function targetOf({ file, specifier }: Import): string {
  return relative(root, resolve(root, dirname(file), specifier));
}

function folderOf(each: Import): string {
  return targetOf(each).split('/')[0]!;
}

/** The subfolder that a file is in, as it is called in the table above. */
function subfolderOf(file: string, folder: string, known: readonly string[]): string {
  const inside = relative(folder, dirname(file));
  if (inside === '') return '.';
  const deepest = known
    .filter((name) => inside === name || inside.startsWith(`${name}/`))
    .sort()
    .at(-1);
  return deepest ?? inside.split('/')[0]!;
}

describe('who may import whom', () => {
  for (const [folder, others] of Object.entries(allowed)) {
    it(`${folder}/ imports only itself${others.length > 0 ? `, ${others.join(', ')}` : ''}`, () => {
      const imports = importsOf(folder);
      expect(imports.length).toBeGreaterThan(0);
      const wrong = imports
        .filter(isOfProject)
        .filter((each) => folderOf(each) !== folder && !others.includes(folderOf(each)));
      expect(wrong).toEqual([]);
    });
  }

  for (const [folder, subfolders] of Object.entries(within)) {
    const known = Object.keys(subfolders);
    it(`${folder}/ has no subfolder but ${known.join(', ')}`, () => {
      const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
        /\.tsx?$/.test(name),
      );
      const found = new Set(files.map((name) => subfolderOf(join(folder, name), folder, known)));
      expect([...found].filter((name) => name !== '.').sort()).toEqual(known.toSorted());
    });

    for (const [subfolder, others] of Object.entries(subfolders)) {
      it(`${folder}/${subfolder}/ imports of ${folder}/ only itself${others.length > 0 ? `, ${others.join(', ')}` : ''}`, () => {
        const wrong = importsOf(folder)
          .filter(isOfProject)
          .filter(({ file }) => subfolderOf(file, folder, known) === subfolder)
          .filter((each) => folderOf(each) === folder)
          .filter((each) => ![subfolder, ...others].includes(subfolderOf(targetOf(each), folder, known)));
        expect(wrong).toEqual([]);
      });
    }
  }

  it('csv/ is imported by its index only', () => {
    const wrong = Object.keys(allowed)
      .filter((folder) => folder !== 'csv')
      .flatMap(importsOf)
      .filter((each) => isOfProject(each) && folderOf(each) === 'csv' && targetOf(each) !== 'csv/index.ts');
    expect(wrong).toEqual([]);
  });

  it('csv/ knows of the project what an import says and the names of what goes wrong, and no AWS or database', () => {
    const imports = importsOf('csv');
    const ofProject = imports.filter((each) => isOfProject(each) && folderOf(each) !== 'csv');
    expect(ofProject.filter((each) => !csvVocabulary.test(targetOf(each)))).toEqual([]);
    const packages = imports.filter((each) => !isOfProject(each));
    expect(packages.filter(({ specifier }) => !csvPackages.test(specifier))).toEqual([]);
  });

  it('nothing imports a process edge', () => {
    const wrong = Object.keys(allowed)
      .flatMap(importsOf)
      .filter(({ specifier }) => /(^|\/)(main|app)\.ts$/.test(specifier));
    expect(wrong).toEqual([]);
  });

  for (const folder of withoutCdk) {
    it(`${folder}/ does not import aws-cdk-lib`, () => {
      expect(
        importsOf(folder).filter(({ specifier }) => /^(aws-cdk-lib|constructs)/.test(specifier)),
      ).toEqual([]);
    });
  }
});
