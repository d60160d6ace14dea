import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FieldFile, readFieldFile } from './field-file.ts';

/** Each file as people have it has a module of its name beside it, which says what becomes of it. */
const folder = join(import.meta.dirname, 'field-files');
const names = readdirSync(folder).filter((name) => !name.endsWith('.ts'));
const files = await Promise.all(
  names.map(async (name) => {
    const module = await import(join(folder, name.replace(/\..*/, '.ts')));
    return [name, module.default as FieldFile] as const;
  }),
);

describe.each(files)('%s', (name, file) => {
  const bytes = readFileSync(join(folder, name));

  it.each(file.readings.map((reading) => [JSON.stringify(reading.options ?? {}), reading] as const))(
    '%s',
    async (_, reading) => {
      const { options: _options, ...expected } = reading;
      for (const size of [bytes.length, 1, 7]) {
        expect(await readFieldFile(bytes, file, reading, size), `in chunks of ${size}`).toEqual(expected);
      }
    },
  );
});
