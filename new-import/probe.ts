import { type PgColumnBuilderBase, pgTable, text } from 'drizzle-orm/pg-core';
import type { ColumnOptions } from '../contract/definition/column-options.ts';
import { defineImport, type FileOptions, type TableImport } from '../contract/definition/define-import.ts';
import { positionsOf } from './sample-headers.ts';

/**
 * An import that takes the file's columns as texts in their order, by which the importer's own parts read it before
 * there is a definition.
 *
 * @param formulas by column: whether values may be `="…"`
 */
export function probeFor(
  headers: readonly string[],
  file: FileOptions,
  formulas: readonly boolean[],
): TableImport {
  const taken = new Set(headers.map(plain));
  const positions = positionsOf(headers);
  const columns: Record<string, PgColumnBuilderBase> = {};
  const options: Record<string, ColumnOptions> = {};
  for (const [index, header] of headers.entries()) {
    let property = `column${index}`;
    while (taken.has(plain(property))) property = `x${property}`;
    columns[property] = text().notNull();
    const position = positions[index]!;
    options[property] = {
      ...(header === '' ? {} : { aliases: [header] }),
      ...(position === null ? {} : { position }),
      ...(formulas[index] === true ? { excelText: 'formula' as const } : {}),
      // Nothing is NULL, since a header is found by its columns that never are.
      empty: 'text',
    };
  }
  const table = pgTable('sample', columns);
  return defineImport({ name: 'sample', prefix: 'sample/', table, file, mode: 'append', columns: options });
}

function plain(header: string): string {
  return header.toLowerCase().replace(/[^a-z0-9]/g, '');
}
