/** Bytes in chunks; whoever stops early says so by `return`. */
export type ByteStream = AsyncGenerator<Buffer, void, undefined>;

/**
 * Makes sure that whoever ends the stream ends its source: a generator that nobody has asked for anything yet ends
 * without running any of its code.
 */
export function closing(source: ByteStream, stream: ByteStream): ByteStream {
  const end = stream.return.bind(stream);
  stream.return = async (value) => {
    await source.return();
    return end(value);
  };
  return stream;
}

/** Takes at least `bytes` bytes off the beginning, or all there are, and gives a stream that still has them. */
export async function peek(
  source: ByteStream,
  bytes: number,
): Promise<{ head: Buffer; whole: boolean; all: ByteStream }> {
  const chunks: Buffer[] = [];
  let length = 0;
  let whole = false;
  while (length < bytes && !whole) {
    const { value, done } = await source.next();
    if (done) whole = true;
    else {
      chunks.push(value);
      length += value.length;
    }
  }
  const head = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return { head, whole, all: prepend(chunks, source) };
}

/** The chunks, and then the rest. */
export function prepend(chunks: readonly Buffer[], rest: ByteStream): ByteStream {
  // Taken off, so that memory does not hold them to the stream's end.
  const left = chunks.filter(({ length }) => length > 0);
  async function* stream(): ByteStream {
    while (left.length > 0) yield left.shift()!;
    yield* rest;
  }
  return closing(rest, stream());
}

/** The stream without its first bytes. */
export function skip(source: ByteStream, bytes: number): ByteStream {
  async function* stream(): ByteStream {
    let left = bytes;
    for await (const chunk of source) {
      if (left < chunk.length) yield chunk.subarray(left);
      left = Math.max(0, left - chunk.length);
    }
  }
  return closing(source, stream());
}

/** The stream, with every chunk's length told to `see` before it is passed on. */
export function measure(source: ByteStream, see: (bytes: number) => void): ByteStream {
  async function* stream(): ByteStream {
    for await (const chunk of source) {
      see(chunk.length);
      yield chunk;
    }
  }
  return closing(source, stream());
}

/** The stream in chunks of at most so many bytes. */
export function cut(source: ByteStream, bytes: number): ByteStream {
  async function* stream(): ByteStream {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += bytes) yield chunk.subarray(at, at + bytes);
    }
  }
  return closing(source, stream());
}
