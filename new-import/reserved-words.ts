/** PostgreSQL's reserved words, also those that may be functions or types: as names of columns they need quotes. */
const sql = `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate
  collation column concurrently constraint create cross current_catalog current_date current_role current_schema
  current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for
  foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading
  left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing
  primary references returning right select session_user similar some symmetric system_user table tablesample then
  to trailing true union unique user using variadic verbose when where window with`;
/** Columns that every table of PostgreSQL has. */
const system = 'ctid xmin xmax cmin cmax tableoid';
/** Properties that a Drizzle table, or any object, has. */
const object =
  'constructor prototype proto enable_rls get_sql should_omit_sql_parens to_string value_of has_own_property';

const words = (text: string) => new Set(text.trim().split(/\s+/));
const columnWords = words(`${sql} ${system} ${object}`);

/** Whether a column or table of this name would need quotes in SQL, or hide something in the code. */
export function isReservedColumn(name: string): boolean {
  return columnWords.has(name);
}

/** Names that a constant of the written file must not have: JavaScript's words, and what the file imports. */
const javascript =
  words(`await break case catch class const continue debugger default delete do else enum export
  extends false finally for function if implements import in instanceof interface let new null package private
  protected public return static super switch this throw true try typeof undefined var void while with yield
  arguments eval bigint boolean date integer numeric pgTable primaryKey text time timestamp uuid varchar defineImport`);

export function isReservedConstant(name: string): boolean {
  return javascript.has(name);
}
