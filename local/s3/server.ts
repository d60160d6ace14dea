// The local S3 endpoint: path-style requests over HTTP, data on disk, an event for each object that came to be.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { visible, visibleLines } from '../../contract/visible-text.ts';
import { rejectCrossSite } from '../cross-site-requests.ts';
import { isDiskFull } from '../full-disk.ts';
import { Announcer, type ObjectCreatedListener } from './announcer.ts';
import { type Answer, type S3Context, send, setHeaders } from './answer.ts';
import { allowsPage, crossOriginHeaders } from './cors.ts';
import type { CorsRule } from './cors-rule.ts';
import { errorXml, S3Error } from './errors.ts';
import { ObjectStore } from './object-store.ts';
import { readRequest } from './request.ts';
import { findOperation } from './router.ts';

export interface S3Options {
  /** Where buckets are kept; made if missing. One server at a time. */
  directory: string;
  /** Default: any free one. */
  port?: number;
  /** Default: 127.0.0.1. There is no authentication, so think before you open it to others. */
  host?: string;
  /**
   * Made if missing; existing ones get the versioning said here. Buckets from before stay.
   * `eventBridge` is only told, by GetBucketNotificationConfiguration: `onObjectCreated` hears of all.
   */
  buckets: readonly {
    name: string;
    versioned: boolean;
    eventBridge?: boolean;
    cors?: readonly CorsRule[];
  }[];
  /**
   * Called once an object is completely on disk; the client's answer waits for its promise. What was not taken
   * (the process was killed, the promise rejected) is told again soon after the next start: at least once.
   */
  onObjectCreated?: ObjectCreatedListener;
}

export interface S3Server {
  /** Such as `http://127.0.0.1:4566`: path-style only. */
  endpoint: string;
  /** Lets running requests end, for some seconds, and stops. */
  close(): Promise<void>;
}

/** How long `close` waits for running requests, in milliseconds: long enough for small ones, short for Ctrl-C. */
const CLOSE_GRACE_MS = 2_000;
/** Longer than SDKs keep idle connections, so that it is they who close, and never as a request is under way. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Starts an S3 server. It verifies what clients say of their content, but not who they are: SigV4 headers,
 * presigned parameters and anonymous requests are all taken, signatures are not looked at. Only pages in a browser are
 * refused, but for what the CORS rules of a bucket allow. Accepted and without effect: ACLs, tags, storage classes, encryption, object lock.
 *
 * @throws Error of node:net if the port is taken, of node:fs if the directory cannot be used.
 */
export async function startS3(options: S3Options): Promise<S3Server> {
  const { port = 0, host = '127.0.0.1', onObjectCreated } = options;
  const opened = Promise.withResolvers<S3Context>();
  // Nobody may be waiting for it when it fails.
  opened.promise.catch(() => {});
  const running = new Set<Promise<void>>();
  const track = (work: Promise<void>) => {
    running.add(work);
    work.finally(() => running.delete(work));
  };
  const server = createServer((request, response) =>
    track(
      opened.promise
        .then((context) => handle(context, host, request, response))
        .catch(() => void response.destroy()),
    ),
  );
  // A large upload over a slow connection may take hours.
  server.requestTimeout = 0;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // Before the directory is touched: where another server has the port already, the directory is its.
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const force = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    await closed;
    clearTimeout(force);
    await Promise.race([
      Promise.allSettled(running),
      new Promise((resolve) => setTimeout(resolve, CLOSE_GRACE_MS).unref()),
    ]);
  };

  try {
    const context = await openStore(options);
    opened.resolve(context);
    if (onObjectCreated !== undefined) setImmediate(() => track(resendEvents(context)));
  } catch (error) {
    opened.reject(error);
    await close();
    throw error;
  }
  const address = server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { endpoint: `http://${shownHost}:${address.port}`, close };
}

async function openStore({ directory, buckets, onObjectCreated }: S3Options): Promise<S3Context> {
  mkdirSync(directory, { recursive: true });
  const store = new ObjectStore(directory, onObjectCreated !== undefined);
  for (const { name, versioned } of buckets) {
    const bucket = store.has(name) ? store.get(name) : await store.create(name);
    const { versioning } = bucket.settings;
    // S3 knows no way back to a bucket that never kept versions.
    const wanted = versioned ? 'Enabled' : versioning === 'Off' ? 'Off' : 'Suspended';
    if (versioning !== wanted) await bucket.setVersioning(wanted);
  }
  const notifying = buckets.filter(({ eventBridge }) => eventBridge === true).map(({ name }) => name);
  const cors = new Map(
    buckets.flatMap(({ name, cors = [] }) => (cors.length > 0 ? [[name, cors] as const] : [])),
  );
  return { store, announcer: new Announcer(onObjectCreated), notifying: new Set(notifying), cors };
}

/** Tells the events that were not taken before the last stop, in their order. */
async function resendEvents({ store, announcer }: S3Context): Promise<void> {
  const waiting = store
    .list()
    .flatMap((bucket) => bucket.unannounced().map((version) => ({ bucket, version })));
  waiting.sort((a, b) => (a.version.sequencer < b.version.sequencer ? -1 : 1));
  for (const { bucket, version } of waiting) {
    await announcer
      .announce(bucket, version)
      .catch((error: Error) =>
        process.emitWarning(visible(`Local S3: s3://${bucket.name}/${version.key}: ${error.message}`)),
      );
  }
}

async function handle(
  context: S3Context,
  host: string,
  http: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('Server', 'local-s3');
  try {
    let answer: Answer;
    try {
      const request = readRequest(http);
      const refusal = rejectCrossSite(http, {
        host,
        allows: (origin) => allowsPage(context, request, origin),
      });
      if (refusal !== null) throw new S3Error('AccessDenied', refusal);
      // First of all, so that a page's script can read of a failure, too.
      setHeaders(response, crossOriginHeaders(context, request));
      answer = await findOperation(request)(context, request);
    } catch (error) {
      // A client that is gone hears no answer.
      if (http.destroyed && !http.complete) return;
      answer = answerError(error, http, requestId);
    }
    await send(response, answer);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!clientLeft.has(code ?? '')) warn(http, error);
    // In the middle of an answer, only a broken connection tells the client that it is not whole.
    response.destroy();
  } finally {
    // The rest of a body that nobody wanted, so that the client gets to read its answer.
    http.resume();
  }
}

function answerError(error: unknown, http: IncomingMessage, requestId: string): Answer {
  if (!(error instanceof S3Error) && !isDiskFull(error)) warn(http, error);
  const known =
    error instanceof S3Error
      ? error
      : isDiskFull(error)
        ? new S3Error(
            'InsufficientStorage',
            `The disk of the local stack is full (${(error as Error).message}). Nothing of this request is kept: make room, then send it again.`,
          )
        : new S3Error('InternalError', `The local server failed: ${(error as Error)?.message ?? error}`);
  const bodiless = http.method === 'HEAD' || known.status === 304;
  return {
    status: known.status,
    headers: known.headers,
    body: bodiless ? undefined : errorXml(known, http.url?.split('?')[0] ?? '/', requestId),
  };
}

/** What a connection that the client closed looks like from here. */
const clientLeft = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']);

function warn(http: IncomingMessage, error: unknown): void {
  const told = error instanceof Error ? error.stack : String(error);
  process.emitWarning(visibleLines(`Local S3: ${http.method} ${http.url}: ${told}`));
}
