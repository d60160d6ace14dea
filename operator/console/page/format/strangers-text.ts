/** A piece of what somebody has typed, and whether it stands for a character that cannot be seen. */
export interface TextPiece {
  text: string;
  invisible: boolean;
}

/** Control characters, line separators and what reorders a line. */
const invisible = /[\p{Cc}\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

const pictures: Record<string, string> = { '\n': '⏎', '\r': '␍', '\t': '⇥' };

/** Splits text so that characters which cannot be seen, or which would reorder the line, can be shown as what they are. */
export function splitInvisible(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  for (const character of text) {
    const hidden = invisible.test(character);
    const shown = hidden ? (pictures[character] ?? escaped(character)) : character;
    const last = pieces.at(-1);
    if (last !== undefined && last.invisible === hidden) last.text += shown;
    else pieces.push({ text: shown, invisible: hidden });
  }
  return pieces;
}

/** The same as plain text: for places that take nothing else, such as the title of a tab. */
export function showInvisible(text: string): string {
  return splitInvisible(text)
    .map((piece) => piece.text)
    .join('');
}

/** The last part of a key; the key itself where it ends with a slash. */
export function fileNameOf(key: string): string {
  return key.split('/').at(-1) || key;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
