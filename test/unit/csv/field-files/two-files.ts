import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [{ failure: 'The ZIP archive has several files. Upload each CSV file by itself.' }],
} satisfies FieldFile;
