import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

const columns = { id: integer('id').notNull(), name: text('name').notNull(), note: text('note') };

export default {
  columns,
  readings: [
    {
      rows: ['2,ink,ok'],
      rejects: ['line 2: wrong_field_count', 'line 4: wrong_field_count', 'line 5: wrong_field_count'],
    },
    {
      options: { file: { missingValues: 'empty' }, columns: { name: { empty: 'text' } } },
      rows: ['1,pen,', '2,ink,ok', '3,,', '"4",,'],
    },
    {
      options: { file: { missingValues: 'empty' } },
      rows: ['1,pen,', '2,ink,ok'],
      rejects: ['line 4, column "name": missing_value', 'line 5, column "name": missing_value'],
    },
  ],
} satisfies FieldFile;
