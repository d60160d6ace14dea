import { getTableConfig, type PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { type ColumnType, columnTypeOf } from './column-type.ts';
import { ImportFailure } from './failures.ts';

/** Rules on top of what the column's type demands. Lengths are in characters. */
export interface ColumnRules {
  min?: number;
  max?: number;
  minLength?: number;
  maxLength?: number;
  /** Must match somewhere in the value: anchor it with ^ and $ to match all of it. */
  pattern?: RegExp;
  oneOf?: readonly string[];
}

export interface ColumnOptions {
  /** Further headers under which the column may come, e.g. `['顧客名']`. */
  aliases?: readonly string[];
}

type ColumnProperty<T extends PgTable> = keyof T['_']['columns'] & string;

/** What a user writes in `imports/<name>.ts`. Columns are named by their property in the Drizzle table. */
export interface ImportOptions<T extends PgTable = PgTable> {
  /** Lower-case letters, digits and hyphens; at most 40 characters. */
  name: string;
  /** Uploads whose keys begin with this are imported; ends with a slash. */
  prefix: string;
  table: T;
  /**
   * `append` inserts every row; `upsert` inserts new keys and updates what changed; `replace` makes the table
   * equal to the file.
   */
  mode: 'append' | 'upsert' | 'replace';
  /** The columns that identify a row, needed by `upsert`. Default: the table's primary key. */
  key?: readonly ColumnProperty<T>[];
  columns?: { [P in ColumnProperty<T>]?: ColumnOptions };
  rules?: { [P in ColumnProperty<T>]?: ColumnRules };
  /** How many refused rows still let the others in. Default: none, `{ maxRows: 0 }`. */
  rejects?: { maxRows: number } | { maxPercent: number };
  /** `file`: all of a file's accepted rows in one transaction, or none. */
  commit?: 'file';
  /** What to do with columns of the file that the table lacks. Default: `fail`. */
  unknownColumns?: 'fail' | 'ignore';
  /** Default: found by byte order mark and validity. */
  encoding?: Encoding;
  /** Default: comma. */
  delimiter?: Delimiter;
  /** Upper limit of an upload's size in bytes. Default: 50 GiB. */
  maxBytes?: number;
  /** Accepted endings of the key, lower case. Default: `.csv`. */
  extensions?: readonly string[];
}

export const encodings = ['utf-8', 'shift_jis', 'euc-jp', 'windows-1252', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof encodings)[number];
export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

/** A column that an upload may fill. */
export interface ImportColumn {
  /** The property in the Drizzle table. */
  property: string;
  /** The name in the database. */
  name: string;
  type: ColumnType;
  sqlType: string;
  notNull: boolean;
  /** Whether a file must have it: NOT NULL without a default, or part of the key. */
  required: boolean;
  aliases: readonly string[];
  rules: ColumnRules;
}

/** A checked definition, everything defaulted. */
export interface ImportDefinition {
  name: string;
  prefix: string;
  mode: 'append' | 'upsert' | 'replace';
  /** Schema of the target table; null: the database's search path decides. */
  schema: string | null;
  tableName: string;
  /** In the table's order; generated columns are left out. */
  columns: readonly ImportColumn[];
  /** Names in the database of the columns that identify a row; empty where nothing does. */
  key: readonly string[];
  rejects: { maxRows: number } | { maxPercent: number };
  commit: 'file';
  unknownColumns: 'fail' | 'ignore';
  encoding: Encoding | null;
  delimiter: Delimiter;
  maxBytes: number;
  extensions: readonly string[];
}

const GiB = 1024 ** 3;
const numeric = new Set<ColumnType['kind']>(['integer', 'numeric', 'float']);

const optionsSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,39}$/,
      'use lower-case letters, digits and hyphens, at most 40, a letter first',
    ),
  prefix: z
    .string()
    .regex(
      /^[^/].*\/$/s,
      'write it without a slash at the start and with one at the end, such as "uploads/orders/"',
    ),
  table: z.instanceof(PgTable, { error: 'pass a table made by pgTable() of drizzle-orm/pg-core' }),
  mode: z.enum(['append', 'upsert', 'replace'], { error: 'use "append", "upsert" or "replace"' }),
  key: z.array(z.string()).min(1, 'name at least one column, or leave key out').optional(),
  columns: z
    .record(z.string(), z.strictObject({ aliases: z.array(z.string().min(1)).optional() }))
    .optional(),
  rules: z
    .record(
      z.string(),
      z.strictObject({
        min: z.number().optional(),
        max: z.number().optional(),
        minLength: z.number().int().nonnegative().optional(),
        maxLength: z.number().int().nonnegative().optional(),
        pattern: z.instanceof(RegExp, { error: 'pass a regular expression' }).optional(),
        oneOf: z.array(z.string()).min(1).optional(),
      }),
    )
    .optional(),
  rejects: z
    .union(
      [
        z.strictObject({ maxRows: z.number().int().nonnegative() }),
        z.strictObject({ maxPercent: z.number().min(0).max(100) }),
      ],
      { error: 'use { maxRows: 100 } or { maxPercent: 1 }' },
    )
    .default({ maxRows: 0 }),
  commit: z.literal('file', { error: 'use "file"' }).default('file'),
  unknownColumns: z.enum(['fail', 'ignore']).default('fail'),
  encoding: z.enum(encodings).optional(),
  delimiter: z.enum(delimiters).default(','),
  maxBytes: z
    .number()
    .int()
    .positive()
    .default(50 * GiB),
  extensions: z
    .array(
      z.string().regex(/^\.[a-z0-9.]+$/, 'write extensions in lower case with their dot, such as ".csv"'),
    )
    .min(1)
    .default(['.csv']),
});

/**
 * Declares an import: which uploads it takes, into which table, and how. Everything but name, prefix, table and
 * mode has a default derived from the table.
 *
 * @throws ImportFailure `DefinitionInvalid`, naming the definition, the field and the remedy.
 */
export function defineImport<T extends PgTable>(options: ImportOptions<T>): ImportDefinition {
  const label = typeof options?.name === 'string' ? `import "${options.name}"` : 'an import without a name';
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    invalid(label, issue!.path.join('.') || 'definition', issue!.message);
  }
  const { table, ...checked } = parsed.data;
  const config = getTableConfig(table);
  const byProperty = new Map<string, PgColumn>(
    Object.entries(table).filter((entry): entry is [string, PgColumn] =>
      config.columns.includes(entry[1] as PgColumn),
    ),
  );
  const known = [...byProperty.keys()].join(', ');
  for (const [field, names] of [
    ['key', checked.key ?? []],
    ['columns', Object.keys(checked.columns ?? {})],
    ['rules', Object.keys(checked.rules ?? {})],
  ] as const) {
    const unknown = names.find((name) => !byProperty.has(name));
    if (unknown !== undefined) {
      invalid(label, field, `table "${config.name}" has no column "${unknown}"; it has ${known}`);
    }
  }

  const primaryKey = config.primaryKeys[0]?.columns ?? config.columns.filter((column) => column.primary);
  const key = checked.key?.map((property) => byProperty.get(property)!) ?? primaryKey;
  if (checked.mode === 'upsert' && key.length === 0) {
    invalid(
      label,
      'key',
      `mode "upsert" needs a key: table "${config.name}" has no primary key, so name the columns`,
    );
  }
  if (checked.mode === 'replace' && Object.values(checked.rejects)[0] !== 0) {
    invalid(
      label,
      'rejects',
      'mode "replace" takes no rejects, since it would delete the rows of the table that the file has, but refused; leave rejects out',
    );
  }
  const generatedKey = key.find(isGenerated);
  if (checked.mode === 'upsert' && generatedKey !== undefined) {
    invalid(
      label,
      'key',
      `column "${generatedKey.name}" is generated by the database, so no file can carry it: name columns that the file has`,
    );
  }

  const columns: ImportColumn[] = [];
  for (const [property, column] of byProperty) {
    if (isGenerated(column)) continue;
    const rules = checked.rules?.[property];
    const type = columnTypeOf(column);
    if ((rules?.min !== undefined || rules?.max !== undefined) && !numeric.has(type.kind)) {
      invalid(
        label,
        `rules.${property}`,
        `min and max are for numbers, and column "${column.name}" is ${column.getSQLType()}`,
      );
    }
    const inKey = checked.mode === 'upsert' && key.includes(column);
    columns.push({
      property,
      name: column.name,
      type,
      sqlType: column.getSQLType(),
      notNull: column.notNull || inKey,
      required: (column.notNull && !column.hasDefault) || inKey,
      aliases: checked.columns?.[property]?.aliases ?? [],
      rules: (rules ?? {}) as ColumnRules,
    });
  }
  if (columns.length === 0)
    invalid(label, 'table', `table "${config.name}" has no column that a file could fill`);

  const { key: _key, columns: _columns, rules: _rules, encoding = null, ...plain } = checked;
  return {
    ...plain,
    encoding,
    schema: config.schema ?? null,
    tableName: config.name,
    columns,
    key: key.map((column) => column.name),
  };
}

/**
 * Checks definitions against each other.
 *
 * @throws ImportFailure `DefinitionInvalid` for two of one name, or prefixes of which one contains the other.
 */
export function checkTogether(definitions: readonly ImportDefinition[]): readonly ImportDefinition[] {
  const sorted = definitions.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1));
  for (const [index, definition] of sorted.entries()) {
    const namesake = sorted.find((other, at) => at > index && other.name === definition.name);
    if (namesake !== undefined) {
      invalid(`import "${definition.name}"`, 'name', 'two definitions have this name; rename one of them');
    }
    const inside = sorted.find((other, at) => at > index && other.prefix.startsWith(definition.prefix));
    if (inside !== undefined) {
      invalid(
        `import "${inside.name}"`,
        'prefix',
        `"${inside.prefix}" overlaps "${definition.prefix}" of import "${definition.name}", so an upload would have two imports; choose prefixes of which none begins with another`,
      );
    }
  }
  return sorted;
}

/** The import whose prefix the key is under, if any. */
export function findImport(
  definitions: readonly ImportDefinition[],
  key: string,
): ImportDefinition | undefined {
  return definitions.find((definition) => key.startsWith(definition.prefix));
}

/** `schema.table` or `table`, for people. */
export function describeTable(definition: Pick<ImportDefinition, 'schema' | 'tableName'>): string {
  return definition.schema === null ? definition.tableName : `${definition.schema}.${definition.tableName}`;
}

function isGenerated(column: PgColumn): boolean {
  return column.generated !== undefined || column.generatedIdentity?.type === 'always';
}

function invalid(label: string, field: string, problem: string): never {
  throw new ImportFailure('DefinitionInvalid', `${label}, field "${field}": ${problem}.`);
}
