import type { IncomingMessage } from 'node:http';
import { ConsoleProblem } from './problem.ts';

/** The parts of a request that show where it comes from. */
export type Caller = Pick<IncomingMessage, 'headers' | 'url'>;

/** A request that may come from another site's page, and the header or address that shows it. */
export interface CrossSiteRequest {
  name: 'ForeignHost' | 'ForeignOrigin';
  found: string;
}

/**
 * What another site's page could make a browser of this machine send: by a name of its own that leads to 127.0.0.1
 * (DNS rebinding), or across origins. Reads too: what is served here is people's data.
 *
 * @param isOwnHost whether a Host is this server's, in lower case
 * @param isOwnOrigin whether a page of this origin may ask
 * @param sites values of Sec-Fetch-Site that may ask, where no Origin says more
 */
export function findCrossSite(
  { headers, url = '/' }: Caller,
  isOwnHost: (host: string) => boolean,
  isOwnOrigin: (origin: string, host: string) => boolean,
  sites: readonly string[],
): CrossSiteRequest | null {
  const { host = '', origin, 'sec-fetch-site': site = 'none' } = headers;
  // A whole address in the place of a path counts more than the header Host.
  const inUrl = /^\w+:\/\/([^/?]*)/.exec(url)?.[1];
  const asked = (inUrl ?? host).toLowerCase();
  if (!isOwnHost(asked) || !(url.startsWith('/') || inUrl !== undefined)) {
    return { name: 'ForeignHost', found: url.startsWith('/') ? host : url };
  }
  if (origin !== undefined) {
    return isOwnOrigin(origin, asked) ? null : { name: 'ForeignOrigin', found: origin };
  }
  // Another port of this machine is the same site, but another program's page.
  return sites.includes(String(site)) ? null : { name: 'ForeignOrigin', found: `one that is ${site}` };
}

/**
 * Rejects requests that do not come from the console's own page.
 *
 * @param port the console's own
 * @throws ConsoleProblem
 */
export function checkCaller(caller: Caller, port: number): void {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  const foreign = findCrossSite(
    caller,
    (host) => own.includes(host) && caller.url?.startsWith('/') !== false,
    (origin, host) => origin === `http://${host}` && isOwnSite(caller),
    ['none', 'same-origin'],
  );
  if (foreign === null) return;
  throw new ConsoleProblem(
    403,
    foreign.name,
    foreign.name === 'ForeignHost'
      ? `The console answers to http://${own[0]} only, not to "${foreign.found}". Open that address.`
      : `The console answers to its own page only, not to ${foreign.found}. Open http://${own[0]} by typing it.`,
  );
}

function isOwnSite({ headers }: Caller): boolean {
  return ['none', 'same-origin'].includes(String(headers['sec-fetch-site'] ?? 'none'));
}
