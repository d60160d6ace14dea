import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [
    { rows: ['1,a', '2,c'], rejects: ['line 3: wrong_field_count'] },
    { options: { file: { newline: 'lf' } }, rows: ['1,"a', 'b"', '2,c'], file: { newline: 'lf' } },
  ],
} satisfies FieldFile;
