import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterEach, describe, expect, it } from 'vitest';
import { folderOutside, removePostgres, startPostgres } from '../../local/postgres.ts';
import { postgresVersions } from '../../local/postgres-binaries.ts';
import { resetLocalStack } from '../../local/reset.ts';
import { makeFolder } from './make-folder.ts';

const script = join(import.meta.dirname, 'keep-postgres.ts');

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(directory: string, port = 0) {
  const server = await startPostgres({ directory, port, fsync: false });
  stops.push(() => removePostgres(directory));
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}

it('its log quotes no row, and is for its owner only', async () => {
  const directory = makeFolder();
  const { url } = await start(directory);
  await query(url, 'create table t (id integer check (id < 5), name text unique)');
  const failing = [
    `insert into t values (7, 'Kx7marker')`,
    `insert into t values (1, 'Kx7marker'), (2, 'Kx7marker')`,
    `select 'Kx7marker'::integer`,
    `do $$ begin raise exception 'no Kx7marker' using detail = 'Kx7marker'; end $$`,
    `do $$ begin raise warning 'no Kx7marker'; raise exception 'no'; end $$`,
  ];
  for (const each of failing) await expect(query(url, each)).rejects.toThrow();
  const [folder] = [join(directory, 'postgres'), folderOutside(directory)].filter((each) => existsSync(each));
  const log = join(folder!, 'postgres.log');
  expect(readFileSync(log, 'utf8')).toContain('ready to accept connections');
  expect(readFileSync(log, 'utf8')).not.toContain('Kx7marker');
  expect(statSync(log).mode & 0o077).toBe(0);
});

/** A process of its own that starts PostgreSQL and stays. */
async function startElsewhere(directory: string, as?: { uid: number; gid: number }) {
  const child: ChildProcess = spawn(process.execPath, [script, directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...as,
    env: { PATH: process.env.PATH },
  });
  let errors = '';
  child.stderr!.on('data', (chunk) => {
    errors += String(chunk);
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('exit', () => reject(new Error(errors)));
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    url,
    end: async (signal: NodeJS.Signals) => {
      child.kill(signal);
      await ended;
    },
  };
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolve(server));
    stops.push(() => server.close());
  });
}

/** The user that PostgreSQL runs as when we are root. */
function ordinaryUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // Not here.
    }
  }
  return null;
}

describe('the embedded PostgreSQL', () => {
  it('keeps its data, its port and its settings through a restart', async () => {
    const directory = makeFolder();
    const first = await start(directory);
    expect(first.isNew).toBe(true);
    await query(first.url, 'create table kept as select 1 as one');
    await first.stop();
    await first.stop();
    await expect(query(first.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    const second = await start(directory);
    expect([second.isNew, second.url]).toEqual([false, first.url]);
    expect(await query(second.url, 'select * from kept')).toEqual([{ one: 1 }]);
    expect(
      await query(
        second.url,
        `select current_setting('listen_addresses') as addresses, current_setting('server_encoding') as encoding,
                datcollate as collation from pg_database where datname = 'postgres'`,
      ),
    ).toEqual([{ addresses: '127.0.0.1', encoding: 'UTF8', collation: 'C' }]);
  });

  it.each(postgresVersions)('runs version %i, and takes it away while it runs', async (version) => {
    const directory = makeFolder();
    const { url } = await startPostgres({ directory, port: 0, fsync: false, version });
    stops.push(() => removePostgres(directory));
    expect(
      await query(
        url,
        `select current_setting('server_version_num')::integer / 10000 as version,
                current_setting('server_encoding') as encoding, datcollate as collation
         from pg_database where datname = 'postgres'`,
      ),
    ).toEqual([{ version, encoding: 'UTF8', collation: 'C' }]);
    await removePostgres(directory);
    await expect(query(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('lets in nobody who does not know the password, which only its user can read', async () => {
    const directory = makeFolder();
    const { url } = await start(directory);
    const { password } = new URL(url);
    const without = Object.assign(new URL(url), { password: '' }).href;
    const wrong = Object.assign(new URL(url), { password: 'guessed' }).href;
    for (const each of [without, wrong]) {
      await expect(query(each, 'select 1')).rejects.toThrow(/password/);
    }
    const [{ data }] = (await query(url, `select current_setting('data_directory') as data`)) as [
      { data: string },
    ];
    const file = join(dirname(data), 'password');
    expect([readFileSync(file, 'utf8').trim(), statSync(file).mode & 0o777]).toEqual([password, 0o600]);
  });

  it('asks for a password from then on where its data were made without one', async () => {
    const directory = makeFolder();
    const first = await start(directory);
    await query(first.url, 'create table kept as select 1 as one');
    const [{ data }] = (await query(first.url, `select current_setting('data_directory') as data`)) as [
      { data: string },
    ];
    await first.stop();
    // As an earlier version left it.
    writeFileSync(join(data, 'pg_hba.conf'), 'host all all 127.0.0.1/32 trust\n');
    rmSync(join(dirname(data), 'password'));
    const second = await start(directory);
    expect([second.isNew, await query(second.url, 'select * from kept')]).toEqual([false, [{ one: 1 }]]);
    const without = Object.assign(new URL(second.url), { password: '' }).href;
    await expect(query(without, 'select 1')).rejects.toThrow(/password/);
    await second.stop();
    const third = await start(directory);
    expect(await query(third.url, 'select * from kept')).toEqual([{ one: 1 }]);
  });

  it('takes another port where the preferred one is in use, and where the one of last time is', async () => {
    const taken = await listen(0);
    const { port } = taken.address() as { port: number };
    const directory = makeFolder();
    const first = await start(directory, port);
    const own = Number(new URL(first.url).port);
    expect(own).not.toBe(port);
    await query(first.url, 'select 1');
    await first.stop();
    await listen(own);
    const second = await start(directory, port);
    expect([port, own]).not.toContain(Number(new URL(second.url).port));
    await query(second.url, 'select 1');
  });

  it('starts again after a kill -9 of whoever started it, with what was committed', async () => {
    const directory = makeFolder();
    const killed = await startElsewhere(directory);
    await query(killed.url, 'create table kept as select 1 as one');
    await killed.end('SIGKILL');
    // It has outlived its stack.
    await query(killed.url, 'select 1');
    const { url } = await start(directory);
    expect(await query(url, 'select * from kept')).toEqual([{ one: 1 }]);
  });

  it('starts again after its own kill -9', async () => {
    const directory = makeFolder();
    const first = await start(directory);
    await query(first.url, 'create table kept as select 1 as one');
    const [{ data }] = (await query(first.url, `select current_setting('data_directory') as data`)) as [
      { data: string },
    ];
    process.kill(Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
    await expect
      .poll(() => query(first.url, 'select 1').catch((error: Error) => error.message))
      .toMatch('ECONNREFUSED');
    const second = await start(directory);
    expect(await query(second.url, 'select * from kept')).toEqual([{ one: 1 }]);
  });

  it('does not take what an interrupted initdb has left for a cluster', async () => {
    const directory = makeFolder();
    const first = await start(directory);
    const [{ data }] = (await query(first.url, `select current_setting('data_directory') as data`)) as [
      { data: string },
    ];
    await first.stop();
    await resetLocalStack(directory);
    mkdirSync(`${data}.new`, { recursive: true });
    writeFileSync(join(`${data}.new`, 'PG_VERSION'), '18\n');
    const second = await start(directory);
    expect([second.isNew, await query(second.url, 'select 1 as one')]).toEqual([true, [{ one: 1 }]]);
  });

  it('says what is wrong, with the end of its log', async () => {
    const directory = makeFolder();
    const first = await start(directory);
    const [{ data }] = (await query(first.url, `select current_setting('data_directory') as data`)) as [
      { data: string },
    ];
    await first.stop();
    writeFileSync(join(data, 'postgresql.auto.conf'), "no_such_setting = 'x'\n");
    await expect(start(directory)).rejects.toThrow(/did not start \(.*postgres\.log\):.*no_such_setting/s);
  });

  it('is stopped and removed by a reset, also when a kill -9 of its stack has left it running', async () => {
    const directory = makeFolder();
    const killed = await startElsewhere(directory);
    const [{ data }] = (await query(killed.url, `select current_setting('data_directory') as data`)) as [
      { data: string },
    ];
    await killed.end('SIGKILL');
    await resetLocalStack(directory);
    await expect(query(killed.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    expect(existsSync(data)).toBe(false);
  });
});

const user = ordinaryUser();

function isOpenToAll(folder: string): boolean {
  return (
    (statSync(folder).mode & 0o001) !== 0 && (dirname(folder) === folder || isOpenToAll(dirname(folder)))
  );
}

describe.skipIf(user === null)('as root, started for another user (skipped where we are not root)', () => {
  it('works in folders that only root may enter', async () => {
    const closed = makeFolder();
    chmodSync(closed, 0o700);
    const directory = join(closed, 'stack');
    const { url } = await start(directory);
    const [{ data }] = (await query(url, `select current_setting('data_directory') as data`)) as [
      { data: string },
    ];
    expect(data.startsWith(closed)).toBe(false);
  });

  // Where the project itself is in a folder that only root may enter, nobody else can start anything from it.
  it.skipIf(!isOpenToAll(import.meta.dirname))(
    'works for an ordinary user, in a folder of that user’s',
    async () => {
      const directory = makeFolder();
      chownSync(directory, user!.uid, user!.gid);
      const elsewhere = await startElsewhere(directory, user!);
      expect(await query(elsewhere.url, 'select 1 as one')).toEqual([{ one: 1 }]);
      await elsewhere.end('SIGTERM');
      await expect(query(elsewhere.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
      const { stdout } = await promisify(execFile)('stat', ['-c', '%u', join(directory, 'postgres', 'data')]);
      expect(Number(stdout)).toBe(user!.uid);
    },
  );
});
