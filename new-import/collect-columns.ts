import { Shape } from './check-shape.ts';
import { ColumnProfile } from './column-profile.ts';
import { possiblePairs, UniqueValues } from './infer-key.ts';
import { type ColumnName, nameColumns } from './name-columns.ts';
import type { Sample, SampledRows } from './read-sample.ts';

/** What the rows of a sample tell of its columns. */
export interface Collected {
  names: readonly ColumnName[];
  profiles: readonly ColumnProfile[];
  unique: readonly UniqueValues[];
  /** The pairs of columns that may identify a row, and whether they do. */
  pairs: readonly { columns: readonly [number, number]; values: UniqueValues }[];
  /** The columns that the user says identify a row, and whether they do; null: none was said. */
  wanted: { columns: readonly number[]; values: UniqueValues } | null;
  shape: Shape;
  sampled: SampledRows;
}

/**
 * Reads at most `limit` rows.
 *
 * @param key headers or names of columns; undefined: the user says nothing
 * @throws Error for a key that the file does not have
 */
export async function collectColumns(
  sample: Sample,
  limit: number,
  key: readonly string[] | undefined,
): Promise<Collected> {
  const { headers } = sample;
  const names = nameColumns(headers);
  const profiles = headers.map((_, index) => new ColumnProfile(sample.formulas[index] === true));
  const unique = headers.map(() => new UniqueValues(true));
  const wanted =
    key === undefined
      ? null
      : { columns: key.map((each) => findColumn(each, headers, names)), values: new UniqueValues(false) };
  const pairs = (wanted === null ? possiblePairs(names.map(({ name }) => name)) : []).map((columns) => ({
    columns,
    values: new UniqueValues(true),
  }));
  const shape = new Shape();
  const sampled = await sample.readRows(limit, (values, line) => {
    shape.add(values, line);
    for (const [index, value] of values.entries()) {
      profiles[index]!.add(value, line);
      unique[index]!.add([value]);
    }
    for (const each of wanted === null ? pairs : [...pairs, wanted]) {
      each.values.add(each.columns.map((index) => values[index]!));
    }
  });
  return { names, profiles, unique, pairs, wanted, shape, sampled };
}

function findColumn(wanted: string, headers: readonly string[], names: readonly ColumnName[]): number {
  const index = headers.findIndex(
    (header, at) => header === wanted || names[at]!.name === wanted || names[at]!.property === wanted,
  );
  if (index >= 0) return index;
  const known = names.map(({ name }) => name).join(', ');
  throw new Error(`--key: the file has no column "${wanted}"; it has ${known}.`);
}
