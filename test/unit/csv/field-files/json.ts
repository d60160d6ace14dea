import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [{ failure: 'The file is no CSV: it is JSON. Export the data as CSV.' }],
} satisfies FieldFile;
