import { S3Client } from '@aws-sdk/client-s3';
import type { Report } from '../../../contract/report.ts';
import type { Upload } from '../../../contract/upload.ts';
import {
  type ClientMessage,
  createPostgresProxy,
  isCommit,
  isCopyDone,
  type Fate as MessageFate,
  type PostgresProxy,
} from '../../faults/harness/postgres-proxy.ts';
import { createS3Proxy, type S3Fate, type S3Proxy } from '../../faults/harness/s3-proxy.ts';
import { Gate } from './gate.ts';
import type { Moment, NumberedStart } from './history.ts';
import type { HistoryHarness } from './history-harness.ts';
import type { EndedAttempt, Running } from './running.ts';
import { importOf } from './world.ts';

/** Starts an attempt in this process, with proxies of its own before PostgreSQL and S3. */
export function startAttempt(
  harness: HistoryHarness,
  action: NumberedStart,
  upload: Upload,
  name: string,
): Running<EndedAttempt> {
  const attempt = new Attempt(harness, action, name);
  return { name, gate: attempt.gate, ended: attempt.carryOut(upload) };
}

class Attempt {
  readonly gate = new Gate();
  readonly #harness: HistoryHarness;
  readonly #action: NumberedStart;
  readonly #name: string;
  readonly #signal = new AbortController();
  readonly #counted = new Map<Moment, number>();
  #stopped = false;
  #killed = false;

  constructor(harness: HistoryHarness, action: NumberedStart, name: string) {
    this.#harness = harness;
    this.#action = action;
    this.#name = name;
  }

  async carryOut(upload: Upload): Promise<EndedAttempt> {
    const { harness } = this.#harness;
    const [database, storage] = await Promise.all([
      createPostgresProxy(harness.databaseUrl),
      createS3Proxy(harness.s3Endpoint),
    ]);
    database.onMessage = (message) => this.#onMessage(message, database);
    storage.onRequest = ({ method, path }) => this.#onRequest(`${method} ${path}`, upload, database);
    const s3 = this.#connectS3(storage);
    const ended = await harness
      .run(upload, importOf(this.#action.stream), {
        attempt: { attempt: this.#name },
        importer: {
          s3,
          database: { url: database.through(harness.databaseUrl), tls: 'url' },
          signal: this.#signal.signal,
        },
      })
      .then(
        (report: Report) => ({ report, error: null }),
        (error: unknown) => ({ report: null, error }),
      );
    s3.destroy();
    await Promise.all([database.close(), storage.close()]);
    const { runId } = harness.attempt(upload);
    const [action, name] = [this.#action, this.#name];
    return { kind: 'start', action, name, runId, stopped: this.#stopped, ...ended };
  }

  #connectS3({ endpoint }: S3Proxy): S3Client {
    return new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  }

  async #onMessage(message: ClientMessage, database: PostgresProxy): Promise<MessageFate> {
    if (this.#killed) return 'cut';
    const isQuery = message.type === 'Q' || message.type === 'P';
    const come = [
      isQuery && this.#hasCome('connected'),
      isQuery && this.#counted.has('began') && this.#hasCome('began'),
      isQuery && this.#counted.has('copied') && this.#hasCome('copied'),
      isCommit(message) && this.#hasCome('commit'),
    ].includes(true);
    if (/^\s*begin\b/i.test(message.sql) && !this.#counted.has('began')) this.#counted.set('began', 0);
    if (isCopyDone(message) && !this.#counted.has('copied')) this.#counted.set('copied', 0);
    if (!come) return 'pass';
    switch (this.#action.stop!.fate) {
      case 'cut':
        return 'cut';
      case 'reply lost':
        return 'lose-reply';
      default:
        await this.#befall(database);
        return this.#killed ? 'cut' : 'pass';
    }
  }

  async #onRequest(request: string, upload: Upload, database: PostgresProxy): Promise<S3Fate> {
    const gone: S3Fate = { kind: 'drop', after: 0 };
    if (this.#killed) return gone;
    if (request !== `GET /${upload.bucket}/${upload.key}` || !this.#hasCome('read')) return { kind: 'pass' };
    switch (this.#action.stop!.fate) {
      case 'refused':
        // The one answer that is not asked for again at once.
        return { kind: 'refuse', status: 403, code: 'AccessDenied' };
      case 'broken off':
        return { kind: 'reset', after: Math.floor(upload.size / 2) };
      default:
        await this.#befall(database);
        return this.#killed ? gone : { kind: 'pass' };
    }
  }

  /** Counts a moment; whether it is the one at which something is to happen. */
  #hasCome(moment: Moment): boolean {
    const { stop } = this.#action;
    const times = this.#counted.get(moment) ?? 0;
    this.#counted.set(moment, times + 1);
    if (this.#stopped || stop === null || stop.moment !== moment || stop.nth !== times) return false;
    this.#stopped = true;
    return true;
  }

  async #befall(database: PostgresProxy): Promise<void> {
    switch (this.#action.stop!.fate) {
      case 'waits':
        return this.gate.pass();
      case 'orphaned':
        await this.#harness.endSessions(this.#name, 'with advisory locks');
        return this.gate.pass();
      case 'session ended':
        return this.#harness.endSessions(this.#name, 'all');
      case 'told to stop':
        return this.#signal.abort();
      case 'killed':
        this.#killed = true;
        // Not waited for: it waits for the connection of this very message.
        void database.refuse();
        // Nobody hears of it; but it gives up what a dead process would not go on with.
        return this.#signal.abort();
      default:
        return;
    }
  }
}
