import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ContainerImportOptions, defineImport } from '../../../contract/definition/define-import.ts';
import {
  databaseEnvironmentSchema,
  databaseSecretSchema,
  importerEnvironmentSchema,
} from '../../../contract/environment.ts';
import { exitCodes, failureNames } from '../../../contract/failures.ts';
import { noticeSchema, outcomes, slotWaitSchema } from '../../../contract/report.ts';
import { codesIn, fencesOf, readDoc, root, sectionOf, tableOf } from '../../../docs/tools/markdown.ts';

const doc = readDoc('docs/own-importer.md');
const sample = readFileSync(join(root, 'samples/own-importer.ts'), 'utf8');

describe('docs/own-importer.md', () => {
  it('shows the sample’s definition as it is', () => {
    expect(fencesOf(doc).find(({ info }) => info === 'ts')!.content).toBe(sample);
  });

  it('explains each variable of the contract, in its order', () => {
    const section = sectionOf(doc, '## What the container gets');
    const explained = tableOf(section).flatMap(([variables]) => codesIn(variables!));
    expect(explained).toEqual(Object.keys(importerEnvironmentSchema.shape));
    const database = [
      ...Object.keys(databaseEnvironmentSchema.shape),
      ...Object.keys(databaseSecretSchema.shape),
    ];
    expect(codesIn(section)).toEqual(expect.arrayContaining(database));
  });

  it('lists each exit code, with names of the list of failures', () => {
    const rows = tableOf(sectionOf(doc, '## How it ends'));
    expect(rows.map(([code]) => Number(codesIn(code!)[0]))).toEqual(
      Object.values(exitCodes).sort((a, b) => a - b),
    );
    for (const name of rows.slice(1).map(([, text]) => codesIn(text!)[0]))
      expect(failureNames).toContain(name);
  });

  it.each(
    tableOf(sectionOf(doc, '## The definition').split('Options for tables are errors here:')[1]!).map(
      ([field, message]) => [codesIn(field!)[0]!, message!] as const,
    ),
  )('is rejected with this message: %s', (field, message) => {
    const valid = {
      name: 'stock',
      prefix: 'uploads/stock/',
      container: { directory: 'samples/own-importer', command: ['sh', 'import.sh'] },
    };
    const wrong = { ...valid, ...(new Function(`return ({ ${field} });`)() as object) };
    expect(() => defineImport(wrong as unknown as ContainerImportOptions)).toThrow(
      expect.objectContaining({ name: 'DefinitionInvalid', message }),
    );
  });

  it('shows reports that the workflow understands', () => {
    const [done, failed, queued] = fencesOf(sectionOf(doc, '## Reports')).map(({ content }) =>
      JSON.parse(content),
    );
    const outcome = z.enum(outcomes);
    expect(z.object({ outcome, notice: noticeSchema }).parse(done)).toEqual(done);
    expect(outcome.parse(failed.outcome)).toBe('failed');
    expect(
      z.object({ outcome, slotWait: slotWaitSchema.pick({ reason: true, waitSeconds: true }) }).parse(queued),
    ).toEqual(queued);
  });

  it('names what the sample’s Dockerfile must say', () => {
    const dockerfile = readFileSync(join(root, 'samples/own-importer/Dockerfile'), 'utf8');
    expect(dockerfile).toMatch(/^FROM \S+:[\d.]+$/m);
    for (const line of ['VOLUME /tmp', 'USER 1000:1000']) expect(dockerfile).toContain(line);
    expect(doc).toContain('`VOLUME /tmp`');
  });
});
