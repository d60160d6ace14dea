import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseTarget } from '../../../../task/load/connect.ts';
import { readDatabaseUrl } from '../../../../task/load/database-url.ts';
import { libpqParameters } from '../../../../task/load/url-parameters.ts';

const certificate = join(import.meta.dirname, '../../../fixtures/tls/server.crt');
const key = join(import.meta.dirname, '../../../fixtures/tls/server.key');
const plain = { ssl: false, connection: {} };

describe('a database’s URL says', () => {
  it.each([
    [
      'postgres://ada:secret@db.example.com:6543/shop',
      { host: ['db.example.com'], port: [6543], username: 'ada', password: 'secret', database: 'shop' },
    ],
    ['postgresql://db/shop', { host: ['db'], port: [5432], database: 'shop' }],
    ['postgres://', {}],
    ['postgres:///shop', { database: 'shop' }],
    ['postgres://ada@/shop', { username: 'ada', database: 'shop' }],
    [
      'postgres://a%40b:p%2Fw%3F%25+#@db/my%20shop',
      { host: ['db'], port: [5432], username: 'a@b', password: 'p/w?%+#', database: 'my shop' },
    ],
    ['postgres://a:p@w@db/s', { host: ['db'], port: [5432], username: 'a', password: 'p@w', database: 's' }],
    ['postgres://[::1]:5433/s', { host: ['::1'], port: [5433], database: 's' }],
    ['postgres://a,b:5433/s', { host: ['a', 'b'], port: [5432, 5433], database: 's' }],
    ['postgres://a,b/s?port=7', { host: ['a', 'b'], port: [7, 7], database: 's' }],
    ['postgres:///s?host=/var/run/postgresql', { path: '/var/run/postgresql/.s.PGSQL.5432', database: 's' }],
    ['postgres://%2Ftmp:7/s', { path: '/tmp/.s.PGSQL.7', database: 's' }],
    [
      'postgres://a/b?host=c&port=7&user=d&password=e&dbname=f',
      { host: ['c'], port: [7], username: 'd', password: 'e', database: 'f' },
    ],
  ])('where the database is: %s', (url, address) => {
    expect(readDatabaseUrl(url)).toEqual({ ...plain, ...address });
  });

  it.each([
    ['connect_timeout=7', { connect_timeout: 7 }],
    ['connect_timeout=0', {}],
    ['keepalives=0', { keep_alive: 0 }],
    ['keepalives_idle=30', { keep_alive: 30 }],
    ['options=-c%20search_path%3Dshop', { connection: { options: '-c search_path=shop' } }],
    ['target_session_attrs=read-write', { target_session_attrs: 'primary' }],
    ['target_session_attrs=primary', { target_session_attrs: 'primary' }],
    ['target_session_attrs=any', {}],
    ['application_name=mine&fallback_application_name=mine', {}],
    ['channel_binding=prefer&gssencmode=disable&client_encoding=UTF8', {}],
    [
      'sslmode=require&sslnegotiation=direct',
      { ssl: { rejectUnauthorized: false }, sslnegotiation: 'direct' },
    ],
  ])('how to connect: %s', (query, options) => {
    const { host, port, ...rest } = readDatabaseUrl(`postgres://db?${query}`);
    expect(rest).toEqual({ ...plain, ...options });
  });

  const verified = { rejectUnauthorized: true, checkServerIdentity: expect.any(Function) };
  const files = `sslcert=${certificate}&sslkey=${key}`;
  it.each([
    ['sslmode=disable', false],
    ['sslmode=disable&sslrootcert=/none', false],
    ['sslmode=allow', 'prefer'],
    ['sslmode=prefer', 'prefer'],
    ['sslmode=require', { rejectUnauthorized: false }],
    ['ssl=true', { rejectUnauthorized: false }],
    ['sslmode=verify-full', verified],
    ['sslrootcert=system', verified],
    ['sslmode=verify-full&sslrootcert=system', verified],
    [`sslmode=verify-full&sslrootcert=${certificate}`, { ...verified, ca: expect.any(Buffer) }],
    [`sslmode=verify-ca&sslrootcert=${certificate}`, { ...verified, ca: expect.any(Buffer) }],
    [`sslmode=prefer&sslrootcert=${certificate}`, { ...verified, ca: expect.any(Buffer) }],
    [`sslrootcert=${certificate}`, { ...verified, ca: expect.any(Buffer) }],
    [
      `sslmode=require&${files}`,
      { rejectUnauthorized: false, cert: expect.any(Buffer), key: expect.any(Buffer) },
    ],
    [
      'sslmode=require&ssl_min_protocol_version=TLSv1.3',
      { rejectUnauthorized: false, minVersion: 'TLSv1.3' },
    ],
  ])('whether and how TLS is spoken: %s', (query, ssl) => {
    expect(readDatabaseUrl(`postgres://db?${query}`).ssl).toEqual(ssl);
  });

  it('nothing that libpq’s documentation does not have a parameter for, and all that it has', () => {
    // PostgreSQL 18, “Parameter Key Words”; `ssl` is what URIs have besides, requiressl what they had.
    expect(Object.keys(libpqParameters).sort()).toEqual(
      `application_name channel_binding client_encoding connect_timeout dbname fallback_application_name gssdelegation
       gssencmode gsslib host hostaddr keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname
       load_balance_hosts max_protocol_version min_protocol_version oauth_client_id oauth_client_secret oauth_issuer
       oauth_scope options passfile password port replication require_auth requirepeer requiressl scram_client_key
       scram_server_key service servicefile ssl ssl_max_protocol_version ssl_min_protocol_version sslcert sslcertmode
       sslcompression sslcrl sslcrldir sslkey sslkeylogfile sslmode sslnegotiation sslpassword sslrootcert sslsni
       target_session_attrs tcp_user_timeout user`.split(/\s+/),
    );
  });
});

describe('a database’s URL is refused', () => {
  it.each([
    ['mysql://db/shop', /is not a PostgreSQL URL: write postgres:\/\/user:password@host:port\/database\.$/],
    ['postgres://db:many/shop', /host and port cannot be told apart/],
    ['postgres://db:70000/shop', /the port is not one/],
    ['postgres://a,b/s?port=1,2,3', /other ports than hosts/],
    ['postgres://ada:p%zz@db/shop', /password has a % that no two hexadecimal digits follow/],
    ['postgres://ada:sec/ret@db/shop', /user and password hold a \/ or \?/],
    ['postgres://ada:sec?ret@db/shop', /user and password hold a \/ or \?/],
    ['postgres://db/shop?schema=sales', /parameter schema is not supported\. .*search_path/],
    ['postgres://db/shop?currentSchema=sales', /parameter currentSchema .*search_path/],
    ['postgres://db/shop?pgbouncer=true', /parameter pgbouncer .*session mode/],
    ['postgres://db/shop?connection_limit=5', /parameter connection_limit .*no pool/],
    ['postgres://db/shop?pool_timeout=5', /parameter pool_timeout .*no pool/],
    ['postgres://db/shop?sslaccept=strict', /parameter sslaccept .*sslmode=verify-full/],
    ['postgres://db/shop?work_mem=8MB', /parameter work_mem .*options=-c%20name%3Dvalue/],
    ['postgres://db/shop?constructor=1', /parameter constructor is not supported/],
    [
      'postgres://db/shop?channel_binding=require',
      /this value of the parameter channel_binding .*verify-full/,
    ],
    ['postgres://db/shop?gssencmode=require', /this value of the parameter gssencmode/],
    ['postgres://db/shop?passfile=/etc/pass', /parameter passfile .*Write user and password into the URL\.$/],
    ['postgres://db/shop?service=shop', /parameter service .*service file/],
    ['postgres://db/shop?sslmode=no-verify', /sslmode must be one of disable, allow/],
    ['postgres://db/shop?sslmode=require&sslrootcert=system', /sslrootcert=system goes with/],
    [
      'postgres://db/shop?sslmode=verify-full&sslrootcert=/none',
      /sslrootcert .* cannot be read, \/none \(ENOENT\)/,
    ],
    [`postgres://db/shop?sslmode=require&sslcert=${import.meta.filename}`, /must be PEM files/],
    [`postgres://db/shop?sslrootcert=${import.meta.filename}`, /must be PEM files/],
    ['postgres://db/shop?connect_timeout=soon', /connect_timeout must be a number of seconds/],
    ['postgres://db/shop?target_session_attrs=standby', /an import writes/],
    ['postgres://db/shop?pass%20word=1', /a parameter without a name is not supported/],
  ])('%s', (url, message) => {
    const read = () => databaseTarget({ DATABASE_URL: url });
    expect(read).toThrow(message);
    expect(read).toThrow(/^DATABASE_URL: /);
    expect(read).toThrow(expect.objectContaining({ name: 'DatabaseMisconfigured' }));
    expect(read).not.toThrow(/sec.?ret|p%zz|pass word/);
  });

  it('an encrypted key whose password is missing or wrong, without the password', () => {
    const folder = mkdtempSync(join(tmpdir(), 'csv-import-url-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const broken = join(folder, 'broken.key');
    writeFileSync(broken, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
    const url = `postgres://db?sslmode=require&sslkey=${broken}&sslcert=${certificate}&sslpassword=hunter2`;
    expect(() => readDatabaseUrl(url)).toThrow(/must be PEM files/);
    expect(() => readDatabaseUrl(url)).not.toThrow('hunter2');
  });
});
