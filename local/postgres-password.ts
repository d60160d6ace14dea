import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Whoever may run what, unless we are root: the user that PostgreSQL runs as. */
export interface PostgresUser {
  uid?: number;
  gid?: number;
}

/** Over TCP with the password, whatever the database; TLS or not. */
const RULES = 'host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n';

/** Where a new cluster's password is written down before initdb, which reads it there. */
export async function makePassword(file: string, { uid, gid }: PostgresUser): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  if (uid !== undefined) await chown(file, uid, gid!);
}

/** The password; null where the cluster was made without one, or where the file is damaged. */
export async function readPassword(file: string): Promise<string | null> {
  try {
    const password = (await readFile(file, 'utf8')).trim();
    return /^[\w-]{32}$/.test(password) ? password : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Gives a password to a cluster of an earlier version of this project, which let in every user of this machine. The
 * server must not be running: PostgreSQL's single-user mode needs no connection.
 *
 * @throws Error with what PostgreSQL says
 */
export async function requirePassword(
  { data, bin, file }: { data: string; bin: string; file: string },
  user: PostgresUser,
): Promise<void> {
  const unfinished = `${file}.new`;
  await makePassword(unfinished, user);
  const password = await readPassword(unfinished);
  const options = { ...user, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C' } };
  await new Promise<void>((resolve, reject) => {
    const child = execFile(
      join(bin, 'postgres'),
      ['--single', '-D', data, 'postgres'],
      options,
      (error, _, said) => {
        // It ends well whatever a statement did.
        if (error === null && !/ERROR|FATAL/.test(said)) resolve();
        else reject(new Error(`The embedded database could not be given a password:\n${said.slice(-500)}`));
      },
    );
    child.stdin!.end(`alter user postgres password '${password}';\n`);
  });
  await writeFile(join(data, 'pg_hba.conf'), RULES);
  // Last, so that it is done again where it was interrupted.
  await rename(unfinished, file);
}

/** What initdb is told, so that nobody gets into a new cluster without the password. */
export function authOptions(file: string): string[] {
  return ['--auth=scram-sha-256', `--pwfile=${file}`];
}
