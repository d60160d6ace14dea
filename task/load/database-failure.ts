import { asFailure, ImportFailure } from '../../contract/failures.ts';

/** The fields of a PostgreSQL error that may be shown: never DETAIL or CONTEXT, which quote cells. */
export interface DatabaseError extends Error {
  code: string;
  constraint_name?: string;
  table_name?: string;
  schema_name?: string;
  column_name?: string;
  /** CONTEXT. Only its line number is used. */
  where?: string;
}

/** Lost or refused connections as postgres.js and Node name them, and SQLSTATEs that say that it may pass. */
const unavailableCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '57P01', // admin_shutdown: a backend was terminated
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up or shutting down
]);
/** Node's words for a server that is not, or cannot be shown to be, the one that was asked for. */
const untrustedCodes = /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_)/;
const conflictCodes = new Set(['40001', '40P01', '55P03']); // serialization failure, deadlock, lock timeout

/** The error of PostgreSQL, or of the way to it, behind an error: Drizzle wraps them. */
export function databaseErrorOf(error: unknown): DatabaseError | null {
  for (let at = error; at instanceof Error && !(at instanceof ImportFailure); at = at.cause) {
    if (typeof (at as { code?: unknown }).code === 'string') return at as DatabaseError;
  }
  return null;
}

/** Whether an error says that the connection is gone: nothing may be sent on it any more. */
export function isConnectionLost(error: unknown): boolean {
  const code = databaseErrorOf(error)?.code;
  return code !== undefined && (unavailableCodes.has(code) || code.startsWith('08'));
}

/**
 * What a database error means for the run, decided by SQLSTATE alone: message texts are translated and change.
 * Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function databaseFailure(error: unknown): ImportFailure {
  const found = databaseErrorOf(error);
  if (found === null) return asFailure(error);
  const { code } = found;
  // The text of a data exception quotes the cell.
  const said = code.startsWith('22') ? `data exception ${code}` : `${firstLine(found.message)} (${code})`;
  const cause = { cause: found };
  // PgBouncer has one SQLSTATE for all that it says, and says it in English only.
  if (code === '08P01' && /unsupported startup parameter/.test(found.message)) {
    return new ImportFailure(
      'DatabaseMisconfigured',
      `The pooler before the database refuses the connection: ${said}. Leave the parameter out of DATABASE_URL, or connect directly.`,
      cause,
    );
  }
  if (unavailableCodes.has(code) || code.startsWith('08') || code.startsWith('53')) {
    return new ImportFailure('DatabaseUnavailable', `The database is not available: ${said}.`, cause);
  }
  if (untrustedCodes.test(code)) {
    return new ImportFailure(
      'AccessDenied',
      `The database's certificate is not to be trusted: ${said}. It must be signed by a certificate of the bundle of RDS, and be for the host that the importer connects to.`,
      cause,
    );
  }
  if (conflictCodes.has(code)) {
    return new ImportFailure('DatabaseConflict', `Another transaction was in the way: ${said}.`, cause);
  }
  if (code === '42501' || code.startsWith('28')) {
    return new ImportFailure('AccessDenied', `The database refuses the importer's user: ${said}.`, cause);
  }
  if (code === '42P01' || code === '42703' || code === '3D000' || code === '3F000') {
    return new ImportFailure(
      'TargetTableMismatch',
      `The database lacks what the import needs: ${said}.`,
      cause,
    );
  }
  return new ImportFailure('UnexpectedError', `PostgreSQL answered: ${said}.`, cause);
}

/** Whether PostgreSQL refused the data itself: class 22 (data), class 23 (constraints), P0001 (a trigger). */
export function refusesRows(error: unknown): error is DatabaseError {
  return databaseErrorOf(error) === error && /^(22|23|P0001)/.test((error as DatabaseError).code);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!.replace(/\.$/, '');
}
