import { splitInvisible } from '../format/untrusted-text.ts';

/** Text from outside (a key, a cell, a message) with its invisible characters made visible. */
export function UntrustedText({ text }: { text: string }) {
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
