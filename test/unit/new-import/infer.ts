import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as drizzle from 'drizzle-orm/pg-core';
import { defineImport, type TableImport } from '../../../contract/definition/define-import.ts';
import { createScanner, openFile, type Reject, type Scanner } from '../../../csv/index.ts';
import { inferImport, type PlannedImport, type Wishes } from '../../../new-import/infer-import.ts';
import { openSample, type Sample } from '../../../new-import/read-sample.ts';
import { writeDefinition } from '../../../new-import/write-definition.ts';

/** What a sample led to. */
export interface Inferred {
  sample: Sample;
  plan: PlannedImport;
  /** The file as it would be written, and what it exports. */
  text: string;
  table: drizzle.PgTable;
  definition: TableImport;
}

/** Infers an import from a file of this content, made in the folder. */
export async function infer(
  folder: string,
  content: string | Buffer,
  { file = 'sample.csv', rows = 1000, ...wishes }: Wishes & { file?: string; rows?: number } = {},
): Promise<Inferred> {
  const path = join(folder, file);
  const bytes = Buffer.from(content as string);
  writeFileSync(path, bytes);
  const sample = await openSample(path, bytes.length, wishes);
  const plan = await inferImport(path, sample, rows, wishes);
  const text = writeDefinition(plan);
  return { sample, plan, text, ...evaluate(text) };
}

/** What a written file exports; it is JavaScript as it stands, but for its imports. */
export function evaluate(text: string): { table: drizzle.PgTable; definition: TableImport } {
  const body = text
    .replace(/^import \{([^}]*)\} from 'drizzle-orm\/pg-core';$/m, 'const {$1} = drizzle;')
    .replace(/^import .*define-import\.ts';$/m, '')
    .replace(/^export const (\w+) = /m, 'const table = exported.table = ')
    .replace(/^ {2}table: \w+,$/m, '  table,')
    .replace('export default ', 'exported.definition = ');
  const exported = {} as { table: drizzle.PgTable; definition: TableImport };
  new Function('drizzle', 'defineImport', 'exported', body)(drizzle, defineImport, exported);
  return exported;
}

/** Reads a file of this content as the importer does. */
export async function scanBy(
  definition: TableImport,
  content: string | Buffer,
): Promise<{ rows: number; rejects: Reject[]; accepted: string }> {
  const bytes = Buffer.from(content as string);
  async function* source() {
    yield bytes;
  }
  const opened = await openFile(source(), bytes.length, definition);
  const scanner = createScanner(opened);
  const accepted: Buffer[] = [];
  const take = (output: ReturnType<Scanner['push']>) => {
    accepted.push(...output.accepted.map((each) => Buffer.from(each)));
    return output.rejects;
  };
  const rejects: Reject[] = [];
  for await (const chunk of opened.body) rejects.push(...take(scanner.push(chunk)));
  rejects.push(...take(scanner.finish()));
  return { rows: scanner.counters.rows, rejects, accepted: Buffer.concat(accepted).toString() };
}
