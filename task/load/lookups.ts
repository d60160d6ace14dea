import type { ImportColumn, TableImport } from '../../contract/definition/define-import.ts';
import type { Lookup } from '../../contract/definition/lookup.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { identifier, literal, qualified } from './identifier.ts';
import { Ordinals } from './ordinals.ts';
import type { Scope } from './scope.ts';
import { ORDINAL, orderOf, STAGING } from './staging.ts';
import { castableType, hasUniqueKey } from './target-table.ts';
import type { Transaction } from './transaction.ts';
import { ordinalsOf, type Violations } from './violations.ts';

type LookupColumn = ImportColumn & { lookup: Lookup };

/** Columns whose values are looked up. */
export function lookupsOf(filled: readonly ImportColumn[]): LookupColumn[] {
  return filled.filter((column): column is LookupColumn => column.lookup !== undefined);
}

/** Columns as the table has them, once everything is looked up. */
export function lookedUp(filled: readonly ImportColumn[]): ImportColumn[] {
  return filled.map(({ lookup, ...column }) =>
    lookup === undefined ? column : { ...column, type: lookup.type, sqlType: lookup.sqlType },
  );
}

/**
 * Looks at the tables that values are looked up in, before a row is read.
 *
 * @throws ImportFailure `TargetTableMismatch`
 */
export async function checkLookups(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
): Promise<void> {
  for (const { name, lookup } of lookupsOf(filled)) {
    const other = qualified(lookup.schema, lookup.table);
    const mismatch = (problem: string, cause?: unknown) =>
      new ImportFailure(
        'TargetTableMismatch',
        `Import "${definition.name}" looks column "${name}" up in table ${lookup.table}: ${problem}.`,
        { cause },
      );
    try {
      await sql.savepoint(() =>
        sql.unsafe(`select ${identifier(lookup.by)}, ${identifier(lookup.take)} from ${other} limit 0`),
      );
    } catch (error) {
      // undefined_table, undefined_column, invalid_schema_name, insufficient_privilege
      if (!['42P01', '42703', '3F000', '42501'].includes((error as { code: string }).code)) throw error;
      throw mismatch((error as Error).message, error);
    }
    if (lookup.missing !== 'insert') continue;
    const unique = [lookup.by, ...scopeOf(definition, lookup).map(({ theirs }) => theirs)];
    const [row] = await sql<{ oid: string }[]>`select to_regclass(${other})::oid::text as oid`;
    if (await hasUniqueKey(sql, row!.oid, unique)) continue;
    throw mismatch(
      `missing: "insert" needs a unique constraint on (${unique.join(', ')}), or two imports would insert a value twice`,
    );
  }
}

/** The scope's columns that the other table has, too, by the names of their properties. */
function scopeOf(definition: TableImport, { columns }: Lookup): { theirs: string; own: string }[] {
  return definition.scope.flatMap((own) => {
    const { property } = definition.columns.find(({ name }) => name === own)!;
    const theirs = columns.get(property);
    return theirs === undefined ? [] : [{ theirs, own }];
  });
}

/**
 * Puts what was looked up in the place of the staged values: each distinct value is joined once.
 *
 * @returns the rows whose values are not found, or found more than once, to be set aside
 */
export async function resolveLookups(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
  scope: Scope,
): Promise<Violations[]> {
  const found: Violations[] = [];
  const columns = lookupsOf(filled);
  for (const [index, column] of columns.entries()) {
    const codes = `pg_temp.csv_import_codes_${index}`;
    await joinCodes(sql, definition, column, scope, codes);
    found.push(...(await findUnresolved(sql, column, filled, codes)));
  }
  const selected = filled.map((column) => {
    const index = columns.indexOf(column as LookupColumn);
    return index === -1
      ? `staged.${identifier(column.name)}`
      : `codes_${index}.taken as ${identifier(column.name)}`;
  });
  const ordinal = orderOf(filled) === ORDINAL ? `, staged.${ORDINAL}` : '';
  const joins = columns.map(
    ({ name }, index) =>
      `left join pg_temp.csv_import_codes_${index} as codes_${index} on codes_${index}.code = staged.${identifier(name)}`,
  );
  await sql.unsafe(`
    create temporary table csv_import_resolved on commit drop as
    select ${selected.join(', ')}${ordinal} from ${STAGING} as staged ${joins.join(' ')}${ordinal === '' ? ' order by staged.ctid' : ''};
    drop table ${STAGING};
    alter table pg_temp.csv_import_resolved rename to csv_import_staging`);
  return found.filter(({ ordinals, more }) => ordinals.size > 0 || more);
}

/** The distinct values of a column, with what the other table has for each, and how often. */
async function joinCodes(
  sql: Transaction,
  definition: TableImport,
  { name, lookup }: LookupColumn,
  scope: Scope,
  codes: string,
): Promise<void> {
  const other = qualified(lookup.schema, lookup.table);
  const [own, by] = [identifier(name), identifier(lookup.by)];
  const shared = scopeOf(definition, lookup).map(({ theirs, own: ownName }) => {
    const { column, text } = scope.find((each) => each.column.name === ownName)!;
    return {
      theirs: identifier(theirs),
      value: text === null ? 'null' : `${literal(text)}::${castableType(column.sqlType)}`,
    };
  });
  const inScope = shared.map(({ theirs, value }) => ` and other.${theirs} = ${value}`).join('');
  if (lookup.missing === 'insert') {
    await sql.unsafe(`
      insert into ${other} (${[by, ...shared.map(({ theirs }) => theirs)].join(', ')})
      select ${['code', ...shared.map(({ value }) => value)].join(', ')}
      from (select distinct ${own} as code from ${STAGING} where ${own} is not null) as staged
      where not exists (select from ${other} as other where other.${by} = staged.code${inScope})
      order by code
      on conflict do nothing`);
  }
  await sql.unsafe(`
    create temporary table ${codes.slice('pg_temp.'.length)} on commit drop as
    select staged.code, (array_agg(other.${identifier(lookup.take)}))[1]::${castableType(lookup.sqlType)} as taken,
           count(other.${by}) as matches
    from (select distinct ${own} as code from ${STAGING} where ${own} is not null) as staged
    left join ${other} as other on other.${by} = staged.code${inScope}
    group by staged.code`);
  await sql.unsafe(`analyze ${codes}`);
}

async function findUnresolved(
  sql: Transaction,
  { name, lookup }: LookupColumn,
  filled: readonly ImportColumn[],
  codes: string,
): Promise<Violations[]> {
  const [row] = await sql.unsafe<{ unknown: boolean; several: boolean }[]>(
    `select coalesce(bool_or(matches = 0), false) as unknown, coalesce(bool_or(matches > 1), false) as several from ${codes}`,
  );
  const told = orderOf(filled) === ORDINAL;
  const find = async (
    code: 'unknown_reference' | 'ambiguous_reference',
    reason: string,
    condition: string,
  ): Promise<Violations> => ({
    code,
    reason,
    columns: [name],
    ordinals: told
      ? await ordinalsOf(
          sql,
          `select ${ORDINAL} as ordinal from ${STAGING} as staged join ${codes} as codes on codes.code = staged.${identifier(name)} where ${condition}`,
        )
      : new Ordinals(),
    more: !told,
  });
  return [
    ...(row!.unknown && lookup.missing !== 'null'
      ? [
          await find(
            'unknown_reference',
            `table ${lookup.table} has no row with this ${lookup.by}`,
            'matches = 0',
          ),
        ]
      : []),
    ...(row!.several
      ? [
          await find(
            'ambiguous_reference',
            `table ${lookup.table} has several rows with this ${lookup.by}`,
            'matches > 1',
          ),
        ]
      : []),
  ];
}
