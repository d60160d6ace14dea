import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { getTableColumns } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';

/** Rows per INSERT, as people choose it, and as many parameters as PostgreSQL takes at most. */
const BATCH_ROWS = 1000;
const MAX_PARAMETERS = 65_534;

/** What people write: csv-parse, values converted, inserted by Drizzle in batches, in one transaction. */
export async function csvParseDrizzle(sql: Sql, table: PgTable, path: string, rows: number): Promise<void> {
  const columns = Object.entries(getTableColumns(table)) as [string, PgColumn][];
  const batchRows = Math.min(BATCH_ROWS, Math.floor(MAX_PARAMETERS / columns.length));
  const records = createReadStream(path).pipe(parse({ fromLine: 2, to: rows }));
  await drizzle(sql).transaction(async (tx) => {
    let batch: Record<string, unknown>[] = [];
    for await (const record of records as AsyncIterable<string[]>) {
      batch.push(
        Object.fromEntries(
          columns.map(([property, column], index) => [property, convert(column, record[index]!)]),
        ),
      );
      if (batch.length === batchRows) {
        await tx.insert(table).values(batch);
        batch = [];
      }
    }
    if (batch.length > 0) await tx.insert(table).values(batch);
  });
}

function convert(column: PgColumn, text: string): unknown {
  if (text === '') return null;
  switch (column.dataType) {
    case 'number':
      return Number(text);
    case 'boolean':
      return text === 'true' || text === 't';
    case 'date':
      return new Date(text);
    default:
      return text;
  }
}
