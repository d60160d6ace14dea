import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/** A TCP proxy that a test can break: what a network, a crashed server or a full connection table looks like. */
export interface TcpProxy {
  /** The given URL, through the proxy. */
  through(url: string): string;
  /** Stops listening and cuts what is open: connections are refused from now on. */
  refuse(): Promise<void>;
  /** Listens again, on the same port. */
  accept(): Promise<void>;
  /** Called with what the server sends; return false to cut the connection instead of passing it on. */
  onServerData: ((chunk: Buffer, connection: number) => boolean) | null;
  /** Whether what the server sends is held back. */
  stalled: boolean;
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
      client.pipe(upstream);
      upstream.on('data', (chunk) => {
        if (proxy.stalled) return;
        if (proxy.onServerData?.(chunk, connection) === false) client.resetAndDestroy();
        else client.write(chunk);
      });
    });
    await new Promise<void>((resolve) => server.listen(ownPort, '127.0.0.1', resolve));
    ownPort = (server.address() as { port: number }).port;
    listening = server;
  };

  const proxy: TcpProxy = {
    onServerData: null,
    stalled: false,
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
