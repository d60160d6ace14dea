import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createPage, type PageBundle } from './page-bundle.ts';
import { CONSOLE_PORT } from './port.ts';
import { createRoutes } from './routes.ts';
import type { ConsoleSource } from './source.ts';

/** A console that is being served. */
export interface Console {
  /** `http://127.0.0.1:8090` */
  url: string;
  /** Ends it, and what it is answering. */
  close(): Promise<void>;
}

/**
 * Serves the console on this machine only.
 *
 * @param port the preferred one: another is taken where it is in use; 0: any
 * @param page in the place of the page's own bundle
 */
export async function startConsole(
  source: ConsoleSource,
  { port = CONSOLE_PORT, page = createPage() }: { port?: number; page?: () => Promise<PageBundle> } = {},
): Promise<Console> {
  let server: Server;
  const portOf = () => (server.address() as AddressInfo).port;
  const { fetch } = createRoutes(source, page, () => portOf());
  server = createAdaptorServer({
    fetch,
    hostname: '127.0.0.1',
    // An upload of gigabytes takes longer than the five minutes that Node allows a request.
    serverOptions: { requestTimeout: 0 },
  }) as Server;
  await listen(server, port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return listen(server, 0);
  });
  return {
    url: `http://127.0.0.1:${portOf()}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
