import type { ColumnType } from '../../contract/definition/column-type.ts';
import { type FieldCheck, fieldProblem } from './field-problem.ts';

/** The characters that the database can store. */
export interface Characters {
  readonly encoding: string;
  has(codePoint: number): boolean;
}

/** Refuses values with a character that the database lacks, also one that jsonb would make of an escape. */
export function repertoireCheck(characters: Characters, type: ColumnType): FieldCheck {
  const problem = fieldProblem(
    'not_in_database_encoding',
    `a character of the value is not in the database's encoding, ${characters.encoding}`,
  );
  const readsEscapes = isJsonb(type);
  return (bytes, start, end) => {
    const text = bytes.toString('utf8', start, end);
    for (const character of readsEscapes ? withoutEscapes(text) : text) {
      if (!characters.has(character.codePointAt(0)!)) return problem;
    }
    return null;
  };
}

function isJsonb(type: ColumnType): boolean {
  return type.kind === 'array' ? isJsonb(type.element) : type.kind === 'json' && type.binary;
}

/** Puts the characters in the place of JSON's `\u` escapes. */
function withoutEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|.)/gis, (sequence, code: string | undefined) =>
    code === undefined ? sequence : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
