import { integer, pgTable } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import {
  type ContainerImport,
  type ContainerImportOptions,
  checkTogether,
  defineImport,
  findImport,
  type TableImport,
} from '../../../../contract/definition/define-import.ts';
import { importerEnvironmentSchema } from '../../../../contract/environment.ts';

const orders = pgTable('orders', { id: integer('id').primaryKey() });
const valid = {
  name: 'orders',
  prefix: 'uploads/orders/',
  container: { image: 'ghcr.io/acme/orders:1.4.2', command: ['php', 'artisan', 'import:orders'] },
} as const;
const digest = `@sha256:${'0f'.repeat(32)}`;

/** Definitions as a user without types might write them. */
function define(changes: Record<string, unknown>): unknown {
  return defineImport({ ...valid, ...changes } as unknown as ContainerImportOptions);
}
const refused = (message: RegExp) =>
  expect.objectContaining({ name: 'DefinitionInvalid', message: expect.stringMatching(message) });

describe('defineImport with a container', () => {
  it('has the defaults of every import, and nothing of a table', () => {
    const definition: ContainerImport = defineImport(valid);
    expect(definition).toEqual({
      kind: 'container',
      name: 'orders',
      prefix: 'uploads/orders/',
      file: { maxBytes: 50 * 1024 ** 3, extensions: ['.csv', '.csv.gz'] },
      timeLimitMinutes: null,
      container: {
        image: 'ghcr.io/acme/orders:1.4.2',
        command: ['php', 'artisan', 'import:orders'],
        environment: {},
      },
    });
  });

  it('takes a folder of the project, variables, and the limits of every import', () => {
    const container = {
      directory: 'importers/orders',
      command: ['sh', 'import.sh', ''],
      environment: { A: '' },
    };
    const limits = { file: { maxBytes: 5, extensions: ['.xml'] }, timeLimitMinutes: 3 };
    expect(define({ container, ...limits })).toMatchObject({ container, ...limits });
  });

  it.each([
    'php:8.4-cli',
    `ghcr.io/acme/orders${digest}`,
    `ghcr.io/acme/orders:latest${digest}`,
    'localhost:5000/orders:2026-11-24',
    '123456789012.dkr.ecr.eu-central-1.amazonaws.com/teams/orders:v7',
  ])('takes the image %s', (image) => {
    expect(define({ container: { ...valid.container, image } })).toMatchObject({ container: { image } });
  });

  it('stands beside imports into tables', () => {
    const own = defineImport(valid);
    const table: TableImport = defineImport({ name: 'a', prefix: 'a/', table: orders, mode: 'append' });
    expect(checkTogether([table, own])).toHaveLength(2);
    expect(findImport([table, own], 'uploads/orders/a.csv')).toBe(own);
  });

  it('is typed so that forms cannot be mixed', () => {
    const both = { ...valid.container, directory: 'importers/orders' };
    const { name, prefix, container } = valid;
    // @ts-expect-error a table beside a container
    expect(() => defineImport({ name, prefix, container, table: orders, mode: 'append' })).toThrow();
    // @ts-expect-error two sources of one image
    expect(() => defineImport({ ...valid, container: both })).toThrow();
    // @ts-expect-error nothing to run
    expect(() => defineImport({ ...valid, container: { ...valid.container, command: [] } })).toThrow();
  });
});

describe('defineImport with a container refuses, naming the definition, the field and the remedy', () => {
  const container = (changes: object) => ({ container: { ...valid.container, ...changes } });
  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a table',
      { table: orders },
      /^import "orders", field "table": this is for this project's importer, .* leave out/,
    ],
    ['a mode', { mode: 'append' }, /field "mode": .* leave out either this or container/],
    ['columns', { columns: {} }, /field "columns": .* leave out either this or container/],
    ['a limit', { maxConcurrentRuns: 2 }, /field "maxConcurrentRuns": the limit is kept by .* exit code 75/],
    ['an unknown option', { memory: 512 }, /memory/],
    ['a bad prefix', { prefix: '/orders' }, /field "prefix": .*slash/],
    ['no container', { container: undefined }, /field "container"/],
    [
      'no tag',
      container({ image: 'ghcr.io/acme/orders' }),
      /"container.image": add a digest .* or a tag other/,
    ],
    [
      'a port that is no tag',
      container({ image: 'localhost:5000/orders' }),
      /"container.image": add a digest/,
    ],
    ['the tag latest', container({ image: 'php:latest' }), /"container.image": add a digest/],
    ['what is no image', container({ image: 'php 8' }), /"container.image": write an image as docker pull/],
    ['half a digest', container({ image: 'php@sha256:12' }), /"container.image": write an image/],
    ['both sources', container({ directory: 'a' }), /field "container": give either image/],
    ['no source', container({ image: undefined }), /field "container": give either image/],
    [
      'a folder elsewhere',
      container({ image: undefined, directory: '../a' }),
      /"container.directory": .*inside/,
    ],
    [
      'a folder at the root',
      container({ image: undefined, directory: '/a' }),
      /"container.directory": .*inside/,
    ],
    ['no command', container({ command: undefined }), /"container.command": list a program/],
    ['an empty command', container({ command: [] }), /"container.command.0": list a program/],
    ['a command without a program', container({ command: [''] }), /"container.command.0": name the program/],
    ['a command line', container({ command: 'php artisan' }), /"container.command": list a program/],
    ['a number', container({ environment: { A: 1 } }), /"container.environment.A": write values as text/],
    ['a strange name', container({ environment: { 'A-B': '1' } }), /name variables by letters/],
    ['an unknown part', container({ memory: 512 }), /field "container": .*memory/],
  ])('%s', (_, changes, message) => {
    expect(() => define(changes)).toThrow(refused(message));
  });

  it.each([...Object.keys(importerEnvironmentSchema.shape), 'DATABASE_SECRET', 'DATABASE_URL'])(
    'the variable %s, which the workflow sets',
    (name) => {
      expect(() => define(container({ environment: { [name]: 'x' } }))).toThrow(
        refused(new RegExp(`"container.environment.${name}": the workflow sets this variable itself`)),
      );
    },
  );

  it.each([
    [
      'an option of the file outside of file',
      { maxBytes: 5 },
      /field "maxBytes": .*write it as file: \{ maxBytes/,
    ],
    [
      'what the container decides, outside of file',
      { encoding: 'utf-8' },
      /field "encoding": this is for this/,
    ],
    [
      'what the container decides, in file',
      { file: { encoding: 'utf-8' } },
      /field "file.encoding": this is for this/,
    ],
    [
      'an option that no file has',
      { file: { encodng: 'utf-8' } },
      /field "file": there is no option "encodng"/,
    ],
  ])('rejects %s', (_, changes, message) => {
    expect(() => define(changes as never)).toThrow(refused(message));
  });
});
