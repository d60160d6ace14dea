/** Of rows that do not fit the file's other rows or those of the table, as the import wants them. */
export const rowProblems = {
  duplicate_key: 'an earlier row of the file has the same key',
  similar_key: 'the key differs from another only in how Unicode composes its characters',
  other_scope: 'the key exists in another scope',
  unknown_key: 'the table has no row with this key',
} as const;

/** Of rows that only the database can tell to be wrong. */
const databaseRejects = {
  ...rowProblems,
  constraint_violated: 'a constraint of the database rejects the row',
  database_refused: 'the database cannot read the value',
} as const;
export type DatabaseRejectCode = keyof typeof databaseRejects;

/** Why a row was rejected. The codes are API: people filter errors.csv by them. */
export const rejectCodes = {
  stray_quote: 'a quote stands inside an unquoted value, or text follows a closing quote',
  unterminated_quote: 'a quoted value is not closed',
  invalid_escape:
    'a backslash stands before a letter or digit for which MySQL and PostgreSQL write none, or ends the value',
  wrong_field_count: 'the row has more or fewer values than the header',
  row_too_large: 'the row is larger than the limit',
  nul_byte: 'the row contains a NUL byte, which PostgreSQL cannot store',
  invalid_encoding: 'the row contains bytes that are not valid in the file’s encoding',
  not_in_database_encoding: 'the database’s encoding lacks a character of the value',
  missing_value: 'the column must have a value',
  too_long: 'must be no longer than the column',
  invalid_integer: 'must be a whole number',
  invalid_number: 'must be a number',
  leading_zeros:
    'has zeros in front, which a number loses: make the column text, or declare leadingZeros: "drop"',
  out_of_range: 'must fit the column’s type',
  too_precise: 'must have no more decimal places than the column keeps',
  invalid_boolean: 'must be a boolean (true/false, t/f, yes/no, y/n, on/off, 1/0)',
  invalid_date: 'must be a date (YYYY-MM-DD)',
  invalid_time: 'must be a time (HH:MM:SS)',
  invalid_timestamp: 'must be a timestamp (YYYY-MM-DD HH:MM:SS, T allowed)',
  time_zone_missing: 'the column keeps an instant, so the value needs a zone (Z or +09:00)',
  time_zone_unexpected: 'the column keeps no zone, so the value may not have one',
  invalid_interval: 'must be an interval (1 day 02:30:00, P1DT2H30M)',
  invalid_uuid: 'must be a UUID',
  invalid_json: 'must be valid JSON',
  invalid_bits: 'must be as many digits 0 and 1 as the column has',
  invalid_array: 'must be an array ({1,2,3}, {"a","b"})',
  not_in_list: 'must be one of the allowed values',
  rule_violated: 'a rule of the import rejects the value',
  parse_failed: 'the import’s parse function rejects the value',
  ...databaseRejects,
} as const;
export type RejectCode = keyof typeof rejectCodes;
