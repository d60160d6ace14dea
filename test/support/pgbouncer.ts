import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

/** Where Debian, Fedora and macOS have it. */
const places = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'];

const found = process.env.PGBOUNCER_PATH ?? places.find((place) => existsSync(place));

/** `describe` for tests with PgBouncer: where there is none they are skipped, and say how to get one. */
export function describeWithPgBouncer(name: string, tests: () => void): void {
  if (found === undefined) {
    const remedy = 'skipped without PgBouncer: `apt-get install pgbouncer`, or name one by PGBOUNCER_PATH';
    describe.skip(`${name} (${remedy})`, tests);
  } else describe(name, tests);
}

export interface PgBouncer {
  /** The given URL, through the pooler. */
  through(url: string): string;
  stop(): Promise<void>;
}

/** Starts PgBouncer before the server of a URL, with its own defaults but for these settings. */
export async function startPgBouncer(
  url: string,
  settings: Record<string, string | number>,
): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, password } = new URL(url);
  const directory = await mkdtemp(join(tmpdir(), 'csv-import-pgbouncer-'));
  // As root it becomes another user, who has to read what is in there.
  await chmod(directory, 0o755);
  const port = await freePort();
  const own = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'trust',
    auth_file: join(directory, 'users.txt'),
    ...(process.getuid?.() === 0 ? { user: 'nobody' } : {}),
    ...settings,
  };
  // By which it logs in to the server.
  await writeFile(join(directory, 'users.txt'), `"${username}" "${decodeURIComponent(password)}"\n`);
  await writeFile(
    join(directory, 'pgbouncer.ini'),
    `[databases]\n* = host=${hostname} port=${serverPort}\n[pgbouncer]\n${Object.entries(own)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join('')}`,
  );
  const pooler = spawn(found!, [join(directory, 'pgbouncer.ini')], { stdio: ['ignore', 'ignore', 'pipe'] });
  await isUp(pooler);
  return {
    through(direct) {
      const pooled = new URL(direct);
      pooled.host = `127.0.0.1:${port}`;
      return pooled.href;
    },
    async stop() {
      if (pooler.exitCode === null) {
        const ended = once(pooler, 'exit');
        pooler.kill('SIGKILL');
        await ended;
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Resolves once its log says so. */
async function isUp(pooler: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    pooler.stderr!.on('data', (chunk) => {
      log += String(chunk);
      if (/process up/.test(log)) resolve();
    });
    pooler.once('exit', () => reject(new Error(`PgBouncer did not start: ${log}`)));
    pooler.once('error', reject);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
