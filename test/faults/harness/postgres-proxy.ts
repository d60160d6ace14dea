import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

/** A message of a client of PostgreSQL's protocol, seen before the server sees it. */
export interface ClientMessage {
  /** The session's `application_name`: `csv-import status`, `csv-import <attempt>`. */
  session: string;
  /** What it is: `Q` a simple query, `P` one that is parsed, `d` data of a COPY, `c` the end of a COPY, … */
  type: string;
  /** The SQL of a query; empty for all else. */
  sql: string;
  /** Bytes of rows in it, for data of a COPY. */
  copied: number;
  /** Whether it belongs to a transaction that only takes or frees a slot. */
  slot: boolean;
}

/**
 * What becomes of a message. `cut`: it never arrives. `lose-reply`: it arrives, the server answers, and the
 * connection is cut instead of passing the answer on.
 */
export type Fate = 'pass' | 'cut' | 'lose-reply';

/** A proxy before PostgreSQL that understands what clients say. */
export interface PostgresProxy extends Omit<TcpProxy, 'onClientData' | 'onServerData'> {
  /** Decides each message of the importer's loading sessions, and waits as long as it likes. */
  onMessage: ((message: ClientMessage) => Fate | Promise<Fate>) | null;
}

const STATUS_SESSION = 'csv-import status';

export async function createPostgresProxy(url: string): Promise<PostgresProxy> {
  const tcp = await createTcpProxy(url);
  const sessions = new Map<number, ClientStream>();
  const losing = new Set<number>();
  const proxy: PostgresProxy = Object.assign(tcp, { onMessage: null });

  tcp.onClientData = async (chunk, connection) => {
    let stream = sessions.get(connection);
    if (stream === undefined) {
      stream = new ClientStream();
      sessions.set(connection, stream);
    }
    for (const message of stream.push(chunk)) {
      if (message.session === STATUS_SESSION || !message.session.startsWith('csv-import ')) continue;
      const fate = (await proxy.onMessage?.(message)) ?? 'pass';
      if (fate === 'cut') return false;
      if (fate === 'lose-reply') losing.add(connection);
    }
    return true;
  };
  tcp.onServerData = (_, connection) => !losing.has(connection);
  return proxy;
}

/** Whether a message ends a transaction that loads: the moment that matters most. */
export const isCommit = ({ sql, slot }: ClientMessage) => !slot && /^\s*commit\b/i.test(sql);
/** Whether a message ends the data of a COPY. */
export const isCopyDone = ({ type }: ClientMessage) => type === 'c';

/**
 * Cuts what a client sends into messages
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html): one start-up message, then a type, a
 * length that counts itself, and the content.
 */
class ClientStream {
  #session = '';
  #started = false;
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes of the current COPY data that are still to come. */
  #skip = 0;
  #slot = false;

  *push(chunk: Buffer): Generator<ClientMessage> {
    let bytes = chunk;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, bytes.length);
      this.#skip -= skipped;
      bytes = bytes.subarray(skipped);
    }
    this.#pending = Buffer.concat([this.#pending, bytes]);
    if (!this.#started) {
      if (this.#pending.length < 4 || this.#pending.length < this.#pending.readInt32BE(0)) return;
      this.#start(this.#take(this.#pending.readInt32BE(0)));
    }
    while (this.#pending.length >= 5) {
      const type = String.fromCharCode(this.#pending[0]!);
      const length = 1 + this.#pending.readInt32BE(1);
      if (type === 'd') {
        // Large; its content is nobody's business.
        const there = Math.min(length, this.#pending.length);
        this.#take(there);
        this.#skip = length - there;
      } else if (this.#pending.length < length) {
        return;
      }
      const content = type === 'd' ? Buffer.alloc(0) : this.#take(length).subarray(5);
      const copied = type === 'd' ? length - 5 : 0;
      const sql = sqlOf(type, content);
      if (/^\s*begin\b/i.test(sql)) this.#slot = false;
      this.#slot ||= /\bpg_(try_advisory_lock|advisory_unlock)\b/.test(sql);
      yield { session: this.#session, type, sql, copied, slot: this.#slot };
    }
  }

  #take(length: number): Buffer {
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return taken;
  }

  /** Length, protocol version, then names and values, each with a NUL behind it. */
  #start(message: Buffer): void {
    const words = message.toString('utf8', 8).split('\0');
    const name = words.findIndex((word, index) => index % 2 === 0 && word === 'application_name');
    this.#session = name === -1 ? '' : words[name + 1]!;
    this.#started = true;
  }
}

function sqlOf(type: string, content: Buffer): string {
  const words = content.toString('utf8').split('\0');
  // A parsed statement has its own name first.
  return type === 'Q' ? words[0]! : type === 'P' ? (words[1] ?? '') : '';
}
