import { basename } from 'node:path';
import {
  type Delimiter,
  describeTable,
  type Encoding,
  type FileOptions,
  type ImportDefinition,
} from '../contract/definition/define-import.ts';
import { type Collected, collectColumns } from './collect-columns.ts';
import type { ColumnProfile } from './column-profile.ts';
import { styleOf } from './file-style.ts';
import { type InferredColumn, inferColumn } from './infer-column.ts';
import { inferKey } from './infer-key.ts';
import { type ColumnName, nameFrom } from './name-columns.ts';
import { type ImportName, nameImport, stemOf } from './name-import.ts';
import type { Sample, SampledRows } from './read-sample.ts';
import { positionsOf } from './sample-headers.ts';
import { settleSample } from './settle-sample.ts';

/** An import as it will be written. */
export interface PlannedImport extends ImportName {
  columns: readonly PlannedColumn[];
  /** Names in the database; none: rows are appended. */
  key: readonly string[];
  keyEvidence: string;
  /** Options of `--key` that may identify a row, where none was taken. */
  keyProposals: readonly string[];
  /** Whether the file has a key more than once, so that its last row counts. */
  repeatsKeys: boolean;
  /** What the definition declares of its files. */
  fileOptions: FileOptions;
  /** The sample as it was read in the end. */
  sample: Sample;
  /** The sample's name, without its folder. */
  file: string;
  sampled: SampledRows;
}

export interface PlannedColumn extends ColumnName, InferredColumn {
  /** As it stands in the file; empty: it has none. */
  header: string;
  /** Which column of the file it is, where its header does not tell; else null. */
  position: number | null;
}

/** What the user says of the import; everything else is inferred. */
export interface Wishes {
  name?: string;
  prefix?: string;
  table?: string;
  /** Headers or names of columns. */
  key?: readonly string[];
  /** The first line is the header and all others are rows, whatever they look like. */
  asIs?: boolean;
  encoding?: Encoding;
  delimiter?: Delimiter;
  /** Options of the file, as the definition has them. */
  fileOptions?: FileOptions;
}

/**
 * Reads at most `limit` rows of the sample, and plans an import that takes all of them.
 *
 * @throws Error for a file or a wish of which no import can be made, with the remedy
 */
export async function inferImport(
  file: string,
  opened: Sample,
  limit: number,
  wishes: Wishes,
): Promise<PlannedImport> {
  const read = (each: Sample) => collectColumns(each, limit, wishes.key);
  const { sample, collected } =
    wishes.asIs === true
      ? { sample: opened, collected: await read(opened) }
      : await settleSample(opened, read);
  const { headers } = sample;
  const { names, profiles, unique, pairs, wanted, sampled } = collected;
  if (sampled.rows === 0) throw new Error(describeNothing(file, sampled));
  if (sampled.malformed > sampled.rows && wishes.asIs !== true) throw new Error(describeMalformed(sampled));
  if (wishes.asIs !== true) checkEnd(sample, collected);
  const nullWords = [...new Set(profiles.flatMap(({ nulls }) => [...nulls.certain.keys()]))];
  const style = styleOf(headers, profiles);
  const positions = positionsOf(headers);
  const inferred = headers.map((header, index) => ({
    header,
    position: positions[index]!,
    ...names[index]!,
    ...inferColumn(header, profiles[index]!, sampled.rows, { nullWords, style }),
  }));
  const called = nameImport(file, wishes);
  const candidates = inferred.map((column, index) => ({
    ...column,
    unique: unique[index]!.unique && nullsOf(column, profiles[index]!) === 0,
    longest: profiles[index]!.longest,
    consecutive: profiles[index]!.consecutive,
  }));
  const pair = sampled.rows < 2 ? undefined : pairs.find(({ values }) => values.unique);
  const decision =
    wanted === null
      ? describeKey(
          inferKey(candidates, sampled.rows, [called.name, nameFrom(stemOf(file), '-')]),
          pair?.columns.map((index) => names[index]!.name) ?? [],
        )
      : describeWanted(
          wanted.columns.map((index) => names[index]!.name),
          wanted.values.repeated,
          wanted.columns.reduce(
            (sum, index) => sum + nullsOf(inferred[index]!, profiles[index]!),
            wanted.values.missing,
          ),
        );
  const { key } = decision;
  return {
    ...called,
    // A key's columns are never NULL, however few rows there are.
    columns: inferred.map((column, index) => ({
      ...column,
      ...(key.includes(column.name) ? { notNull: true } : {}),
      // The next file may come from another system, and be written in the other of Unicode's ways.
      ...(key.length > 0 && isComposable(column, profiles[index]!) && sample.encoding.startsWith('utf-')
        ? { transformations: { ...column.transformations, normalize: 'NFC' as const } }
        : {}),
    })),
    ...decision,
    fileOptions: {
      ...sample.file,
      ...extensionsFor(file),
      ...(nullWords.length === 0 ? {} : { null: nullWords }),
    },
    sample,
    file: basename(file),
    sampled,
  };
}

/**
 * @throws Error where the file ends with lines that are no rows, and nothing tells them from rows but their number,
 *   which may differ in the next file
 */
function checkEnd({ firstLine }: Sample, { shape, sampled }: Collected): void {
  if (!sampled.whole) return;
  const total = shape.total();
  const lines = total === null ? shape.linesBehind(sampled.irregular) : [total.line];
  const [line] = lines;
  if (line === undefined || line <= firstLine) return;
  throw new Error(
    `Line ${line} and what follows ${total === null ? 'has fewer values than the header, and seems to be no row' : 'seems to be the total of the others'}. If every such file ends so, say --file '{ "skipFooter": ${lines.length} }', which the definition will declare; else remove it, or get the file anew if it was cut off. If it is meant so, run this again with --as-is.`,
  );
}

/** Values that are a word for none, since the others are no texts. */
function nullsOf({ type }: PlannedColumn, { likelyNulls }: ColumnProfile): number {
  return type.builder === 'text' ? 0 : likelyNulls;
}

function isComposable({ type }: PlannedColumn, { composable }: ColumnProfile): boolean {
  return type.builder === 'text' && composable > 0;
}

function describeNothing(file: string, { malformed, examples }: SampledRows): string {
  if (malformed === 0) return `${file} has a header and no rows, so there is nothing to infer from.`;
  const [{ line, errors } = { line: 0, errors: [] }] = examples;
  return `${file} has no row that could be read: line ${line}, ${errors.map(({ reason }) => reason).join(', ')}. If the delimiter or the encoding is another, say it with --delimiter or --encoding.`;
}

function describeMalformed({ malformed, rows }: SampledRows): string {
  return `${malformed} of ${malformed + rows} rows would be rejected, whatever the columns are, so the file is hardly as it seems. If lines above the header are no rows, say --file '{ "skipLines": 3 }', for instance; if the delimiter is another, --delimiter; if it is as it should be, --as-is.`;
}

type KeyDecision = Pick<PlannedImport, 'key' | 'keyEvidence' | 'keyProposals' | 'repeatsKeys'>;

/** Pairs are only proposed: two columns may be unique together by chance, and rows of the next file would be lost. */
function describeKey(found: ReturnType<typeof inferKey>, pair: readonly string[]): KeyDecision {
  if (found.name !== null) {
    return { key: [found.name], keyEvidence: found.evidence, keyProposals: [], repeatsKeys: false };
  }
  const proposals = [...found.candidates, ...(pair.length === 0 ? [] : [pair.join(',')])];
  const none = 'no column is sure to identify a row in the next file, too';
  const evidence =
    proposals.length === 0
      ? none
      : `${none}; if one of these does, say ${proposals.map((each) => `\`--key ${each}\``).join(' or ')}`;
  return { key: [], keyEvidence: evidence, keyProposals: proposals, repeatsKeys: false };
}

function describeWanted(key: readonly string[], repeated: number, missing: number): KeyDecision {
  if (missing > 0 && key.length > 0) {
    throw new Error(
      `--key: ${key.join(', ')} is empty in ${missing} of the rows, and a key never is: name other columns.`,
    );
  }
  const keyEvidence =
    repeated === 0 || key.length === 0
      ? 'as you said; no two rows have the same'
      : `as you said; it comes again in ${repeated} of the rows, of which the last wins`;
  return { key, keyEvidence, keyProposals: [], repeatsKeys: repeated > 0 && key.length > 0 };
}

/** Nothing where every import takes it. */
function extensionsFor(file: string): Pick<FileOptions, 'extensions'> {
  const lower = basename(file).toLowerCase();
  if (/\.csv(\.gz|\.zst)?$|\.zip$/.test(lower)) return {};
  const extension = /(\.[a-z0-9]+)?\.(?:gz|zst)$|\.[a-z0-9]+$/.exec(lower)?.[0];
  if (extension === undefined) {
    throw new Error(
      `${file} has no extension, by which imports tell what they take: rename it to ${file}.csv.`,
    );
  }
  return { extensions: ['.csv', '.csv.gz', extension] };
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
