import type { Delimiter, ImportColumn } from '../../../contract/definition/define-import.ts';
import type { CopyFormat } from '../../../csv/index.ts';
import { connect } from '../../../task/load/connect.ts';
import type { Connection } from '../../../task/load/connection.ts';
import { startCopy } from '../../../task/load/copy.ts';
import { identifier } from '../../../task/load/identifier.ts';
import { copyStatement } from '../../../task/load/staging.ts';
import { inTransaction } from '../../../task/load/transaction.ts';
import { createTableSql, createTypesSql, sqlTypeOf } from './columns.ts';
import type { KindName } from './kinds.ts';
import type { ReadValue } from './oracle.ts';

/** So many loads are rolled back before the space that they took is given back. */
const LOADS_PER_TRUNCATE = 500;
/** Values that are not worth remembering what PostgreSQL makes of them: few are as long, and none comes twice. */
const LONGEST_REMEMBERED = 100;
const MOST_REMEMBERED = 100_000;

/** How the rows are written. */
export interface RowForm {
  delimiter: Delimiter;
  format: CopyFormat;
}

/** A connection, as the importer makes it, to one server. */
export interface CaseDatabase {
  /** Asks PostgreSQL's own casts about all these values; the answer knows no others. */
  readValues(values: Iterable<readonly [KindName, string]>): Promise<ReadValue>;
  /** Loads the bytes by the importer's COPY: the rows counted, and every value as text, in the file's order. */
  load(bytes: Buffer, columns: readonly ImportColumn[], form: RowForm): Promise<Loaded>;
  close(): Promise<void>;
}

export interface Loaded {
  count: number;
  rows: (string | null)[][];
}

/** Makes what all connections to a fresh server need. */
export async function prepareServer(url: string): Promise<void> {
  const { sql } = connect({ url, tls: 'url' }, 'fuzz');
  await sql.unsafe(createTypesSql);
  // `pg_input_is_valid` would do from PostgreSQL 16 on; the cast of a parameter says more: the value that it gives.
  await sql.unsafe(`
    create function fuzz_read(type text, value text) returns text language plpgsql as $$
    declare result text;
    begin
      execute 'select ($1::' || type || ')::text' into result using value;
      return result;
    exception when others then
      return null;
    end $$`);
  await sql.end();
}

/** Connects to a prepared server. */
export async function openDatabase(url: string): Promise<CaseDatabase> {
  const connection = connect({ url, tls: 'url' }, 'fuzz');
  await connection.sql.unsafe(createTableSql);
  const remembered = new Map<string, string | null>();
  let loads = 0;
  return {
    async readValues(values) {
      const known = new Map<string, string | null>();
      const unknown = new Map<string, readonly [KindName, string]>();
      for (const [kind, value] of values) {
        const key = `${kind} ${value}`;
        const found = remembered.get(key);
        if (found !== undefined) known.set(key, found);
        else unknown.set(key, [kind, value]);
      }
      const asked = [...unknown];
      const pairs = asked.map(([, [kind, value]]) => [sqlTypeOf(kind), value]);
      const answers =
        asked.length === 0
          ? []
          : await connection.statements<{ read: string | null }[]>`
              select fuzz_read(pair ->> 0, pair ->> 1) as read
              from json_array_elements(${JSON.stringify(pairs)}::text::json) with ordinality as pairs(pair, n) order by n`;
      if (remembered.size > MOST_REMEMBERED) remembered.clear();
      for (const [index, [key, [, value]]] of asked.entries()) {
        const { read } = answers[index]!;
        known.set(key, read);
        if (value.length <= LONGEST_REMEMBERED) remembered.set(key, read);
      }
      return (kind, value) => known.get(`${kind} ${value}`)!;
    },
    async load(bytes, columns, form) {
      if (++loads % LOADS_PER_TRUNCATE === 0) await connection.sql.unsafe('truncate fuzz');
      return loadRows(connection, bytes, columns, form);
    },
    close: () => connection.sql.end(),
  };
}

async function loadRows(
  connection: Connection,
  bytes: Buffer,
  columns: readonly ImportColumn[],
  form: RowForm,
): Promise<Loaded> {
  const done = new RolledBack();
  try {
    return await inTransaction(connection, async (tx) => {
      const statement = copyStatement('fuzz', columns, { ...form, isExact: false });
      const copy = await startCopy(tx, statement, form.format);
      if (bytes.length > 0) await copy.write(bytes);
      done.loaded = { count: await copy.finish(), rows: [] };
      const texts = columns.map(({ name }) => `${identifier(name)}::text`);
      const rows = await tx.unsafe(`select ${texts.join(', ')} from fuzz order by n`).values();
      done.loaded.rows = rows.map((row) => Array.from(row as unknown as (string | null)[]));
      throw done;
    });
  } catch (error) {
    if (error === done) return done.loaded!;
    throw error;
  }
}

/** Ends a load that is never meant to stay. */
class RolledBack extends Error {
  loaded: Loaded | undefined;
}
