import { getTableName, is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import type { Sql } from 'postgres';
import { listImportFiles } from '../imports/index.ts';

/**
 * Creates the tables of the imports, with their enums and schemas, where the database lacks them. Only for the
 * embedded database: a database of the user's own is theirs to shape.
 *
 * @returns the names of the tables that were created
 */
export async function createMissingTables(sql: Sql): Promise<string[]> {
  const { missing, statements } = await planMissingTables(sql);
  if (missing.length === 0) return [];
  await sql.begin(async (tx) => {
    for (const statement of statements) await tx.unsafe(statement);
  });
  return missing;
}

/** The tables that the database lacks, and the SQL that would create them. */
export async function planMissingTables(sql: Sql): Promise<{ missing: string[]; statements: string[] }> {
  const modules = await Promise.all(listImportFiles().map((file) => import(`../imports/${file}.ts`)));
  const exported = Object.assign({}, ...modules) as Record<string, unknown>;
  const tables = Object.entries(exported).filter((entry): entry is [string, PgTable] => is(entry[1], PgTable));
  const missing: [string, PgTable][] = [];
  for (const [name, table] of tables) {
    const { schema } = getTableConfig(table);
    const [found] = await sql<{ there: boolean }[]>`
      select exists (
        select from information_schema.tables
        where table_name = ${getTableName(table)} and table_schema = coalesce(${schema ?? null}, current_schema())
      ) as there`;
    if (!found!.there) missing.push([name, table]);
  }
  if (missing.length === 0) return { missing: [], statements: [] };
  // Loaded only when needed: it takes half a second.
  const { generateDrizzleJson, generateMigration } = await import('drizzle-kit/api');
  const others = Object.entries(exported).filter(([, value]) => !is(value, PgTable));
  const wanted = generateDrizzleJson(Object.fromEntries([...others, ...missing]));
  const statements = await generateMigration(generateDrizzleJson({}), wanted);
  return {
    missing: missing.map(([, table]) => getTableName(table)),
    // Types and schemas may be there from a table that was created before.
    statements: statements.map((statement) =>
      statement
        .replace(/^CREATE SCHEMA (?!IF)/, 'CREATE SCHEMA IF NOT EXISTS ')
        .replace(/^(CREATE TYPE .*);$/s, 'DO $$ BEGIN $1; EXCEPTION WHEN duplicate_object THEN NULL; END $$;'),
    ),
  };
}
