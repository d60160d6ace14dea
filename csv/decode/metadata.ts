const WORD = /=\?utf-8\?([bq])\?([^?]*)\?=/gi;

/**
 * Metadata as it was given. S3 returns characters beyond ASCII as RFC 2047 has them, `=?UTF-8?B?5pel?=`; white space
 * between two such words is none of the text.
 */
export function decodeMetadata(value: string): string {
  return value
    .replaceAll(/(\?=)\s+(?==\?utf-8\?)/gi, '$1')
    .replaceAll(new RegExp(`(?:${WORD.source})+`, 'gi'), (words) => {
      const bytes = [...words.matchAll(WORD)].map(([, coding, text]) =>
        coding!.toLowerCase() === 'b' ? Buffer.from(text!, 'base64') : quotedPrintable(text!),
      );
      // Together, since a word may end in the middle of a character.
      return Buffer.concat(bytes).toString('utf8');
    });
}

function quotedPrintable(text: string): Buffer {
  const plain = text
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}
