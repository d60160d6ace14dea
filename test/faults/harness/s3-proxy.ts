import { once } from 'node:events';
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { drained } from '../../support/drained.ts';

/** A request as the proxy saw it, for what a test asserts of it. */
export interface SeenRequest {
  method: string;
  /** Bucket and key, decoded: `/uploads/k.csv`. */
  path: string;
  /** First and last byte asked for; null without a Range. */
  range: { first: number; last: number } | null;
  /** Bytes of the answer's body that were passed on. */
  delivered: number;
}

/**
 * What becomes of a request.
 * `reset`, `stall`: after so many bytes of the answer's body the connection is reset, or nothing comes any more.
 * `truncate`: the answer ends well after so many bytes, as if that were all of it.
 * `refuse`: the status is answered in S3's place, with its code, and S3 never sees the request.
 * `drop`: the connection is closed after so many bytes of the request's body, and S3 never sees the rest.
 */
export type S3Fate =
  | { kind: 'pass' }
  | { kind: 'reset' | 'stall' | 'truncate' | 'drop'; after: number }
  | { kind: 'refuse'; status: number; code: string };

/** A proxy before the S3 endpoint, that breaks what a test wants broken. */
export interface S3Proxy {
  endpoint: string;
  onRequest: ((request: SeenRequest) => S3Fate | Promise<S3Fate>) | null;
  /** How fast the bodies of answers come, each of them, in bytes per second; null: as fast as they can. */
  bytesPerSecond: number | null;
  requests: SeenRequest[];
  close(): Promise<void>;
}

export async function createS3Proxy(endpoint: string): Promise<S3Proxy> {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, endpoint);
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const seen: SeenRequest = {
      method: request.method!,
      path: decodeURIComponent(url.pathname),
      range: range === null ? null : { first: Number(range[1]), last: Number(range[2]) },
      delivered: 0,
    };
    proxy.requests.push(seen);
    const fate = (await proxy.onRequest?.(seen)) ?? { kind: 'pass' };
    if (fate.kind === 'refuse') {
      request.resume();
      await once(request, 'end');
      response.writeHead(fate.status, { 'content-type': 'application/xml' });
      response.end(
        `<?xml version="1.0"?><Error><Code>${fate.code}</Code><Message>Refused.</Message></Error>`,
      );
      return;
    }
    if (fate.kind === 'drop') {
      let taken = 0;
      for await (const chunk of request) {
        taken += (chunk as Buffer).length;
        if (taken >= fate.after) break;
      }
      request.socket.resetAndDestroy();
      return;
    }
    const { expect: _expect, ...headers } = request.headers;
    const upstream = ask(url, { method: request.method, headers });
    response.on('close', () => upstream.destroy());
    upstream.on('error', () => response.destroy());
    request.pipe(upstream);
    const [answer] = (await once(upstream, 'response')) as [IncomingMessage];
    await passOn(answer, response, seen, fate);
  }

  async function passOn(
    answer: IncomingMessage,
    response: ServerResponse,
    seen: SeenRequest,
    fate: Exclude<S3Fate, { kind: 'refuse' }>,
  ): Promise<void> {
    const limit = fate.kind === 'pass' ? Number.POSITIVE_INFINITY : fate.after;
    const length = Number(answer.headers['content-length'] ?? 0);
    const headers =
      fate.kind === 'truncate'
        ? { ...answer.headers, 'content-length': String(Math.min(length, limit)) }
        : answer.headers;
    response.writeHead(answer.statusCode!, headers);
    response.flushHeaders();
    for await (const whole of answer) {
      // In pieces, so that a slow body comes evenly.
      for (let at = 0; at < whole.length; at += 16_384) {
        const piece = (whole as Buffer).subarray(at, Math.min(at + 16_384, at + limit - seen.delivered));
        if (proxy.bytesPerSecond !== null) await sleep((piece.length / proxy.bytesPerSecond) * 1000);
        if (response.destroyed) return;
        seen.delivered += piece.length;
        if (!response.write(piece)) await drained(response);
        if (seen.delivered < limit) continue;
        if (fate.kind === 'reset') response.socket?.resetAndDestroy();
        else if (fate.kind === 'stall') await once(response, 'close');
        else response.end();
        return;
      }
    }
    response.end();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Longer than any SDK keeps an idle connection: it is never the proxy who closes one by itself.
  server.keepAliveTimeout = 75_000;
  server.requestTimeout = 0;
  const proxy: S3Proxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    onRequest: null,
    bytesPerSecond: null,
    requests: [],
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}
