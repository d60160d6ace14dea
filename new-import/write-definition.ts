import stringWidth from 'string-width';
import type { PlannedColumn, PlannedImport } from './infer-import.ts';
import { camelCase } from './name-columns.ts';
import { isReservedConstant } from './reserved-words.ts';
import { writeTableSql } from './write-sql.ts';

/** As the formatter has it. */
const LINE_WIDTH = 110;

/** The text of `imports/<name>.ts`: formatted as the project's files are, to be read and changed by people. */
export function writeDefinition(plan: PlannedImport): string {
  const { columns, key } = plan;
  const composite = key.length > 1;
  const used = new Set<string>(columns.map(({ type }) => type.builder));
  used.add('pgTable');
  if (composite) used.add('primaryKey');
  const table = constantFor(plan.tableName);
  const fields = columns.flatMap((column) => writeField(column, key.length === 1 && key[0] === column.name));
  return `${[
    ...writeList('import', [...used].sort(), " from 'drizzle-orm/pg-core';"),
    "import { defineImport } from '../contract/definition/define-import.ts';",
    '',
    ...writeHead(plan),
    ...(composite
      ? [
          `export const ${table} = pgTable(`,
          `  ${quote(plan.tableName)},`,
          '  {',
          ...fields.map((line) => `  ${line}`),
          '  },',
          ...writeCompositeKey(
            columns.filter(({ name }) => key.includes(name)),
            key,
          ),
          ');',
        ]
      : [`export const ${table} = pgTable(${quote(plan.tableName)}, {`, ...fields, '});']),
    '',
    'export default defineImport({',
    `  name: ${quote(plan.name)},`,
    `  prefix: ${quote(plan.prefix)},`,
    `  table: ${table},`,
    ...writeMode(plan),
    ...writeFile(plan),
    ...writeOptions(columns),
    '});',
  ].join('\n')}\n`;
}

function writeMode({ key, keyProposals, repeatsKeys }: PlannedImport): string[] {
  if (key.length > 0) return ["  mode: 'upsert',", ...(repeatsKeys ? [] : ["  duplicates: 'reject',"])];
  const comment =
    keyProposals.length === 0
      ? []
      : writeComment(
          `A file that comes again is inserted again, unless columns identify a row: ${keyProposals.map((each) => `\`--key ${each}\``).join(' or ')}.`,
        );
  return [...comment, "  mode: 'append',"];
}

function writeFile({ fileOptions }: PlannedImport): string[] {
  const fields = Object.entries(fileOptions).map(([option, value]) => `${option}: ${writeValue(value)}`);
  if (fields.length === 0) return [];
  const line = `  file: { ${fields.join(', ')} },`;
  if (stringWidth(line) <= LINE_WIDTH) return [line];
  return ['  file: {', ...fields.map((field) => `    ${field},`), '  },'];
}

function writeHead(plan: PlannedImport): string[] {
  const rows = `${plan.sampled.whole ? 'all' : 'the first'} ${plan.sampled.rows.toLocaleString('en')} rows`;
  return [
    '/*',
    ` * Inferred from ${rows} of ${plan.file.replaceAll('*/', '')}, and yours to change: docs/imports.md.`,
    ' * The embedded database gets the table by itself; in any other, create it:',
    ' *',
    ...writeTableSql(plan).map((line) => ` * ${line}`.trimEnd()),
    ' */',
  ];
}

function writeField(column: PlannedColumn, isKey: boolean): string[] {
  const { property, name, type, advice, notNull } = column;
  const end = `)${isKey ? '.primaryKey()' : notNull ? '.notNull()' : ''},`;
  const start = `  ${property}: ${type.builder}(${quote(name)}`;
  const lines = advice === null ? [] : writeComment(advice);
  if (type.options.length === 0) return [...lines, `${start}${end}`];
  const line = `${start}, { ${type.options.join(', ')} }${end}`;
  if (stringWidth(line) <= LINE_WIDTH) return [...lines, line];
  return [...lines, `${start}, {`, ...type.options.map((option) => `    ${option},`), `  }${end}`];
}

/** Above a column, in as many lines as it takes. */
function writeComment(text: string): string[] {
  const lines: string[] = [];
  let line = '  //';
  for (const word of text.split(' ')) {
    if (stringWidth(`${line} ${word}`) > LINE_WIDTH) {
      lines.push(line);
      line = '  //';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function writeCompositeKey(columns: readonly PlannedColumn[], key: readonly string[]): string[] {
  const properties = key.map((name) => `table.${columns.find((column) => column.name === name)!.property}`);
  const line = `  (table) => [primaryKey({ columns: [${properties.join(', ')}] })],`;
  if (stringWidth(line) <= LINE_WIDTH) return [line];
  return [
    '  (table) => [',
    '    primaryKey({',
    '      columns: [',
    ...properties.map((property) => `        ${property},`),
    '      ],',
    '    }),',
    '  ],',
  ];
}

function writeOptions(columns: readonly PlannedColumn[]): string[] {
  const written = columns.flatMap(({ property, header, name, position, transformations }) => {
    // The column's own name needs no alias.
    const aliases = header === name || header === '' ? [] : [['aliases', `[${quote(header)}]`]];
    const place = position === null ? [] : [['position', String(position)]];
    const options = [
      ...aliases,
      ...place,
      ...Object.entries(transformations).map(([option, value]) => [option, writeValue(value)]),
    ].map(([option, value]) => `${option}: ${value}`);
    if (options.length === 0) return [];
    const line = `    ${property}: { ${options.join(', ')} },`;
    if (stringWidth(line) <= LINE_WIDTH) return [line];
    return [`    ${property}: {`, ...options.flatMap(writeLongOption), '    },'];
  });
  return written.length === 0 ? [] : ['  columns: {', ...written, '  },'];
}

/** Only lists of aliases are long. */
function writeLongOption(option: string): string[] {
  const line = `      ${option},`;
  const list = /^aliases: \[(.*)\]$/s.exec(option);
  if (stringWidth(line) <= LINE_WIDTH || list === null) return [line];
  return ['      aliases: [', `        ${list[1]},`, '      ],'];
}

function writeValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(writeValue).join(', ')}]`;
  const parts = Object.entries(value).map(([name, part]) => `${name}: ${writeValue(part)}`);
  return `{ ${parts.join(', ')} }`;
}

function writeList(keyword: string, names: readonly string[], end: string): string[] {
  const line = `${keyword} { ${names.join(', ')} }${end}`;
  return line.length <= LINE_WIDTH
    ? [line]
    : [`${keyword} {`, ...names.map((name) => `  ${name},`), `}${end}`];
}

function constantFor(tableName: string): string {
  const name = camelCase(tableName.replace(/^_+/, 't_'));
  return isReservedConstant(name) ? `${name}Table` : name;
}

/** In single quotes, unless there are more of these inside than of double ones. */
function quote(text: string): string {
  const count = (sign: string) => text.split(sign).length - 1;
  const double = JSON.stringify(text);
  if (count("'") > count('"')) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
