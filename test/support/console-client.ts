import { type IncomingMessage, request } from 'node:http';
import type { Problem } from '../../operator/console/api.ts';

/** An answer as it came. */
export interface RawAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** A request with whatever headers, which `fetch` would not let one set. */
export function rawRequest(
  url: string,
  options: { method?: string; headers?: Record<string, string>; path?: string; body?: Buffer } = {},
): Promise<RawAnswer> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...rest, setHost: options.headers?.host === undefined }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk as Buffer));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** What the console answers where it does not do what it is asked. */
export async function refusal(url: string, init?: RequestInit) {
  const response = await fetch(url, init);
  return { status: response.status, ...((await response.json()) as Problem).error };
}
