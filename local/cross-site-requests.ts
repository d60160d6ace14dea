import type { IncomingMessage } from 'node:http';
import { findCrossSite } from '../operator/console/server/guard.ts';

/** Names of this machine. Whatever the port: a forwarded one is another, and a browser names it truly. */
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Why an endpoint of the local stack does not answer a request: it may come from a page in a browser of this machine,
 * which needs no credentials here. Null: it does not, or may.
 *
 * @param host another name of this server
 * @param allows whether a page of an origin may ask, by the rules that are set for it; default: none may
 */
export function rejectCrossSite(
  request: Pick<IncomingMessage, 'headers' | 'url' | 'method'>,
  { host: ownName, allows = () => false }: { host?: string; allows?: (origin: string) => boolean } = {},
): string | null {
  // A link or a typed address: whoever follows it sees the answer, and no page does.
  const opens =
    request.method === 'GET' &&
    request.headers['sec-fetch-mode'] === 'navigate' &&
    request.headers['sec-fetch-dest'] === 'document';
  const foreign = findCrossSite(
    request,
    // HTTP/1.0 has no Host, and a browser never leaves it out.
    (host) => host === '' || LOOPBACK.test(host) || (ownName !== undefined && nameOf(host) === ownName),
    allows,
    opens ? ['none', 'same-origin', 'same-site', 'cross-site'] : ['none'],
  );
  if (foreign === null) return null;
  return foreign.name === 'ForeignHost'
    ? `The local stack answers to names of this machine only, not to "${foreign.found}": ask 127.0.0.1.`
    : `The local stack answers to no page in a browser but those that a bucket's CORS rules allow, not to ${foreign.found}.`;
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}
