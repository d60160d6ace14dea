import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { name: text('name'), city: text('city'), age: integer('age') },
  readings: [
    { rows: ['Ada,Tokyo,36', 'Grace,Osaka,45'], emptyRows: 5 },
    {
      options: { file: { emptyRows: 'load' } },
      rows: ['Ada,Tokyo,36', ',,', ' , ,', '"","",""', 'Grace,Osaka,45'],
      rejects: ['line 7: wrong_field_count', 'line 8: wrong_field_count'],
    },
  ],
} satisfies FieldFile;
