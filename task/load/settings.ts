/**
 * What the importer's statements take for granted. A role or a database may have other values (`alter role … set`), and
 * each of these would change what an import does or make it fail. A version of PostgreSQL that lacks one is left alone.
 */
const settings: Readonly<Record<string, string>> = {
  // First, since an error must end the statement, not the session: also one that a setting below makes.
  exit_on_error: 'off',
  // How long a load takes is limited by the workflow; the session waits for S3 as long as S3 takes.
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  transaction_timeout: '0',
  lock_timeout: '0',

  // What values are read and written as. The other interval styles read -1 day 02:00 as minus both.
  client_encoding: 'UTF8',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  array_nulls: 'on',
  xmloption: 'content',
  bytea_output: 'hex',
  extra_float_digits: '1',

  // What SQL means. The first is about backslashes in strings, the last about the names that queries give back.
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  // By an index of this kind PostgreSQL would find some rows only.
  gin_fuzzy_search_limit: '0',
  // `off` makes errors of what it otherwise leaves out.
  row_security: 'on',
  // `replica` skips foreign keys and triggers. Only who may change it can put that right: AccessDenied names it.
  session_replication_role: 'origin',
  // Staging tables are updated, which other access methods may not know.
  default_table_access_method: 'heap',

  // The server notices within a minute and a half that an importer's machine is gone, and frees its locks.
  tcp_keepalives_idle: '60',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '0',
};

/** Before a run is told to be in, its COMMIT must be on the disk; standbys are waited for as the database has it. */
const DURABLE = `case current_setting('synchronous_commit') when 'off' then 'local' else current_setting('synchronous_commit') end`;

/**
 * The statements that begin a transaction, in one message. Settings end with their transaction: behind a pooler the
 * session is somebody else's afterwards.
 *
 * @param idleSeconds how long the transaction may stand still before the server ends it; 0: as long as it likes
 */
export function beginStatements(idleSeconds: number): string {
  const wanted = { ...settings, idle_in_transaction_session_timeout: `${idleSeconds}s` };
  const rows = Object.entries(wanted).map(([name, value]) => `('${name}', '${value}')`);
  return `begin isolation level read committed read write;
    select set_config(name, value, true)
    from (values ${rows.join(', ')}, ('synchronous_commit', ${DURABLE})) as wanted (name, value)
    where current_setting(name, true) <> value`;
}
