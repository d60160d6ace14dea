import { z } from 'zod';

/** A constant of a definition. */
export type Constant = string | number | bigint | boolean | null;

/** Where a value comes from that is not in the file. */
export type ValueSource =
  | { from: 'key'; part: string }
  /** `default`: where the object has no such metadata; undefined: it must have it. */
  | { from: 'metadata'; name: string; default?: Constant | undefined }
  | { from: 'runId' }
  | { from: 'line' }
  | { from: 'importedAt' }
  | { from: 'fileName' };

/** What a definition may give as a value. */
export type ValueOption = Constant | ValueSource | UnlessInFile;

/** A value that gives way to the file's column. */
export interface UnlessInFile {
  unlessInFile: Constant | ValueSource;
}

/** The part `{name}` of the import's key pattern. */
export function fromKey(part: string): ValueSource {
  return { from: 'key', part };
}

/**
 * The object's metadata `x-amz-meta-<name>`. Anyone who uploads can set it, unless the application signs it.
 *
 * @param options `default` for objects that lack it; without one, they fail
 */
export function fromMetadata(name: string, options: { default?: Constant } = {}): ValueSource {
  return { from: 'metadata', name, ...options };
}

/** The run's id, as the ledger has it. */
export function runId(): ValueSource {
  return { from: 'runId' };
}

/** The line of the file where the row begins, from 1. */
export function line(): ValueSource {
  return { from: 'line' };
}

/** When the attempt that imported the row began. */
export function importedAt(): ValueSource {
  return { from: 'importedAt' };
}

/** The last part of the object's key. */
export function fileName(): ValueSource {
  return { from: 'fileName' };
}

/** Lets the column of a file that has it win over the value. */
export function unlessInFile(value: Constant | ValueSource): UnlessInFile {
  return { unlessInFile: value };
}

const constant = z.union([z.string(), z.number(), z.bigint(), z.boolean(), z.null()]);
const source = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('key'), part: z.string() }),
  z.strictObject({ from: z.literal('metadata'), name: z.string(), default: constant.optional() }),
  ...(['runId', 'line', 'importedAt', 'fileName'] as const).map((from) =>
    z.strictObject({ from: z.literal(from) }),
  ),
]);

/** What marks a missing row. */
export const markSchema = z.union([constant, source], {
  error: 'use a constant, fromKey(…), fromMetadata(…), runId(), importedAt() or fileName()',
});

/** What {@link ValueOption} must look like, apart from the column's type. */
export const valueSchema = z.union(
  [constant, source, z.strictObject({ unlessInFile: z.union([constant, source]) })],
  {
    error:
      'use fromKey(…), fromMetadata(…), runId(), line(), importedAt(), fileName() or a constant; unlessInFile(…) around it lets a column of the file win',
  },
);

/** Whether it tells of the import rather than of the row, so that it alone does not make a row another one. */
export function tellsOfImport(value: Constant | ValueSource): boolean {
  return isSource(value) && value.from !== 'key' && value.from !== 'metadata';
}

/** Whether it is no constant. */
export function isSource(value: Constant | ValueSource): value is ValueSource {
  return typeof value === 'object' && value !== null;
}

/** The value for people, as a definition writes it. */
export function describeValue(value: Constant | ValueSource): string {
  if (!isSource(value)) return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  switch (value.from) {
    case 'key':
      return `fromKey('${value.part}')`;
    case 'metadata':
      return `fromMetadata('${value.name}')`;
    default:
      return `${value.from}()`;
  }
}
