import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name'), note: text('note') },
  readings: [
    { rows: ['2,"a\\\\b",', '3,"C:\\Users","x"'], rejects: ['line 2, column "name": stray_quote'] },
    {
      options: { file: { escape: 'backslash' } },
      rows: ['1,"5"" pipe",', '2,a\\b,'],
      rejects: ['line 4, column "name": invalid_escape'],
      file: { escape: 'backslash' },
    },
  ],
} satisfies FieldFile;
