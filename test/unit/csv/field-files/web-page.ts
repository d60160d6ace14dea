import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [{ failure: 'The file is no CSV: it is a web page (HTML). Save the table as CSV (UTF-8).' }],
} satisfies FieldFile;
