import { getTableName, is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import type { Sql } from 'postgres';
import { describeTable } from '../contract/definition/define-import.ts';
import { listImportFiles, loadImports } from '../imports/index.ts';

/** Everything that the files in imports/ export, by file; the default export is the definition. */
export type ImportModules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Loads the files in imports/; call it after `loadImports()`, which says what is wrong with them. */
export async function loadImportModules(): Promise<ImportModules> {
  const files = listImportFiles();
  const modules = await Promise.all(files.map((file) => import(`../imports/${file}.ts`)));
  return Object.fromEntries(files.map((file, index) => [file, modules[index] as Record<string, unknown>]));
}

/**
 * Creates the tables of the imports, with their enums and schemas, where the database lacks them. Only for the
 * embedded database: a database of the user's own is theirs to shape.
 *
 * @returns the names of the tables that were created
 * @throws Error naming an import whose table is not exported, so that nobody could create it
 */
export async function createMissingTables(sql: Sql, modules?: ImportModules): Promise<string[]> {
  const { missing, statements } = await planMissingTables(sql, modules);
  if (missing.length === 0) return [];
  await sql.begin(async (tx) => {
    for (const statement of statements) await tx.unsafe(statement);
  });
  return missing;
}

/** The tables that the database lacks, and the SQL that would create them. */
export async function planMissingTables(
  sql: Sql,
  modules?: ImportModules,
): Promise<{ missing: string[]; statements: string[] }> {
  const loaded = modules ?? (await loadImportModules());
  // By value: two files may export different tables by one name, or one table by two.
  const exported = [...new Set(Object.values(loaded).flatMap((module) => Object.values(module)))];
  const tables = exported.filter((value): value is PgTable => is(value, PgTable));
  const missing: PgTable[] = [];
  for (const table of tables) {
    const { name, schema } = getTableConfig(table);
    if (!(await exists(sql, schema ?? null, name))) missing.push(table);
  }
  if (modules === undefined) await checkTargets(sql, missing);
  if (missing.length === 0) return { missing: [], statements: [] };
  // Loaded only when needed: it takes half a second.
  const { generateDrizzleJson, generateMigration } = await import('drizzle-kit/api');
  const others = exported.filter((value) => !is(value, PgTable));
  // What is exported under which name does not matter to drizzle-kit, as long as names differ.
  const wanted = Object.fromEntries([...others, ...missing].map((value, index) => [`export${index}`, value]));
  const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson(wanted));
  return {
    missing: missing.map((table) => getTableName(table)),
    // Types, schemas and sequences may be there from a table that was created before.
    statements: statements.map((statement) =>
      statement.replace(/^CREATE (SCHEMA|SEQUENCE) (?!IF)/, 'CREATE $1 IF NOT EXISTS ').replace(
        /^(CREATE TYPE .*);$/s,
        // As a function: in a replacement text, $$ would stand for one $.
        (_, create) => `DO $$ BEGIN ${create}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;`,
      ),
    ),
  };
}

async function exists(sql: Sql, schema: string | null, table: string): Promise<boolean> {
  const [found] = await sql<{ there: boolean }[]>`
    select exists (
      select from information_schema.tables
      where table_name = ${table} and table_schema = coalesce(${schema}, current_schema())
    ) as there`;
  return found!.there;
}

/** A table that its file keeps to itself cannot be created, and the import would fail with a less helpful message. */
async function checkTargets(sql: Sql, missing: readonly PgTable[]): Promise<void> {
  for (const definition of await loadImports()) {
    // What a container of one's own writes to is its own business.
    if (definition.kind === 'container') continue;
    const planned = missing.some((table) => {
      const { name, schema } = getTableConfig(table);
      return name === definition.tableName && (schema ?? null) === definition.schema;
    });
    if (planned || (await exists(sql, definition.schema, definition.tableName))) continue;
    throw new Error(
      `The database has no table ${describeTable(definition)}, and import "${definition.name}" does not export it: write \`export const … = pgTable("${definition.tableName}", …)\` in its file, so that it can be created.`,
    );
  }
}
