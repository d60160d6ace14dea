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
  'new-import': ['contract', 'csv', 'imports', 'local'],
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

interface Import {
  file: string;
  specifier: string;
}

function importsOf(folder: string): Import[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => {
      const file = join(folder, name);
      const source = readFileSync(join(root, file), 'utf8');
      return [...source.matchAll(/(?:from|import)\s*\(?\s*['"`]([^'"`]+)['"`]/g)].map((match) => ({
        file,
        specifier: match[1]!,
      }));
    });
}

function folderOf({ file, specifier }: Import): string {
  return relative(root, resolve(root, dirname(file), specifier)).split('/')[0]!;
}

describe('who may import whom', () => {
  for (const [folder, others] of Object.entries(allowed)) {
    it(`${folder}/ imports only itself${others.length > 0 ? `, ${others.join(', ')}` : ''}`, () => {
      const imports = importsOf(folder);
      expect(imports.length).toBeGreaterThan(0);
      const wrong = imports
        .filter(({ specifier }) => specifier.startsWith('.'))
        .filter((each) => folderOf(each) !== folder && !others.includes(folderOf(each)));
      expect(wrong).toEqual([]);
    });
  }

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
