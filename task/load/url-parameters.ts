/**
 * The parameters of a connection URL that libpq knows
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS), and what becomes of each here.
 * - `read`: database-url.ts or tls.ts reads it;
 * - `ignored`: it makes no difference here;
 * - a list: with these values, in lower case, it asks for what is so anyway; other values are refused;
 * - a sentence: it is refused, and this says what to do instead.
 */
type Treatment = 'read' | 'ignored' | { values: readonly string[]; else: string } | { refused: string };

const LOGIN = { refused: 'Write user and password into the URL.' };
const NO_KERBEROS = {
  refused: 'The importer cannot log in by GSSAPI: leave it out, and log in by password.',
};

export const libpqParameters: Readonly<Record<string, Treatment>> = {
  host: 'read',
  port: 'read',
  dbname: 'read',
  user: 'read',
  password: 'read',
  hostaddr: { refused: 'Write the address as the host; it is what the certificate is checked against, too.' },
  passfile: LOGIN,
  service: { refused: 'Write what the service file says into the URL.' },
  servicefile: { refused: 'Write what the service file says into the URL.' },

  connect_timeout: 'read',
  options: 'read',
  target_session_attrs: 'read',
  load_balance_hosts: { values: ['disable'], else: 'The importer needs all of its sessions on one server.' },
  // Ours says which attempt it is, so that its sessions can be told apart and ended.
  application_name: 'ignored',
  fallback_application_name: 'ignored',
  client_encoding: { values: ['utf8', 'utf-8', 'unicode', 'auto'], else: 'The importer speaks UTF-8 only.' },
  replication: { values: ['false', 'off', 'no', '0'], else: 'The importer needs an ordinary session.' },
  min_protocol_version: { values: ['3.0'], else: 'The importer speaks version 3.0 of the protocol only.' },
  max_protocol_version: 'ignored',

  keepalives: 'read',
  keepalives_idle: 'read',
  // Node leaves these to the operating system.
  keepalives_interval: 'ignored',
  keepalives_count: 'ignored',
  tcp_user_timeout: 'ignored',

  sslmode: 'read',
  // JDBC's; libpq takes `true`, and other clients for Node take the words of sslmode.
  ssl: 'read',
  sslrootcert: 'read',
  sslcert: 'read',
  sslkey: 'read',
  sslpassword: 'read',
  ssl_min_protocol_version: 'read',
  ssl_max_protocol_version: 'read',
  sslnegotiation: 'read',
  sslcertmode: { values: ['allow'], else: 'Leave it out: a certificate is sent where sslcert names one.' },
  sslcompression: 'ignored',
  sslsni: { values: ['1'], else: 'The importer always says which host it means.' },
  sslcrl: { refused: 'The importer does not read revocation lists.' },
  sslcrldir: { refused: 'The importer does not read revocation lists.' },
  sslkeylogfile: { refused: 'The importer tells its keys to nobody.' },
  requiressl: { refused: 'Write sslmode=require.' },
  requirepeer: { refused: 'Leave it out: the importer cannot ask who runs a server.' },
  require_auth: { refused: 'Leave it out, and allow only what you want in pg_hba.conf.' },
  channel_binding: {
    values: ['disable', 'prefer'],
    else: 'The importer has no channel binding: leave it out, and write sslmode=verify-full, which shows that the server is the right one, too.',
  },

  gssencmode: {
    values: ['disable', 'prefer'],
    else: 'The importer encrypts by TLS: write sslmode=verify-full.',
  },
  krbsrvname: NO_KERBEROS,
  gsslib: NO_KERBEROS,
  gssdelegation: NO_KERBEROS,
  scram_client_key: LOGIN,
  scram_server_key: LOGIN,
  oauth_issuer: LOGIN,
  oauth_client_id: LOGIN,
  oauth_client_secret: LOGIN,
  oauth_scope: LOGIN,
};

/** What other clients put into a URL. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [
    /^(schema|currentSchema|search_path)$/,
    'Name the schema in the table’s definition, or set it for the importer’s user: alter role … set search_path = ….',
  ],
  [
    /^(pgbouncer|supa|prepareThreshold|statement_cache_size|prepared_statement_cache_size)$/,
    'It is meant for a pooler in transaction mode, which the importer cannot use: connect directly or use session mode, and leave it out.',
  ],
  [
    /^(connection_limit|pool_\w+|max\w*|min\w*|idle_timeout|single_use_connections)$/,
    'Leave it out: the importer has no pool. limits.maxConcurrentRuns and the lanes of an import say how many connections there are.',
  ],
  [/^ssl/, 'Write sslmode=verify-full, with sslrootcert where the certificate is not a public one’s.'],
];

/** What to do about a parameter that libpq does not know. */
export function adviseForeign(name: string): string {
  return (
    foreign.find(([names]) => names.test(name))?.[1] ??
    'libpq does not know it either. Leave it out; a setting of the server is written options=-c%20name%3Dvalue, or set for the importer’s user.'
  );
}
