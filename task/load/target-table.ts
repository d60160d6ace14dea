import { describeTable, type ImportColumn, type TableImport } from '../../contract/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { identifier, qualified } from './identifier.ts';
import { mergesByKey } from './staging.ts';
import type { Transaction } from './transaction.ts';

interface TableColumn {
  name: string;
  type: string;
  mustBeFilled: boolean;
  notNull: boolean;
}

/** Between names in a parameter: none of them can hold it. */
const SEPARATOR = '\u0001';
const serialTypes: Record<string, string> = {
  smallserial: 'smallint',
  serial: 'integer',
  bigserial: 'bigint',
};

/**
 * Compares the definition with the table as it is in the database, before a row is read.
 *
 * @param filled the columns that this file brings
 * @throws ImportFailure `TargetTableMismatch`, naming every difference
 */
export async function checkTargetTable(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
): Promise<void> {
  const table = describeTable(definition);
  const name = qualified(definition.schema, definition.tableName);
  const [found] = await sql<{ oid: string | null }[]>`select to_regclass(${name})::oid::text as oid`;
  if (found?.oid == null) {
    throw new ImportFailure(
      'TargetTableMismatch',
      `Import "${definition.name}": the database has no table ${table} (or its user may not see it).`,
    );
  }
  const actual = await readColumns(sql, found.oid);
  const declared = await declaredTypes(sql, definition);

  const problems: string[] = [];
  for (const column of definition.columns) {
    const there = actual.get(column.name);
    if (there === undefined) {
      problems.push(`column "${column.name}" is missing in the table`);
    } else if (there.type !== declared.get(column.name)) {
      problems.push(
        `column "${column.name}" is ${there.type} in the table, but ${declared.get(column.name)} in the definition`,
      );
    } else if (there.notNull && !column.notNull) {
      problems.push(`column "${column.name}" is NOT NULL in the table, but may be null in the definition`);
    }
  }
  const brought = new Set(filled.map((column) => column.name));
  for (const column of actual.values()) {
    if (column.mustBeFilled && !brought.has(column.name)) {
      problems.push(`column "${column.name}" is NOT NULL without a default, and the file does not bring it`);
    }
  }
  if (mergesByKey(definition, filled) && !(await hasUniqueKey(sql, found.oid, definition.key))) {
    problems.push(
      `mode "${definition.mode}" needs a primary key or unique constraint on (${definition.key.join(', ')}), and there is none`,
    );
  }
  if (problems.length > 0) {
    throw new ImportFailure(
      'TargetTableMismatch',
      `Import "${definition.name}" does not fit table ${table}: ${problems.join('; ')}.`,
    );
  }
}

/** Whether the target has no row, as far as this transaction sees. */
export async function isTableEmpty(sql: Transaction, definition: TableImport): Promise<boolean> {
  const target = qualified(definition.schema, definition.tableName);
  const [row] = await sql.unsafe<{ empty: boolean }[]>(`select not exists (select from ${target}) as empty`);
  return row!.empty;
}

async function readColumns(sql: Transaction, table: string): Promise<Map<string, TableColumn>> {
  const rows = await sql<TableColumn[]>`
    select attname as name,
           format_type(atttypid, atttypmod) as type,
           attnotnull as "notNull",
           attnotnull and not atthasdef and attidentity = '' and attgenerated = '' as "mustBeFilled"
    from pg_attribute
    where attrelid = ${table}::oid and attnum > 0 and not attisdropped
    order by attnum`;
  return new Map(rows.map((row) => [row.name, row]));
}

/** The definition's types as PostgreSQL itself writes them, so that both sides are spelled alike. */
async function declaredTypes(sql: Transaction, definition: TableImport): Promise<Map<string, string>> {
  const columns = definition.columns.map(
    (column) => `${identifier(column.name)} ${serialTypes[column.sqlType] ?? typeName(column)}`,
  );
  try {
    return await sql.savepoint(async () => {
      await sql.unsafe(`create temporary table csv_import_declared (${columns.join(', ')}) on commit drop`);
      const rows = await sql<{ name: string; type: string }[]>`
        select attname as name, format_type(atttypid, atttypmod) as type
        from pg_attribute where attrelid = 'pg_temp.csv_import_declared'::regclass and attnum > 0`;
      await sql`drop table pg_temp.csv_import_declared`;
      return new Map(rows.map((row) => [row.name, row.type]));
    });
  } catch (error) {
    // undefined_object: an enum or other type of the definition that the database lacks
    if ((error as { code?: string }).code !== '42704') throw error;
    throw new ImportFailure(
      'TargetTableMismatch',
      `Import "${definition.name}": the database lacks a type of the definition: ${(error as Error).message}.`,
      { cause: error },
    );
  }
}

/** Built-in types as they are; the name of an enum is an identifier. */
function typeName(column: ImportColumn): string {
  return column.type.kind === 'enum' && !/^(text|varchar|char)\b/.test(column.sqlType)
    ? column.sqlType.split('.').map(identifier).join('.')
    : column.sqlType;
}

async function hasUniqueKey(sql: Transaction, table: string, key: readonly string[]): Promise<boolean> {
  const [row] = await sql<{ found: boolean }[]>`
    select exists (
      select from pg_index
      where indrelid = ${table}::oid and indisunique and indisvalid and indimmediate
        and indpred is null and indexprs is null
        and (select array_agg(attname::text order by attname::text)
             from pg_attribute where attrelid = indrelid and attnum = any(indkey[0:indnkeyatts - 1]))
          = (select array_agg(name order by name) from string_to_array(${key.join(SEPARATOR)}, ${SEPARATOR}) as names, unnest(names) as name)
    ) as found`;
  return row!.found;
}
