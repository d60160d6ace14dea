import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkTogether,
  defineImport,
  delimiters,
  encodings,
  type ImportOptions,
  type TableImport,
} from '../../../contract/definition/define-import.ts';
import { readHeader } from '../../../csv/detect/header.ts';
import { mapHeader } from '../../../csv/detect/map-header.ts';
import { plainDialect } from '../../../csv/scan/dialect.ts';
import { codesIn, fencesOf, readDoc, root, sectionOf, tableOf } from '../../../docs/tools/markdown.ts';
import customers from '../../../imports/customers.ts';
import { outcomeOf, readFile } from './read-file.ts';

const guide = readDoc('docs/imports.md');
const reference = readDoc('docs/import-options.md');
const fences = [guide, reference].flatMap(fencesOf);
const examples = fences.flatMap((fence, index) =>
  fence.info === 'ts' ? [{ source: fence.content, index }] : [],
);

/** What is written of each option; the compiler holds the names to defineImport's. */
const defaults: Record<keyof ImportOptions, 'required' | 'derived' | 'in the definition'> = {
  name: 'required',
  prefix: 'required',
  table: 'required',
  mode: 'required',
  file: 'derived',
  key: 'derived',
  keyColumns: 'derived',
  values: 'derived',
  scope: 'derived',
  unknownKeys: 'derived',
  newerBy: 'derived',
  missing: 'derived',
  setConfig: 'derived',
  columns: 'derived',
  rules: 'derived',
  rowRule: 'derived',
  rejects: 'in the definition',
  duplicates: 'in the definition',
  commit: 'in the definition',
  unknownColumns: 'in the definition',
  maxConcurrentRuns: 'derived',
  timeLimitMinutes: 'derived',
  lockWaitMinutes: 'in the definition',
};

let folder: string;
let definitions: TableImport[];
let first: { orders: ImportOptions['table']; default: TableImport };

beforeAll(async () => {
  // As it is in the project: imports/<name>.ts beside contract/, with the same packages.
  folder = await mkdtemp(join(tmpdir(), 'csv-import-docs-'));
  await mkdir(join(folder, 'imports'));
  for (const name of ['contract', 'node_modules', 'package.json']) {
    await symlink(join(root, name), join(folder, name));
  }
  const modules = [];
  for (const [index, { source }] of examples.entries()) {
    const file = join(folder, 'imports', `example-${index}.ts`);
    await writeFile(file, source);
    modules.push(await import(/* @vite-ignore */ file));
  }
  definitions = modules.map((module) => module.default);
  first = modules[0];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('docs/imports.md and docs/import-options.md: the examples', () => {
  it('compile, as strictly as the project does', async () => {
    const config = { extends: join(root, 'tsconfig.json'), include: ['imports'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(root, 'node_modules/.bin/tsc');
    await promisify(execFile)(tsc, ['-p', folder]).catch((error) => expect(error.stdout).toBe(''));
  });

  it('are valid together', () => {
    expect(definitions.length).toBeGreaterThan(3);
    expect(checkTogether(definitions)).toHaveLength(definitions.length);
  });

  it.each(Object.keys(defaults))('show the option %s', (option) => {
    expect(examples.some(({ source }) => new RegExp(`^  ${option}:`, 'm').test(source))).toBe(true);
  });

  it('take the files that stand behind them, with the outcome that is told', () => {
    let files = 0;
    for (const [at, { index }] of examples.entries()) {
      const file = fences[index + 1];
      if (file?.info !== 'csv') continue;
      const told = fences[index + 2];
      const outcome = told?.info === 'text' ? told.content.trimEnd() : '1 row accepted';
      expect([file.content, outcomeOf(readFile(Buffer.from(file.content), definitions[at]!))]).toEqual([
        file.content,
        outcome,
      ]);
      files++;
    }
    expect(files).toBe(fences.filter(({ info }) => info === 'csv').length);
  });
});

describe('docs/import-options.md', () => {
  const rows = tableOf(reference);
  const fileRows = tableOf(sectionOf(reference, '## file'));

  it('lists them all, with their defaults', () => {
    expect(rows.map(([option]) => codesIn(option!)[0])).toEqual(Object.keys(defaults));
    const definition = defineImport({ name: 'a', prefix: 'a/', table: first.orders, mode: 'append' });
    for (const [option, value] of rows) {
      const name = codesIn(option!)[0] as keyof TableImport & keyof ImportOptions;
      const kind = defaults[name];
      if (kind === 'required') expect(value).toBe('required');
      if (kind !== 'in the definition') continue;
      expect([name, evaluate(codesIn(value!)[0]!)]).toEqual([name, definition[name]]);
    }
  });

  it('derives the others', () => {
    const definition = defineImport({ name: 'a', prefix: 'a/', table: first.orders, mode: 'append' });
    expect(definition).toMatchObject({ key: ['order_no'], file: { encoding: null, delimiter: null } });
    expect(definition.columns.length).toBeGreaterThan(0);
    for (const { aliases, rules } of definition.columns) expect([aliases, rules]).toEqual([[], {}]);
  });

  it('explains each option in a section, or in the table', () => {
    const headings = [...reference.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading!);
    const pointed = rows
      .filter(([, , what]) => what!.includes('[below]'))
      .map(([option]) => codesIn(option!)[0]!);
    expect(pointed.filter((option) => !headings.includes(option))).toEqual([]);
  });

  it('names the encodings and the delimiters', () => {
    const allowed = (name: string) =>
      codesIn(fileRows.find(([option]) => option === `\`${name}\``)![2]!).map(evaluate);
    expect(allowed('encoding')).toEqual([...encodings]);
    expect(allowed('delimiter')).toEqual([...delimiters]);
  });

  it('lists the options of the file, with their defaults, and shows each', () => {
    const { file } = defineImport({ name: 'a', prefix: 'a/', table: first.orders, mode: 'append' });
    expect(fileRows.map(([option]) => codesIn(option!)[0]).sort()).toEqual(Object.keys(file).sort());
    for (const [option, value] of fileRows) {
      const name = codesIn(option!)[0] as keyof typeof file;
      expect([name, value === 'detected' || value === 'none' ? null : evaluate(codesIn(value!)[0]!)]).toEqual(
        [name, file[name]],
      );
      expect(examples.some(({ source }) => new RegExp(`^ {4}${name}:`, 'm').test(source))).toBe(true);
    }
  });
});

describe('docs/imports.md: headers', () => {
  it.each(tableOf(sectionOf(guide, '## How headers are matched')))('%s is %s', (header, column) => {
    const { columns } = mapHeader(codesIn(header!), {
      ...customers,
      columns: customers.columns.map(optional),
    });
    expect(columns[0]!.name).toBe(codesIn(column!)[0]);
  });

  it('says of a wrong one what is told', () => {
    const [header, message] = fencesOf(sectionOf(guide, '## How headers are matched'));
    const { names } = readHeader(Buffer.from(header!.content), { dialect: plainDialect(','), final: true })!;
    expect(() => mapHeader(names, customers)).toThrow(
      expect.objectContaining({
        name: 'HeaderInvalid',
        message: message!.content.trimEnd().replaceAll('\n', ' '),
      }),
    );
  });
});

describe('docs/import-options.md: wrong definitions', () => {
  it.each(tableOf(sectionOf(reference, '## Wrong definitions')))('%s', (field, message) => {
    expect(() => defineWith(codesIn(field!)[0]!)).toThrow(
      expect.objectContaining({ name: 'DefinitionInvalid', message }),
    );
  });
});

/** The first example with one field written otherwise. */
function defineWith(field: string): TableImport {
  const valid = { name: 'orders', prefix: 'uploads/orders/', table: first.orders, mode: 'upsert' };
  return defineImport({ ...valid, ...(evaluate(`{ ${field} }`) as object) } as ImportOptions);
}

function evaluate(expression: string): unknown {
  return new Function(`return (${expression});`)();
}

function optional<T extends { required: boolean }>(column: T): T {
  return { ...column, required: false };
}
