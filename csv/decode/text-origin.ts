import type { Encoding } from '../../contract/definition/file-format.ts';
import { type Decoder, decoderFor, roomFor } from './decoders.ts';
import { LONGEST_RUN } from './iso-2022-jp.ts';

/** Finds the file's own bytes behind its text. Places in the text are those of characters. */
export interface TextOrigin {
  /** Position in the file of what stands at `offset` of the text. */
  offsetOf(offset: number): number;
  /** A copy of the bytes that `text`, which stands at `offset`, was made of. */
  bytesOf(text: Buffer, offset: number): Buffer;
}

/** The origin of a text that is the file as it stands. */
export const sameBytes: TextOrigin = {
  offsetOf: (offset) => offset,
  bytesOf: (text) => Buffer.from(text),
};

/**
 * How much text can be traced back: a row of 1 MiB and as much that was read in vain behind it, for its open quote,
 * the chunk in which that ends, and the same again for good measure.
 */
const WINDOW_BYTES = 5 * 1024 * 1024;
/** As much as is decoded at once in search of a place: any run of ISO-2022-JP fits in. */
const SCRATCH_BYTES = LONGEST_RUN;

/** Bytes of the file and where they and the text made of them begin. */
interface Piece {
  source: Buffer;
  sourceStart: number;
  textStart: number;
  textEnd: number;
}

/** Remembers the last few MiB of a decoded file. */
export class TextWindow implements TextOrigin {
  readonly #decode: Decoder;
  readonly #scratch = roomFor(SCRATCH_BYTES);
  #pieces: Piece[] = [];
  #sourceEnd = 0;
  #textEnd = 0;
  /** A place that was found, from which the next one is looked for: rows are asked for in their order. */
  #found = { piece: null as Piece | null, source: 0, text: 0 };

  constructor(encoding: Exclude<Encoding, 'utf-8'>) {
    this.#decode = decoderFor(encoding);
  }

  /** Takes what was decoded next: whole characters. */
  add(source: Buffer, textLength: number): void {
    this.#pieces.push({
      // A copy, so that it does not keep the whole range of which it is a part.
      source: Buffer.from(source),
      sourceStart: this.#sourceEnd,
      textStart: this.#textEnd,
      textEnd: this.#textEnd + textLength,
    });
    this.#sourceEnd += source.length;
    this.#textEnd += textLength;
    while (this.#pieces[0]!.textEnd < this.#textEnd - WINDOW_BYTES) this.#pieces.shift();
  }

  offsetOf(offset: number): number {
    if (offset === this.#textEnd) return this.#sourceEnd;
    const piece = this.#pieces.findLast(({ textStart }) => textStart <= offset);
    if (piece === undefined) throw new Error(`Byte ${offset} of the text is not remembered any more.`);
    if (this.#found.piece !== piece || this.#found.text > offset) {
      this.#found = { piece, source: 0, text: piece.textStart };
    }
    const found = this.#found;
    while (found.text < offset) {
      const room = Math.min(SCRATCH_BYTES, offset - found.text);
      const { read, written } = this.#decode(piece.source, found.source, this.#scratch, room, true);
      // Inside a run, as where a row is cut.
      if (written === 0) break;
      found.source = read;
      found.text += written;
    }
    return piece.sourceStart + found.source;
  }

  bytesOf(text: Buffer, offset: number): Buffer {
    const start = this.offsetOf(offset);
    const end = this.offsetOf(offset + text.length);
    const slices = this.#pieces
      .filter(({ source, sourceStart }) => sourceStart < end && sourceStart + source.length > start)
      .map(({ source, sourceStart }) =>
        source.subarray(Math.max(0, start - sourceStart), Math.min(source.length, end - sourceStart)),
      );
    return Buffer.concat(slices);
  }
}
