import type { IncomingMessage } from 'node:http';
import { ConsoleProblem } from './problem.ts';

/**
 * Refuses what another site's page could make a browser of this machine send: by a name of its own that leads to
 * 127.0.0.1 (DNS rebinding), or across origins. Reads too: what the console shows is people's data.
 *
 * @param port the console's own
 * @throws ConsoleProblem
 */
export function checkCaller(
  { headers, url = '/' }: Pick<IncomingMessage, 'headers' | 'url'>,
  port: number,
): void {
  const { host = '', origin, 'sec-fetch-site': site = 'none' } = headers;
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  // A whole address in the place of a path counts more than the header Host.
  if (!own.includes(host.toLowerCase()) || !url.startsWith('/')) {
    throw new ConsoleProblem(
      403,
      'ForeignHost',
      `The console answers to http://${own[0]} only, not to "${url.startsWith('/') ? host : url}". Open that address.`,
    );
  }
  // Another port of this machine is the same site, but another program's page.
  const foreign =
    (origin !== undefined && origin !== `http://${host.toLowerCase()}`) ||
    !['none', 'same-origin'].includes(String(site));
  if (foreign) {
    throw new ConsoleProblem(
      403,
      'ForeignOrigin',
      `The console answers to its own page only, not to ${origin ?? `one that is ${site}`}. Open http://${own[0]} by typing it.`,
    );
  }
}
