import { pipeline, Readable, type Transform } from 'node:stream';
import type { ByteStream } from '../byte-stream.ts';

/** Bytes given to an unpacker at a time. */
const PIECE_BYTES = 64 * 1024;

/** A stream of `node:zlib`. */
export type Unpacker = Transform & { readonly bytesWritten: number };

/** Reads an archive from its beginning: headers of a known length, and compressed data that ends by itself. */
export class PackedReader {
  readonly #source: ByteStream;
  #held: Buffer = Buffer.alloc(0);
  #came = 0;

  constructor(source: ByteStream) {
    this.#source = source;
  }

  /** How many bytes were taken. */
  get taken(): number {
    return this.#came - this.#held.length;
  }

  /** So many bytes, or all that are left. */
  async read(bytes: number): Promise<Buffer> {
    await this.#hold(bytes);
    return this.#take(bytes);
  }

  /** The same without taking them. */
  async peek(bytes: number): Promise<Buffer> {
    await this.#hold(bytes);
    return this.#held.subarray(0, bytes);
  }

  /** The next bytes, so many at most; empty at the end. */
  async next(most = PIECE_BYTES): Promise<Buffer> {
    await this.#hold(1);
    return this.#take(Math.min(most, PIECE_BYTES));
  }

  /** What the unpacker makes of the next bytes, to the end of its data, behind which reading goes on. */
  async *unpack(unpacker: Unpacker): AsyncGenerator<Buffer> {
    /** Pieces that the unpacker may not have taken yet, with where they end. */
    const given: { piece: Buffer; end: number }[] = [];
    let total = 0;
    let ended = false;
    let pending: Promise<Buffer> | undefined;
    const feed = async function* (reader: PackedReader) {
      while (!ended) {
        pending = reader.next();
        const piece = await pending;
        if (piece.length === 0) return;
        total += piece.length;
        given.push({ piece, end: total });
        while (given[0]!.end <= unpacker.bytesWritten) given.shift();
        yield piece;
      }
    };
    // Errors of either side end the reading below; the callback only keeps them from being thrown at nobody.
    pipeline(Readable.from(feed(this)), unpacker, () => {});
    try {
      for await (const chunk of unpacker as AsyncIterable<Buffer>) yield chunk;
    } finally {
      ended = true;
      unpacker.destroy();
    }
    await pending;
    const taken = unpacker.bytesWritten;
    const left = given.map(({ piece, end }) => piece.subarray(Math.max(0, piece.length - (end - taken))));
    this.#held = Buffer.concat([...left.filter(({ length }) => length > 0), this.#held]);
  }

  async #hold(bytes: number): Promise<void> {
    while (this.#held.length < bytes) {
      const { value, done } = await this.#source.next();
      if (done) return;
      this.#came += value.length;
      this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
    }
  }

  #take(bytes: number): Buffer {
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(taken.length);
    return taken;
  }
}
