import { asFailure, type FailureName, ImportFailure } from '../../contract/failures.ts';

/** The fields of a PostgreSQL error that are used. MESSAGE, DETAIL and CONTEXT may quote cells: see `whatItSays`. */
export interface DatabaseError extends Error {
  code: string;
  /** `ERROR`, `FATAL` or `PANIC`, in English. */
  severity?: string;
  constraint_name?: string;
  table_name?: string;
  schema_name?: string;
  column_name?: string;
  /** As postgres.js spells it. */
  'data type_name'?: string;
  /** The function of PostgreSQL's source that raised it. */
  routine?: string;
  /** CONTEXT: set where the error arose inside COPY, a function or a trigger. Only its line number is shown. */
  where?: string;
}

/** Lost or refused connections as postgres.js and Node name them. */
const networkCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** Node's words for a server that is not, or cannot be shown to be, the one that was asked for. */
const untrustedCodes = /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_)/;

/**
 * What SQLSTATEs mean for the run, the first that matches: single ones before their class. Whatever is not here is
 * `UnexpectedError`: a statement that is wrong, data or constraints that nobody has looked at, a server that is broken.
 */
const meanings: readonly (readonly [RegExp, FailureName, string])[] = [
  // A failover to a reader, or a disk that is full on a managed database: it may pass.
  [/^25006/, 'DatabaseUnavailable', 'The database takes nothing but reads'],
  // query_canceled, and sessions ended by a time limit: none is in force once a transaction has begun (settings.ts).
  [/^(57014|25P03|25P04|57P05)/, 'DatabaseUnavailable', 'The database ended the work before it was done'],
  // database_dropped; a table, column, schema or database that is not there
  [/^(57P04|42P01|42703|3D000|3F000)/, 'TargetTableMismatch', 'The database lacks what the import needs'],
  // configuration_limit_exceeded: temp_file_limit, say
  [/^53400/, 'DatabaseMisconfigured', 'A limit that is set for the importer in the database is too low'],
  // Connection, resources, an operator's doing, input and output; a foreign table's server that is not there
  [/^(08|53|57|58|HV00N)/, 'DatabaseUnavailable', 'The database is not available'],
  // Transaction rollback (serialization failure, deadlock), object_in_use, lock timeout, snapshot_too_old
  [/^(40|55006|55P03|72)/, 'DatabaseConflict', 'Another transaction was in the way'],
  [/^(28|42501)/, 'AccessDenied', "The database refuses the importer's user"],
];

/** The error of PostgreSQL, or of the way to it, behind an error: Drizzle wraps them. */
export function databaseErrorOf(error: unknown): DatabaseError | null {
  for (let at = error; at instanceof Error && !(at instanceof ImportFailure); at = at.cause) {
    if (typeof (at as { code?: unknown }).code === 'string') return at as DatabaseError;
  }
  return null;
}

/** Whether an error says that the connection is gone: nothing may be sent on it any more. */
export function isConnectionLost(error: unknown): boolean {
  const found = databaseErrorOf(error);
  if (found === null) return false;
  // PostgreSQL ends the session after a FATAL error, whatever it is.
  return (
    networkCodes.has(found.code) ||
    found.code.startsWith('08') ||
    /^(FATAL|PANIC)$/.test(found.severity ?? '')
  );
}

/**
 * What a database error means for the run, decided by SQLSTATE alone: message texts are translated and change.
 * Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function databaseFailure(error: unknown): ImportFailure {
  const found = databaseErrorOf(error);
  if (found === null) return asFailure(error);
  const { code } = found;
  const said = whatItSays(found);
  const cause = { cause: found };
  // PgBouncer has one SQLSTATE for all that it says, and says it in English only.
  if (code === '08P01' && /unsupported startup parameter/.test(found.message)) {
    return new ImportFailure(
      'DatabaseMisconfigured',
      `The pooler before the database refuses the connection: ${said}. Leave the parameter out of DATABASE_URL, or connect directly.`,
      cause,
    );
  }
  if (networkCodes.has(code)) {
    return new ImportFailure('DatabaseUnavailable', `The database is not available: ${said}.`, cause);
  }
  if (untrustedCodes.test(code)) {
    return new ImportFailure(
      'AccessDenied',
      `The database's certificate is not to be trusted: ${said}. It must be signed by a certificate of the bundle of RDS (or of the setting database.caFile, or of the URL’s sslrootcert), and be for the host that the importer connects to.`,
      cause,
    );
  }
  const [, name, words] = meanings.find(([codes]) => codes.test(code)) ?? [
    code,
    'UnexpectedError' as const,
    'PostgreSQL answered',
  ];
  return new ImportFailure(name, `${words}: ${said}.`, cause);
}

/** A transaction that is to write begins on a standby with this error, whose SQLSTATE means nothing by itself. */
export function refuseStandby(error: unknown): never {
  // feature_not_supported
  if (databaseErrorOf(error)?.code !== '0A000') throw error;
  throw new ImportFailure(
    'DatabaseUnavailable',
    `The database is a standby, which takes nothing but reads: ${firstLine((error as Error).message)} (0A000).`,
    { cause: error },
  );
}

/**
 * Classes and codes by which a row itself is refused: 09, 27 (triggers), 20, 21, 2F, 38, P0 (their functions), 22
 * (data), 23 (constraints), 44 (views), 54000 and 54001 (too large for an index or a page, nested too deeply). 45 and
 * those from 5 and I on are for anybody's own errors, but for the few that PostgreSQL uses.
 */
const refusingCodes =
  /^(09|20|21|22|23|27|2F|38|44|45|P0)...$|^5400[01]$|^(?!5[34578]|72|XX)[5-9I-Z][0-9A-Z]{4}$/;

/** Whether PostgreSQL refused the data itself. */
export function refusesRows(error: unknown): error is DatabaseError {
  if (databaseErrorOf(error) !== error) return false;
  const { code, routine } = error as DatabaseError;
  // A row that a policy refuses has the code of a missing privilege; the routine tells them apart in any language.
  return refusingCodes.test(code) || (code === '42501' && routine === 'ExecWithCheckOptions');
}

/** What errors that may pass mean, where PostgreSQL's own words cannot be shown. */
const conditions: Record<string, string> = {
  '40001': 'serialization failure',
  '40P01': 'deadlock detected',
  '53100': 'disk full',
  '53200': 'out of memory',
  '53400': 'configuration limit exceeded',
  '55P03': 'lock not available',
  '57014': 'query canceled',
};
/** Functions of PostgreSQL's source whose words name nothing but objects of the database. */
const namesObjectsOnly = new Set(['aclcheck_error', 'errorMissingColumn']);

/**
 * What an error says, for logs, histories and notifications: PostgreSQL's words only where they cannot quote a cell.
 * A data exception quotes it, and a trigger, a function or the statements that it puts together may say anything,
 * under any SQLSTATE; then the SQLSTATE must do.
 */
function whatItSays(error: DatabaseError): string {
  const { code, severity = '', where, routine = '' } = error;
  if (code.startsWith('22')) return `data exception ${code}`;
  const ofSession = /^(FATAL|PANIC)$/.test(severity);
  const ofStatement = !where && !/^(P0|23|38|39)/.test(code);
  if (ofSession || ofStatement || (namesObjectsOnly.has(routine) && !raisesByItself(error))) {
    return `${firstLine(error.message)} (${code})`;
  }
  const inCode = where && !/^COPY /.test(where) ? ' in a trigger or function' : '';
  return `${conditions[code] ?? 'an error'}${inCode} (SQLSTATE ${code})`;
}

/** Whether the error is the work of somebody's function, which has chosen each of its fields. */
export function raisesByItself({ routine = '' }: DatabaseError): boolean {
  return routine === 'exec_stmt_raise' || routine.startsWith('PLy_');
}

/**
 * What a trigger or function says of a row it refuses, which may quote it: for errors.csv only. Its first line, at most
 * 200 characters; null where PostgreSQL itself refuses the row.
 */
export function wordsOnRow(error: DatabaseError): string | null {
  if (/^(22|23|42|44|54)/.test(error.code) && !raisesByItself(error)) return null;
  return [...firstLine(error.message)].slice(0, 200).join('');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!.replace(/\.$/, '');
}
