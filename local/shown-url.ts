/**
 * A connection URL as it may be shown: every secret in it is `***`. It is split as the importer splits it, and what
 * cannot be split is not shown at all.
 */
export function shownUrl(url: string): string {
  const parts = /^(postgres(?:ql)?:\/\/)([^/?]*)([^?]*)(?:\?(.*))?$/s.exec(url);
  // An @ behind the first / or ? is the end of a password that is not encoded.
  if (parts === null || /@/.test(`${parts[3]}${parts[4] ?? ''}`)) return 'postgres://***';
  const [, scheme, authority, path, query] = parts;
  const at = authority!.lastIndexOf('@');
  if (at === -1 && !/^([^:]*(:\d*)?|\[[\da-f:.]*\](:\d*)?)(,|$)/i.test(authority!)) return 'postgres://***';
  const user = authority!.slice(0, Math.max(at, 0));
  const colon = user.indexOf(':');
  const shown = colon === -1 ? user : `${user.slice(0, colon)}:***`;
  const parameters = query?.split('&').map((each) => {
    const equals = each.indexOf('=');
    const name = each.slice(0, Math.max(equals, 0));
    return /^[a-z_]+$/i.test(name) && !/pass|secret|token/i.test(name) ? each : `${name}=***`;
  });
  return [
    scheme,
    at === -1 ? '' : `${shown}@`,
    authority!.slice(at + 1),
    path,
    parameters === undefined ? '' : `?${parameters.join('&')}`,
  ].join('');
}

/** How to open the database of a stack that is running, for people: without its password. */
export function describeDatabase(url: string, stackFolder: string): string {
  return `psql "$(cat '${stackFolder}/database-url')"   (${shownUrl(url)})`;
}
