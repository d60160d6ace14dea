/** Quotes a name for SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes `schema.table`, or the table alone where the search path decides. */
export function qualified(schema: string | null, table: string): string {
  return schema === null ? identifier(table) : `${identifier(schema)}.${identifier(table)}`;
}

/** Quotes a text for SQL, where a parameter cannot stand. */
export function literal(text: string): string {
  const escaped = text.replaceAll("'", "''");
  return escaped.includes('\\') ? `E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`;
}
