import type { Sql } from 'postgres';

/** The characters that the database's encoding has. */
export class Repertoire {
  /** As PostgreSQL calls it, e.g. `LATIN1`. */
  readonly encoding: string;
  readonly #beyondAscii: ReadonlySet<number>;

  constructor(encoding: string, beyondAscii: ReadonlySet<number>) {
    this.encoding = encoding;
    this.#beyondAscii = beyondAscii;
  }

  has(codePoint: number): boolean {
    return codePoint < 0x80 || this.#beyondAscii.has(codePoint);
  }
}

/** These take every character, or every byte. */
const TAKE_ALL = ['UTF8', 'SQL_ASCII'];

/**
 * Asks PostgreSQL, character by character, which of them the database can store: all that are not in the planes that
 * no encoding of a server has (it takes a second). A block of PL/pgSQL, which takes no privilege; what it found is
 * handed over in a setting of its transaction.
 *
 * @returns null where it can store all of them
 */
export async function readRepertoire(sql: Sql): Promise<Repertoire | null> {
  const [database] = await sql<{ encoding: string }[]>`select getdatabaseencoding() as encoding`;
  const { encoding } = database!;
  if (TAKE_ALL.includes(encoding)) return null;
  const results = await sql.unsafe(`
    do $$
    declare
      encoding name := getdatabaseencoding();
      widest integer := pg_encoding_max_length(pg_char_to_encoding(encoding));
      code integer;
      bytes bytea;
      found integer[] := '{}';
    begin
      for code in select generate_series(128, 65535) union all select generate_series(131072, 196607) where widest > 1
      loop
        continue when code between 55296 and 57343;
        bytes := case
          when code < 2048 then set_byte(set_byte(decode('0000', 'hex'), 0, 192 + code / 64), 1, 128 + code % 64)
          when code < 65536 then set_byte(set_byte(set_byte(decode('000000', 'hex'),
            0, 224 + code / 4096), 1, 128 + code / 64 % 64), 2, 128 + code % 64)
          else set_byte(set_byte(set_byte(set_byte(decode('00000000', 'hex'),
            0, 240 + code / 262144), 1, 128 + code / 4096 % 64), 2, 128 + code / 64 % 64), 3, 128 + code % 64)
        end;
        begin
          perform convert(bytes, 'UTF8', encoding);
          found := found || code;
        exception when data_exception then
          null;
        end;
      end loop;
      perform set_config('csv_import.repertoire', array_to_string(found, ','), true);
    end $$;
    select current_setting('csv_import.repertoire') as found`);
  const [{ found }] = results.at(-1) as unknown as [{ found: string }];
  return new Repertoire(encoding, new Set(found === '' ? [] : found.split(',').map(Number)));
}

/**
 * Makes any text storable without losing any: what the database lacks becomes `\u{4e00}`, as does NUL, which no
 * database takes. Texts that differ stay different: a `\u{` that stood there before becomes `\u{5c}u{`.
 */
export function storable(text: string, repertoire: Repertoire | null): string {
  const lacks = (character: string) =>
    character === '\0' || (repertoire !== null && !repertoire.has(character.codePointAt(0)!));
  if (!text.includes('\\u{') && !Array.from(text).some(lacks)) return text;
  return text
    .replaceAll('\\u{', '\\u{5c}u{')
    .replace(/./gsu, (character) =>
      lacks(character) ? `\\u{${character.codePointAt(0)!.toString(16)}}` : character,
    );
}

/** Typographic quotes as every encoding has them: for texts that only people read. */
export function plainQuotes(text: string): string {
  return text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
}
