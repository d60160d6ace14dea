import { once } from 'node:events';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { drained } from './drained.ts';

/** Sees what one side sends before the other does; false cuts the connection instead of passing it on. */
export type Watcher = (chunk: Buffer, connection: number) => boolean | Promise<boolean>;

/** A TCP proxy that a test can break: what a network, a crashed server or a full connection table looks like. */
export interface TcpProxy {
  /** The given URL, through the proxy. */
  through(url: string): string;
  /** Stops listening and cuts what is open: connections are refused from now on. */
  refuse(): Promise<void>;
  /** Listens again, on the same port. */
  accept(): Promise<void>;
  /** Called with what the client sends. Connections are numbered from 1. */
  onClientData: Watcher | null;
  /** Called with what the server sends. */
  onServerData: Watcher | null;
  /** Whether what the server sends is held back, for good. */
  stalled: boolean;
  /** How fast each connection takes what the client sends, in bytes per second; null: as fast as it can. */
  bytesPerSecond: number | null;
  close(): Promise<void>;
}

export async function createTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let connections = 0;
  let listening: Server | null = null;
  let ownPort = 0;

  const listen = async () => {
    const server = createServer((client) => {
      const connection = ++connections;
      const upstream = dial(Number(port), hostname);
      for (const socket of [client, upstream]) {
        open.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          open.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      const cut = () => {
        client.resetAndDestroy();
        upstream.destroy();
      };
      const pass = async (from: Socket, to: Socket, see: (chunk: Buffer) => Promise<boolean>) => {
        for await (const chunk of from) {
          if (!(await see(chunk))) return cut();
          if (!to.write(chunk)) await drained(to);
        }
        to.end();
      };
      // Whichever breaks, both are closed; see above.
      pass(client, upstream, async (chunk) => {
        if (proxy.bytesPerSecond !== null) await sleep((chunk.length / proxy.bytesPerSecond) * 1000);
        return (await proxy.onClientData?.(chunk, connection)) ?? true;
      }).catch(cut);
      pass(upstream, client, async (chunk) => {
        if (proxy.stalled) await once(client, 'close');
        return (await proxy.onServerData?.(chunk, connection)) ?? true;
      }).catch(cut);
    });
    await new Promise<void>((resolve) => server.listen(ownPort, '127.0.0.1', resolve));
    ownPort = (server.address() as { port: number }).port;
    listening = server;
  };

  const proxy: TcpProxy = {
    onClientData: null,
    onServerData: null,
    stalled: false,
    bytesPerSecond: null,
    through(url) {
      const proxied = new URL(url);
      proxied.hostname = '127.0.0.1';
      proxied.port = String(ownPort);
      return proxied.href.replace(/\/$/, '');
    },
    async refuse() {
      const closed = new Promise((resolve) => listening?.close(resolve) ?? resolve(null));
      for (const socket of open) socket.resetAndDestroy();
      await closed;
      listening = null;
    },
    async accept() {
      if (listening === null) await listen();
    },
    async close() {
      if (listening !== null) await proxy.refuse();
    },
  };
  await listen();
  return proxy;
}
