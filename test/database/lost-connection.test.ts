import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { connect } from '../../task/load/connect.ts';
import type { Connection } from '../../task/load/connection.ts';
import { databaseFailure } from '../../task/load/database-failure.ts';
import { inTransaction } from '../../task/load/transaction.ts';
import { createTcpProxy } from '../support/tcp-proxy.ts';

const soon = (work: Promise<unknown>) =>
  Promise.race([
    work.then(
      () => 'answered',
      (error: unknown) => databaseFailure(error).name,
    ),
    sleep(5_000, 'hangs', { ref: false }),
  ]);

/** Cuts two connections at once, and sends something on the first as soon as the second is found to be gone. */
async function cutBoth(
  send: (first: Connection) => Promise<unknown>,
  use: (first: Connection) => Promise<unknown>,
) {
  const proxy = await createTcpProxy(inject('postgresUrl'));
  const target = { url: proxy.through(inject('postgresUrl')), tls: 'url' } as const;
  const [first, second] = [connect(target, 'first'), connect(target, 'second')];
  try {
    await use(first);
    const sleeping = second.sql`select pg_sleep(60)`.catch(() => send(first));
    await sleep(100);
    void proxy.refuse();
    return await soon(sleeping);
  } finally {
    await Promise.all([first, second].map(({ sql }) => sql.end({ timeout: 0 })));
    await proxy.close();
  }
}

// Between a socket's error and its close, postgres.js takes queries that it then forgets.
it('a query sent as the connection breaks is answered with an error', async () => {
  const query = ({ sql }: Connection) => sql`select 1`;
  expect(await cutBoth(query, query)).toBe('DatabaseUnavailable');
});

it('so is one in a transaction', async () => {
  const cut = Promise.withResolvers<void>();
  let transaction: Promise<unknown> | undefined;
  const outcome = await cutBoth(
    () => {
      cut.resolve();
      return transaction!;
    },
    async (first) => {
      const begun = Promise.withResolvers<void>();
      transaction = inTransaction(first, async (tx) => {
        begun.resolve();
        await cut.promise;
        await tx.unsafe('select');
      });
      transaction.catch(() => {});
      await begun.promise;
    },
  );
  expect(outcome).toBe('DatabaseUnavailable');
});

it('a server that hangs up on whoever connects is one that is not available', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('error', () => {});
    socket.once('data', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const { sql } = connect({ url: `postgres://postgres@127.0.0.1:${port}/x`, tls: 'url' }, 'test', {
    connectSeconds: 1,
  });
  try {
    expect(await soon(sql`select 1`)).toBe('DatabaseUnavailable');
    const tried = connections;
    await sleep(500);
    expect(connections - tried).toBeLessThan(2);
  } finally {
    await sql.end({ timeout: 0 });
    server.close();
  }
});

it('a session that may be replaced is, as soon as the connection is found to be gone', async () => {
  const proxy = await createTcpProxy(inject('postgresUrl'));
  const target = { url: proxy.through(inject('postgresUrl')), tls: 'url' } as const;
  const { sql, statements } = connect(target, 'test', { replaceable: true });
  try {
    await statements`select 1`;
    const sleeping = statements`select pg_sleep(60)`;
    const next = sleeping.then(
      () => [],
      () => statements`select 2 as answer`,
    );
    // Handed over before: waits for those before it, and then for the connection to close.
    const waiting = statements`select 3 as answer`.then((rows) => [...rows]);
    await sleep(100);
    await proxy.refuse();
    await proxy.accept();
    expect(await soon(Promise.all([next, waiting]))).toBe('answered');
  } finally {
    await sql.end({ timeout: 0 });
    await proxy.close();
  }
});

it('a client that is told to end while it connects lets nobody wait', async () => {
  // Takes connections, and never says a word.
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const connection = connect({ url: `postgres://postgres@127.0.0.1:${port}/x`, tls: 'url' }, 'test');
  const waits = inTransaction(connection, async () => 'done').catch((error: Error) => error);
  await sleep(200);
  void connection.sql.end({ timeout: 0 });
  expect(await Promise.race([waits, sleep(5_000, 'still waits')])).toMatchObject({
    code: 'CONNECTION_CLOSED',
  });
  silent.close();
});
