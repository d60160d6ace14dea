import { basename } from 'node:path';
import {
  type Delimiter,
  describeTable,
  type Encoding,
  type ImportDefinition,
} from '../contract/definition/define-import.ts';
import { ColumnProfile } from './column-profile.ts';
import { type InferredColumn, inferColumn } from './infer-column.ts';
import { inferKey, possiblePairs, UniqueValues } from './infer-key.ts';
import { type ColumnName, nameColumns } from './name-columns.ts';
import { type ImportName, nameImport } from './name-import.ts';
import type { Sample, SampledRows } from './read-sample.ts';

/** An import as it will be written. */
export interface PlannedImport extends ImportName {
  columns: readonly PlannedColumn[];
  /** Names in the database; none: rows are appended. */
  key: readonly string[];
  keyEvidence: string;
  /** What the definition declares of its files, if it does. */
  encoding: Encoding | null;
  delimiter: Delimiter | null;
  extensions: readonly string[] | null;
  /** The sample's name, without its folder. */
  file: string;
  sampled: SampledRows;
}

export interface PlannedColumn extends ColumnName, InferredColumn {
  /** As it stands in the file. */
  header: string;
}

/** What the user says of the import; everything else is inferred. */
export interface Wishes {
  name?: string;
  prefix?: string;
  table?: string;
  /** Headers or names of columns. */
  key?: readonly string[];
  encoding?: Encoding;
  delimiter?: Delimiter;
}

/**
 * Reads at most `limit` rows of the sample, and plans an import that takes all of them.
 *
 * @throws Error for a file or a wish of which no import can be made, with the remedy
 */
export async function inferImport(
  file: string,
  sample: Sample,
  limit: number,
  wishes: Wishes,
): Promise<PlannedImport> {
  const { headers } = sample;
  const names = nameColumns(headers);
  const wanted = wishes.key?.map((each) => findColumn(each, headers, names));
  const profiles = headers.map(() => new ColumnProfile());
  const unique = headers.map(() => new UniqueValues(true));
  const together = new UniqueValues(false);
  const pairs = wanted === undefined ? possiblePairs(names.map(({ name }) => name)) : [];
  const pairsUnique = pairs.map(() => new UniqueValues(true));
  const sampled = await sample.readRows(limit, (values) => {
    for (const [index, value] of values.entries()) {
      profiles[index]!.add(value);
      unique[index]!.add([value]);
    }
    for (const [at, pair] of pairs.entries()) pairsUnique[at]!.add(pair.map((index) => values[index]!));
    if (wanted !== undefined) together.add(wanted.map((index) => values[index]!));
  });
  if (sampled.rows === 0) throw new Error(describeNothing(file, sampled));
  const inferred = headers.map((header, index) => ({
    header,
    ...names[index]!,
    ...inferColumn(header, profiles[index]!, sampled.rows),
  }));
  const candidates = inferred.map((column, index) => ({ ...column, unique: unique[index]!.unique }));
  const found = wanted === undefined ? inferKey(candidates, sampled.rows) : null;
  const key = wanted?.map((index) => names[index]!.name) ?? (found === null ? [] : [found.name]);
  const pair = sampled.rows < 2 ? undefined : pairs.find((_, at) => pairsUnique[at]!.unique);
  const { name, prefix, tableName } = nameImport(file, wishes);
  return {
    name,
    prefix,
    tableName,
    // A key's columns are never NULL, however few rows there are.
    columns: inferred.map((column) => (key.includes(column.name) ? { ...column, notNull: true } : column)),
    key,
    keyEvidence:
      wanted === undefined
        ? (found?.evidence ?? describeNoKey(pair?.map((index) => names[index]!.name)))
        : describeWanted(wishes.key!, together),
    encoding: wishes.encoding ?? null,
    delimiter: wishes.delimiter ?? null,
    extensions: extensionsFor(file),
    file: basename(file),
    sampled,
  };
}

function describeNothing(file: string, { malformed, examples }: SampledRows): string {
  if (malformed === 0) return `${file} has a header and no rows, so there is nothing to infer from.`;
  const [{ line, errors } = { line: 0, errors: [] }] = examples;
  return `${file} has no row that could be read: line ${line}, ${errors.map(({ reason }) => reason).join(', ')}. If the delimiter or the encoding is another, say it with --delimiter or --encoding.`;
}

/** A pair is only proposed: two columns may be unique together by chance, and the last of two rows would win. */
function describeNoKey(pair: readonly string[] | undefined): string {
  const none = 'no column is unique, never empty, and called like a key or the first one';
  if (pair === undefined) return none;
  return `${none}; no two rows have the same ${pair.join(' and ')}: if these identify a row, say \`--key ${pair.join(',')}\``;
}

function findColumn(wanted: string, headers: readonly string[], names: readonly ColumnName[]): number {
  const index = headers.findIndex(
    (header, at) => header === wanted || names[at]!.name === wanted || names[at]!.property === wanted,
  );
  if (index >= 0) return index;
  const known = names.map(({ name }) => name).join(', ');
  throw new Error(`--key: the file has no column "${wanted}"; it has ${known}.`);
}

function describeWanted(key: readonly string[], { missing, repeated }: UniqueValues): string {
  if (missing > 0) {
    throw new Error(
      `--key: ${key.join(', ')} is empty in ${missing} of the rows, and a key never is: name other columns.`,
    );
  }
  return repeated === 0
    ? 'as you said; no two rows have the same'
    : `as you said; it comes again in ${repeated} of the rows, of which the last wins`;
}

/** Null: one of those that every import takes. */
function extensionsFor(file: string): readonly string[] | null {
  const lower = basename(file).toLowerCase();
  if (/\.csv(\.gz)?$/.test(lower)) return null;
  const extension = /(\.[a-z0-9]+)?\.gz$|\.[a-z0-9]+$/.exec(lower)?.[0];
  if (extension === undefined) {
    throw new Error(
      `${file} has no extension, by which imports tell what they take: rename it to ${file}.csv.`,
    );
  }
  return ['.csv', '.csv.gz', extension];
}

/**
 * That the import can stand beside those that there are.
 *
 * @param others the definitions of all other files in imports/
 * @throws Error with the remedy
 */
export function checkBeside(plan: PlannedImport, others: readonly ImportDefinition[]): void {
  const namesake = others.find(({ name }) => name === plan.name);
  if (namesake !== undefined) {
    throw new Error(`There is an import "${plan.name}" already: say another name with --name.`);
  }
  const overlapping = others.find(
    ({ prefix }) => prefix.startsWith(plan.prefix) || plan.prefix.startsWith(prefix),
  );
  if (overlapping !== undefined) {
    throw new Error(
      `"${plan.prefix}" overlaps "${overlapping.prefix}" of import "${overlapping.name}", so an upload would have two imports: say another with --prefix.`,
    );
  }
  const sharing = others.find((other) => other.kind === 'table' && describeTable(other) === plan.tableName);
  if (sharing !== undefined) {
    throw new Error(
      `Table ${plan.tableName} is that of import "${sharing.name}" already: say another with --table. If the file is one for that import, \`npm run import -- FILE --import ${sharing.name}\` takes it.`,
    );
  }
}
