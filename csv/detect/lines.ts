const [NEWLINE, RETURN] = [0x0a, 0x0d];

/** Whether a line ends with the byte at `at`. */
export function endsLine(bytes: Buffer, at: number): boolean {
  return bytes[at] === NEWLINE || (bytes[at] === RETURN && bytes[at + 1] !== NEWLINE);
}

/** The end of the line that begins at `from`, behind its newline. */
export function lineEnd(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) if (endsLine(bytes, at)) return at + 1;
  return bytes.length;
}

/** Lines that end in the bytes. */
export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = 0; at < bytes.length; at++) if (endsLine(bytes, at)) lines++;
  return lines;
}

export function isAscii(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at]! >= 0x80) return false;
  return true;
}
