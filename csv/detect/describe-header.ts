/** A name that is longer than this is none. In characters. */
const LONGEST_NAME = 60;

/** The headers of a file for people: by their names, or where these look like values, by place and shape. */
export class HeaderNames {
  readonly #names: readonly string[];
  readonly #areNames: boolean;

  /** @param matches how many of the names stand for a column of the import */
  constructor(names: readonly string[], matches: number) {
    this.#names = names;
    // Where nothing, or only a word by chance, is known, the first row of a file without a header may be what is here.
    this.#areNames = matches > 0 && (2 * matches >= names.length || !names.some(looksLikeValue));
  }

  /** Whether the headers may be quoted, but for those that look like values by themselves. */
  get areNames(): boolean {
    return this.#areNames;
  }

  /** The name for a list: `"price"`, or `(text of 14 characters)`. `index` is counted from 0. */
  quote(index: number): string {
    const name = this.#names[index]!;
    return this.#isShown(name) ? quoteName(name) : `(${describeShape(name)})`;
  }

  /** The name as it stands, or its place and shape: `column 2: text of 14 characters`. */
  tell(index: number): string {
    const name = this.#names[index]!;
    if (name.trim() === '') return `column ${index + 1}, which has no name`;
    return this.#isShown(name) ? showInvisible(name) : `column ${index + 1}: ${describeShape(name)}`;
  }

  #isShown(name: string): boolean {
    return this.#areNames && !looksLikeValue(name);
  }
}

/** The name in quotes, with what nobody could see in it escaped: `"name\u200b"`. */
export function quoteName(name: string): string {
  return showInvisible(JSON.stringify(name));
}

function showInvisible(text: string): string {
  return text.replace(
    /[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\u00a0\u202f\u2000-\u200a]/gu,
    (sign) => `\\u${sign.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}

/** Whether it could be anybody's data: long, an address, a number, a date, a telephone number. */
function looksLikeValue(name: string): boolean {
  const plain = name.normalize('NFKC').trim();
  return (
    [...plain].length > LONGEST_NAME ||
    /[@\r\n]|:\/\//.test(plain) ||
    /^[\p{Nd}\p{Sc}+\-.]/u.test(plain) ||
    (plain.match(/\p{Nd}/gu) ?? []).length > 3
  );
}

function describeShape(name: string): string {
  const { length } = [...name];
  const what = /^[\p{Nd}\p{P}\p{S}\s]*$/u.test(name) ? 'digits and signs' : 'text';
  return `${what} of ${length} ${length === 1 ? 'character' : 'characters'}`;
}
