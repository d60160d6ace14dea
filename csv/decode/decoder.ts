/** What stands in the text for bytes that are no character: never part of UTF-8, so the scanner refuses the row. */
export const UNDECODABLE = 0xff;

/** How far a {@link Decoder} has come in both its buffers. */
export interface Decoded {
  read: number;
  written: number;
}

/**
 * Writes the characters of `source` from `from` on into `text`, as UTF-8 from its beginning, until the source or the
 * room for another character is used up. A character that is cut at the source's end is left, unless `final`.
 */
export type Decoder = (source: Buffer, from: number, text: Buffer, room: number, final: boolean) => Decoded;
