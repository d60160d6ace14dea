import postgres from 'postgres';
import { rawCopy } from './raw-copy.ts';

/**
 * What one finds when asking how to upsert a CSV: COPY into a temporary table of text columns, then one
 * INSERT … ON CONFLICT DO UPDATE that casts, in one transaction.
 *
 * @param types the columns' SQL types by name; the key is `id`
 */
export async function textbookUpsert(
  url: string,
  target: string,
  types: Readonly<Record<string, string>>,
  path: string,
): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const columns = Object.keys(types);
  try {
    await sql.unsafe('begin');
    await sql.unsafe(
      `create temporary table staging (${columns.map((name) => `${name} text`)}) on commit drop`,
    );
    await rawCopy(sql, 'staging', columns, path);
    const values = columns.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`);
    await sql.unsafe(
      `insert into ${target} (${columns})
       select ${Object.entries(types).map(([name, type]) => `${name}::${type}`)} from staging
       on conflict (id) do update set ${values}`,
    );
    await sql.unsafe('commit');
  } finally {
    await sql.end({ timeout: 0 });
  }
}
