// What operations hand back, and how it goes out.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Announcer } from './announcer.ts';
import type { CorsRule } from './cors-rule.ts';
import type { ObjectStore } from './object-store.ts';
import type { S3Request } from './request.ts';

/** What operations work on. */
export interface S3Context {
  store: ObjectStore;
  announcer: Announcer;
  /** Names of the buckets that say they tell EventBridge of their objects. */
  notifying: ReadonlySet<string>;
  /** By bucket; those without rules are not in it. */
  cors: ReadonlyMap<string, readonly CorsRule[]>;
}

export type AnswerHeaders = Record<string, string | number | undefined>;

export interface Answer {
  status: number;
  /** Those without a value are left out. */
  headers?: AnswerHeaders;
  /** A body: a document, or bytes that are streamed (`release` is called once, however that ends). */
  body?: string | { bytes: AsyncIterable<Buffer>; release: () => void };
}

export type Operation = (context: S3Context, request: S3Request) => Promise<Answer>;

export function setHeaders(response: ServerResponse, headers: AnswerHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value);
  }
}

/** Sends an answer; rejects if the connection breaks or the bytes cannot be read to their end. */
export async function send(response: ServerResponse, answer: Answer): Promise<void> {
  const { status, headers = {}, body } = answer;
  response.statusCode = status;
  try {
    setHeaders(response, headers);
    if (typeof body === 'object') {
      await pipeline(Readable.from(body.bytes, { objectMode: false }), response);
      return;
    }
  } finally {
    if (typeof body === 'object') body.release();
  }
  if (body !== undefined && body !== '') {
    response.setHeader('Content-Type', 'application/xml');
    response.setHeader('Content-Length', Buffer.byteLength(body));
  } else if (status === 200 && !response.hasHeader('Content-Length')) {
    response.setHeader('Content-Length', 0);
  }
  response.end(body);
}
