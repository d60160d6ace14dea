import type { ImportColumn, TableImport } from '../../contract/definition/define-import.ts';
import { isText } from './column-changes.ts';
import { identifier, qualified } from './identifier.ts';
import { type KeyColumn, readKey, sameKey } from './merge-key.ts';
import { Ordinals } from './ordinals.ts';
import { mergesByKey, ORDINAL, orderOf, STAGING } from './staging.ts';
import type { Transaction } from './transaction.ts';
import { ordinalsOf, type Violations } from './violations.ts';

/*
 * The same letters may come composed (NFC, as most systems write them) or decomposed (NFD, as from file names of macOS).
 * PostgreSQL takes the two for different keys, so that a file would add rows that the table has. Two keys that differ
 * only so are never both in NFC.
 */

/** A column of the key, and whether it holds text. */
type Term = KeyColumn & { text: boolean };

/**
 * Finds the staged rows whose key differs from one of an earlier row, or for `upsert` from one of the table, only in how
 * Unicode composes its characters; null: there are none.
 *
 * @param ascii whether the rows come from ASCII alone, which has only one form
 */
export async function findSimilarKeys(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
  ascii: boolean,
): Promise<Violations | null> {
  const key = await readTextKey(sql, definition, filled, ascii);
  if (key === null) return null;
  const [found] = await sql.unsafe<{ wide: boolean | null; decomposed: boolean | null }[]>(
    `select bool_or(${isWide(key)}) as wide, bool_or(${isDecomposed(key)}) as decomposed from ${STAGING}`,
  );
  if (!found!.wide) return null;
  const order = orderOf(filled);
  const queries = found!.decomposed ? [inFile(key, order)] : [];
  if (definition.mode === 'upsert') {
    await sql.unsafe(`analyze ${STAGING}`);
    const target = qualified(definition.schema, definition.tableName);
    queries.push(inTable(key, order, target, 'NFD'));
    if (found!.decomposed) queries.push(inTable(key, order, target, 'NFC'));
  }
  if (queries.length === 0) return null;
  const query = queries.join(' union ');
  const [row] = await sql.unsafe<{ any: boolean }[]>(`select exists (${query}) as any`);
  if (!row!.any) return null;
  const told = order === ORDINAL;
  const names = filled.filter(({ name, type }) => definition.key.includes(name) && isText(type));
  return {
    code: 'similar_key',
    reason: `the key (${definition.key.join(', ')}) differs from one of the table or of an earlier row only in how Unicode composes its characters: declare normalize: "NFC" for column ${names.map(({ name }) => `"${name}"`).join(', ')}, and correct such keys of the table`,
    columns: names.map(({ name }) => name),
    ordinals: told ? await ordinalsOf(sql, query) : new Ordinals(),
    more: !told,
  };
}

/** Whether the table, into which all rows were copied, may have keys that differ only so. */
export async function mayBeSimilar(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
  ascii: boolean,
  target: string,
): Promise<boolean> {
  const key = await readTextKey(sql, definition, filled, ascii);
  if (key === null) return false;
  const [found] = await sql.unsafe<{ any: boolean }[]>(
    `select exists (select from ${target} where ${isDecomposed(key)}) as any`,
  );
  return found!.any;
}

/** The key by which rows merge, if it may have text beyond ASCII and the database knows Unicode. */
async function readTextKey(
  sql: Transaction,
  definition: TableImport,
  filled: readonly ImportColumn[],
  ascii: boolean,
): Promise<Term[] | null> {
  if (!mergesByKey(definition, filled)) return null;
  const columns = filled.filter(({ name, type }) => definition.key.includes(name) && isText(type));
  // The bytes of the file say nothing of what comes from elsewhere.
  const isAscii = ({ given, transformations }: ImportColumn) =>
    ascii && given === undefined && transformations.parse === undefined;
  if (columns.every(isAscii)) return null;
  const texts = new Set(columns.map(({ name }) => identifier(name)));
  const [encoding] = await sql<
    { utf8: boolean }[]
  >`select current_setting('server_encoding') = 'UTF8' as utf8`;
  if (!encoding!.utf8) return null;
  const key = await readKey(sql, definition, filled);
  return key.map((column) => ({ ...column, text: texts.has(column.name) }));
}

/** SQL: whether some text of the key has characters beyond ASCII. */
function isWide(key: readonly Term[]): string {
  return ofTexts(key, (name) => `octet_length(${name}) > char_length(${name})`);
}

/** SQL: whether some text of the key is not in NFC. */
function isDecomposed(key: readonly Term[]): string {
  return ofTexts(
    key,
    (name) => `octet_length(${name}) > char_length(${name}) and ${name}::text is not nfc normalized`,
  );
}

function ofTexts(key: readonly Term[], condition: (name: string) => string): string {
  return `(${key
    .filter(({ text }) => text)
    .map(({ name }) => condition(name))
    .join(' or ')})`;
}

/** SQL for the ordinals of rows whose key has come before in the file, written otherwise. */
function inFile(key: readonly Term[], order: string): string {
  const names = key.map(({ name }) => name).join(', ');
  const composed = key.map(({ name, text }) => (text ? normalized(name, 'NFC') : name)).join(', ');
  return `
    select ${order} as ordinal from (
      select ${order}, row(${names}) as own,
             first_value(row(${names})) over (partition by ${composed} order by ${order}) as first
      from ${STAGING} as staged where ${isWide(key)}
    ) as grouped where own <> first`;
}

/** SQL for the ordinals of rows whose key the table has in another form, and not as it is. */
function inTable(key: readonly Term[], order: string, target: string, form: 'NFC' | 'NFD'): string {
  const names = key.map(({ name }) => name);
  const texts = key.filter(({ text }) => text);
  const formOf = (name: string) => `csv_import_form_${names.indexOf(name)}`;
  const forms = texts.map(({ name }) => `${normalized(name, form)} as ${formOf(name)}`);
  const differs = texts.map(({ name }) => `staged.${name}::text <> ${formOf(name)}`);
  const same = key.map(
    ({ name, collate, text }) => `target.${name}${collate} = staged.${text ? formOf(name) : name}`,
  );
  // Each form is made once: `offset` keeps the planner from making it wherever it is named.
  return `
    select ordinal from (
      select ${order} as ordinal, ${[...names, ...forms].join(', ')} from ${STAGING} where ${isWide(key)} offset 0
    ) as staged join ${target} as target on ${same.join(' and ')}
    where (${differs.join(' or ')})
      and not exists (select from ${target} as exact where ${sameKey(key, 'exact', 'staged')})`;
}

function normalized(name: string, form: 'NFC' | 'NFD'): string {
  return `normalize(${name}::text, ${form})`;
}
