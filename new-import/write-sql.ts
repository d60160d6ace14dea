import type { PlannedImport } from './infer-import.ts';

/** The statement that creates the import's table, line by line; no name in it needs quotes. */
export function writeTableSql({ tableName, columns, key }: PlannedImport): string[] {
  const lines = columns.map(({ name, type, notNull }) => {
    const isKey = key.length === 1 && key[0] === name;
    return `${name} ${type.sql}${isKey ? ' primary key' : notNull ? ' not null' : ''}`;
  });
  if (key.length > 1) lines.push(`primary key (${key.join(', ')})`);
  return [
    `create table ${tableName} (`,
    ...lines.map((line, index) => `  ${line}${index < lines.length - 1 ? ',' : ''}`),
    ');',
  ];
}
