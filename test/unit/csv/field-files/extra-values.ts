import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name'), price: integer('price') },
  readings: [
    {
      options: { file: { extraValues: 'dropEmpty' } },
      rows: ['1;pen;100', '2;ink;250', '3;cap;30'],
      rejects: ['line 5: wrong_field_count'],
    },
    {
      failure:
        'The header does not fit import "field-file" (2 problems): header 4 is empty: name the column or remove it, or set the position of its column in the import; header 5, the last one, is empty: remove the delimiter at the end of the line, there and in the rows, or set the import’s file.extraValues to \'dropEmpty\'.',
    },
  ],
} satisfies FieldFile;
