import { describe, expect, it } from 'vitest';
import type { FailureName } from '../../../../contract/failures.ts';
import { databaseFailure, isConnectionLost } from '../../../../task/load/database-failure.ts';

const said = (code: string, more: object = {}) =>
  Object.assign(new Error('what was said'), { code, ...more });

describe('an error of PostgreSQL, or of the way to it', () => {
  it.each<[FailureName, string[]]>([
    [
      'DatabaseUnavailable',
      ['ECONNREFUSED', 'CONNECTION_CLOSED', '08006', '53300', '53100', '57P01', '57P03'],
    ],
    ['DatabaseUnavailable', ['25006', '57014', '57P05', '25P03', '25P04', '58030', '58000', 'HV00N']],
    ['DatabaseConflict', ['40001', '40P01', '40003', '55P03', '55006', '72000']],
    ['AccessDenied', ['42501', '28P01', '28000', 'SELF_SIGNED_CERT_IN_CHAIN']],
    ['TargetTableMismatch', ['42P01', '42703', '3D000', '3F000', '57P04']],
    ['DatabaseMisconfigured', ['53400']],
    ['UnexpectedError', ['42601', '0A000', '25P02', 'XX001', '23505', '22P02']],
  ])('means %s: %j', (name, codes) => {
    for (const code of codes) expect([code, databaseFailure(said(code)).name]).toEqual([code, name]);
  });

  it('is found behind the errors of others, and is not asked for twice', () => {
    const wrapped = new Error('Failed query: …', { cause: said('57014') });
    const failure = databaseFailure(wrapped);
    expect(failure.message).toBe('The database ended the work before it was done: what was said (57014).');
    expect(databaseFailure(failure)).toBe(failure);
  });

  it('never shows the text of a data exception, which quotes the cell', () => {
    expect(databaseFailure(said('22P02')).message).toBe('PostgreSQL answered: data exception 22P02.');
  });

  it.each([
    [said('ECONNRESET'), true],
    [said('08003'), true],
    [said('57P01', { severity: 'FATAL' }), true],
    [said('25P03', { severity: 'FATAL' }), true],
    [said('57P04', { severity: 'FATAL' }), true],
    [said('57014', { severity: 'ERROR' }), false],
    [said('53100', { severity: 'ERROR' }), false],
    [new Error('no code'), false],
  ])('ends the session, or not: %o', (error, lost) => {
    expect(isConnectionLost(error)).toBe(lost);
  });
});
