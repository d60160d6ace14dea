import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import { type ColumnProblem, findOptionProblem, findRuleProblem } from './check-column.ts';
import { type ColumnType, columnTypeOf } from './column-type.ts';
import { ImportFailure } from './failures.ts';
import {
  type BatchCommit,
  type ColumnOptions,
  type ColumnRules,
  type Delimiter,
  type Encoding,
  type ImportOptions,
  optionsSchema,
  type RuledRow,
  type Transformations,
} from './import-options.ts';

export * from './import-options.ts';

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
  /** Changes to its values, in the order of docs/imports.md, before they are checked. */
  transformations: Transformations;
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
  rowRule: ((row: RuledRow) => string | null) | null;
  rejects: { maxRows: number } | { maxPercent: number };
  duplicates: 'last' | 'reject';
  commit: 'file' | Required<BatchCommit>;
  unknownColumns: 'fail' | 'ignore';
  /** Null: found in the file. */
  encoding: Encoding | null;
  /** Null: found in the file. */
  delimiter: Delimiter | null;
  maxBytes: number;
  maxRatio: number;
  extensions: readonly string[];
  /** Null: only the stack's limit holds. */
  maxConcurrentRuns: number | null;
  /** Null: the stack's. */
  timeLimitMinutes: number | null;
}

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
  if (checked.mode === 'replace' && checked.commit !== 'file') {
    invalid(
      label,
      'commit',
      'mode "replace" puts the whole file in the table\'s place at once, so it takes no batches; leave commit out',
    );
  }
  if (checked.mode === 'upsert' && checked.commit !== 'file') {
    if (checked.commit.lanes > 1) {
      invalid(
        label,
        'commit.lanes',
        'mode "upsert" takes one lane, since of two rows of a key the later one must win, and lanes commit in any order; leave lanes out',
      );
    }
    if (checked.duplicates === 'reject') {
      invalid(
        label,
        'duplicates',
        '"reject" needs all rows of the file at once, and batches hold a part of them; use commit "file", or leave duplicates out',
      );
    }
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
    const { aliases = [], ...transformations } = (checked.columns?.[property] ?? {}) as ColumnOptions;
    const rules = (checked.rules?.[property] ?? {}) as ColumnRules;
    const typed = { name: column.name, type: columnTypeOf(column), sqlType: column.getSQLType() };
    requireNone(label, `columns.${property}`, findOptionProblem(typed, transformations));
    requireNone(label, `rules.${property}`, findRuleProblem(typed, rules));
    const inKey = checked.mode === 'upsert' && key.includes(column);
    columns.push({
      property,
      ...typed,
      notNull: column.notNull || inKey,
      required: (column.notNull && !column.hasDefault) || inKey,
      aliases,
      transformations,
      rules,
    });
  }
  if (columns.length === 0)
    invalid(label, 'table', `table "${config.name}" has no column that a file could fill`);

  const {
    key: _key,
    columns: _columns,
    rules: _rules,
    encoding = null,
    delimiter = null,
    rowRule = null,
    maxConcurrentRuns = null,
    timeLimitMinutes = null,
    ...plain
  } = checked;
  return {
    ...plain,
    encoding,
    delimiter,
    rowRule,
    maxConcurrentRuns,
    timeLimitMinutes,
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

function requireNone(label: string, path: string, found: ColumnProblem | null): void {
  if (found !== null) invalid(label, found.field === '' ? path : `${path}.${found.field}`, found.problem);
}

function invalid(label: string, field: string, problem: string): never {
  throw new ImportFailure('DefinitionInvalid', `${label}, field "${field}": ${problem}.`);
}
