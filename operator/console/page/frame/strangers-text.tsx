import { splitInvisible } from '../format/strangers-text.ts';

/** What somebody has typed (a key, a cell, a message): as text, with the characters visible that otherwise are not. */
export function StrangersText({ text }: { text: string }) {
  return splitInvisible(text).map((piece, index) =>
    piece.invisible ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text
      <span key={index} className="invisible-character">
        {piece.text}
      </span>
    ) : (
      piece.text
    ),
  );
}
