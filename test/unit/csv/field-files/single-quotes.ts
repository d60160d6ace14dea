import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [
    {
      rows: ["2,'it''s'"],
      rejects: ['line 2: wrong_field_count', 'line 4, column "name": stray_quote'],
    },
    {
      options: { file: { quote: "'" } },
      rows: ['1,"Smith, John"', "2,it's", '3,"5"" pipe"'],
      file: { quote: "'" },
    },
    {
      options: { file: { quote: 'none' } },
      rows: ["2,'it''s'", '3,"5"" pipe"'],
      rejects: ['line 2: wrong_field_count'],
    },
  ],
} satisfies FieldFile;
