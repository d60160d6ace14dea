import { escapeOf, isInvisible } from '../../../../contract/visible-text.ts';

/** A piece of untrusted text, and whether it stands for an invisible character. */
export interface TextPiece {
  text: string;
  invisible: boolean;
}

/**
 * Joiners (U+200C, U+200D) where they belong: between the parts of an emoji, and in the scripts that are written with
 * them. Anywhere else they only hide.
 */
const joining = String.raw`[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{sc=Arab}\p{sc=Syrc}\p{sc=Mong}\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}]`;
const joiner = new RegExp(`(?<=${joining})[\u200c\u200d](?=${joining})`, 'gu');

const pictures: Record<string, string> = { '\n': '⏎', '\r': '␍', '\t': '⇥' };

/** Splits text so that characters which cannot be seen, or which would reorder the line, can be shown as what they are. */
export function splitInvisible(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  const joiners = new Set(Array.from(text.matchAll(joiner), ({ index }) => index));
  let at = 0;
  for (const character of text) {
    const hidden = isInvisible(character) && !joiners.has(at);
    at += character.length;
    const shown = hidden ? (pictures[character] ?? escapeOf(character)) : character;
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

/** What of a key stands before {@link fileNameOf}, with its slash; empty where there is nothing. */
export function folderOf(key: string): string {
  const name = fileNameOf(key);
  return name === key ? '' : key.slice(0, -name.length);
}
