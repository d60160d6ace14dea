import { describe, expect, it } from 'vitest';
import { databaseTarget } from '../../../../task/load/connect.ts';

const login = { username: 'importer', password: 'pass-word' };
const whole = { ...login, host: 'db.example.com', port: 5433, dbname: 'shop' };
const read = (secret: unknown, more: NodeJS.ProcessEnv = {}) =>
  databaseTarget({ DATABASE_SECRET: typeof secret === 'string' ? secret : JSON.stringify(secret), ...more });

describe('where the database is', () => {
  it('comes from a secret of RDS, whose server is verified', () => {
    expect(read({ ...whole, engine: 'postgres' })).toEqual({
      ...login,
      host: 'db.example.com',
      port: 5433,
      database: 'shop',
      tls: 'verify',
    });
  });

  it('comes from beside a secret that has only the login', () => {
    const apart = { DATABASE_HOST: 'other.example.com', DATABASE_PORT: '6543', DATABASE_NAME: 'imports' };
    const target = { ...login, host: 'other.example.com', port: 6543, database: 'imports', tls: 'verify' };
    expect(read(login, apart)).toEqual(target);
    expect(read(whole, apart), 'before what the secret says').toEqual(target);
    expect(read(whole, { DATABASE_NAME: 'imports' })).toMatchObject({
      host: 'db.example.com',
      port: 5433,
      database: 'imports',
    });
  });

  it('has PostgreSQL’s defaults where neither says', () => {
    expect(read({ ...login, host: 'db' })).toMatchObject({ port: 5432, database: 'postgres' });
  });

  it('is the URL’s alone where there is one', () => {
    const DATABASE_URL = 'postgres://localhost/mine';
    expect(databaseTarget({ DATABASE_URL, DATABASE_HOST: 'other' })).toEqual({
      url: DATABASE_URL,
      tls: 'url',
    });
  });

  it.each([
    [{}, /set DATABASE_URL, or DATABASE_SECRET/],
    [{ DATABASE_SECRET: JSON.stringify(login) }, /needs username, password and host \(or DATABASE_HOST/],
    [{ DATABASE_SECRET: '{"password":"pass-word' }, /not the JSON of an RDS secret/],
    [{ DATABASE_SECRET: JSON.stringify(whole), DATABASE_PORT: 'many' }, /DATABASE_PORT: /],
  ])('is told to be wrong in %o, without the password', (env, message) => {
    expect(() => databaseTarget(env)).toThrow(message);
    expect(() => databaseTarget(env)).not.toThrow('pass-word');
  });
});
