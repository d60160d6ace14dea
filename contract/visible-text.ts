// What strangers have typed (keys, names of files, headers, cells, and messages that quote them) may hold characters
// that a terminal obeys, that reorder a line, or that cannot be seen. Whatever is printed, logged or sent passes here.

/**
 * Control characters, line and paragraph separators, halves of characters, and what is not seen by itself: what reorders
 * a line, zero-width characters, fillers and tags. Not the selectors that choose the form of the character before them,
 * as in Japanese names and emoji.
 */
const INVISIBLE = String.raw`[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufff9-\ufffb[\p{Default_Ignorable_Code_Point}--\p{Variation_Selector}]]`;
const everyInvisible = new RegExp(INVISIBLE, 'gv');
const oneInvisible = new RegExp(`^${INVISIBLE}$`, 'v');

/** Whether a character, one code point, is one that {@link visible} escapes. */
export function isInvisible(character: string): boolean {
  return oneInvisible.test(character);
}

/** The escape that stands for an invisible character: `\u001b`, `\u{e0041}`. */
export function escapeOf(character: string): string {
  const hex = character.codePointAt(0)!.toString(16).padStart(4, '0');
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex}`;
}

/** Strangers' text with escapes for what could not be seen, line breaks included. */
export function visible(text: string): string {
  return text.replace(everyInvisible, escapeOf);
}

/** The same of a text that may have several lines, on one: a line break is a space. */
export function visibleLine(text: string): string {
  return visible(text.replace(/\s*\n\s*/g, ' '));
}

/** The same of a text of several lines, which it keeps. */
export function visibleLines(text: string): string {
  return text.replace(everyInvisible, (character) => (character === '\n' ? '\n' : escapeOf(character)));
}

/** JSON in which what could not be seen is escaped, so that it reads as the same data. */
export function visibleJson(data: unknown, space?: number): string {
  return JSON.stringify(data, null, space).replace(everyInvisible, (character) =>
    character === '\n'
      ? '\n'
      : Array.from({ length: character.length }, (_, at) => unitEscape(character.charCodeAt(at))).join(''),
  );
}

/** For a logger that writes JSON: strings as {@link visibleLines}. */
export function visibleInLogs(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? visibleLines(value) : value;
}

function unitEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
