/**
 * What a backslash and a letter or digit stand for in the text files of MySQL and PostgreSQL, by the sign behind the
 * backslash; docs/csv.md#dialects.
 */
export const backslashEscapes: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  Z: '\x1a',
};

/** Whether a backslash before the sign means nothing, since neither writes it and they read it differently. */
export function isInvalidEscape(sign: string): boolean {
  return /^[A-Za-z0-9.]$/.test(sign) && !Object.hasOwn(backslashEscapes, sign);
}
