import { describe, expect, it } from 'vitest';
import { ImportFailure } from '../../../../contract/failures.ts';
import {
  databaseErrorOf,
  databaseFailure,
  isConnectionLost,
  refusesRows,
} from '../../../../task/load/database-failure.ts';

/** An error of PostgreSQL, or of the way to it. */
const errorOf = (code: string, message = 'first line\nsecond line') =>
  Object.assign(new Error(message), { code });
const lost = [
  ...['CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT'],
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
  ],
  ...['08000', '08003', '08006', '08P01'],
];
/** They end the session only where PostgreSQL calls them FATAL; a trigger may raise them, too. */
const fatal = ['57P01', '57P02', '57P03', '25P03', '53300'];
const others = ['23505', '22001', '42P01', '42501', '53300', '40001', 'XX000'];

describe('an error of the database is', () => {
  it.each([
    ['DatabaseUnavailable', [...lost, ...fatal, '53000', '53100', '53200']],
    ['DatabaseConflict', ['40001', '40P01']],
    ['AccessDenied', ['42501', '28000', '28P01', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID']],
    [
      'AccessDenied',
      ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ],
    ['TargetTableMismatch', ['42P01', '42703', '3D000', '3F000']],
    ['UnexpectedError', ['XX000', '0A000', '42601']],
  ])('%s: %j', (name, codes) => {
    const named = codes.map((code) => [code, databaseFailure(errorOf(code)).name]);
    expect(named).toEqual(codes.map((code) => [code, name]));
  });

  it('told by its first line and its code', () => {
    expect(databaseFailure(errorOf('XX000', 'it broke.\nDETAIL')).message).toContain('it broke (XX000).');
  });

  it('told by its code alone where its text quotes a cell', () => {
    const { message } = databaseFailure(errorOf('22P02', 'invalid input syntax for type integer: "secret"'));
    expect(message).toContain('data exception 22P02');
    expect(message).not.toContain('secret');
  });

  it('found behind what wraps it, but not behind a failure that has its name', () => {
    const error = errorOf('57P01');
    const wrapped = new Error('Failed query', { cause: new Error('again', { cause: error }) });
    expect(databaseErrorOf(wrapped)).toBe(error);
    expect(databaseFailure(wrapped).name).toBe('DatabaseUnavailable');
    const failure = new ImportFailure('RowsRejected', 'named', { cause: error });
    expect(databaseErrorOf(failure)).toBeNull();
    expect(databaseFailure(failure)).toBe(failure);
    expect(databaseErrorOf(new Error('without a code'))).toBeNull();
    expect(databaseErrorOf('text')).toBeNull();
  });
});

it('the connection is lost where PostgreSQL or the network says so, and nowhere else', () => {
  expect(lost.filter((code) => !isConnectionLost(errorOf(code)))).toEqual([]);
  expect(others.filter((code) => isConnectionLost(errorOf(code)))).toEqual([]);
  expect(fatal.filter((code) => isConnectionLost(errorOf(code)))).toEqual([]);
  const ended = fatal.map((code) => Object.assign(errorOf(code), { severity: 'FATAL' }));
  expect(ended.filter((error) => !isConnectionLost(error))).toEqual([]);
  expect(isConnectionLost(new Error('without a code'))).toBe(false);
});

it('rows are rejected by data, constraints and triggers', () => {
  const refusing = ['22001', '22P02', '23502', '23505', '23514', 'P0001', 'P0002', '2F000', '54000'];
  expect(refusing.filter((code) => !refusesRows(errorOf(code)))).toEqual([]);
  const not = ['57P01', '42P01', '40001', '42501', '53100', '54023', 'XX000', 'ECONNRESET'];
  expect(not.filter((code) => refusesRows(errorOf(code)))).toEqual([]);
  // Such as a query on the ledger, which Drizzle wraps: what it refuses is no row of the file.
  expect(refusesRows(new Error('Failed query', { cause: errorOf('23505') }))).toBe(false);
});
