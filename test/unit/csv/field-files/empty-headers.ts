import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { row: integer('row'), name: text('name'), price: integer('price') },
  readings: [
    {
      options: { unknownColumns: 'ignore', columns: { row: { position: 1 } } },
      rows: ['0,pen,100', '1,ink,250'],
      file: { ignoredColumns: ['column 3, which has no name'] },
    },
    {
      failure:
        'The header does not fit import "field-file" (2 problems): header 1 is empty: name the column or remove it, or set the position of its column in the import; header 3 is empty: name the column or remove it, or set the position of its column in the import.',
    },
  ],
} satisfies FieldFile;
