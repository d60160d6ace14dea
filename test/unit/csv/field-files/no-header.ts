import { date, integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

const rows = ['1,Ada,1815-12-10', '2,Grace,1906-12-09', '3,Linus,1969-12-28'];

export default {
  columns: { id: integer('id').notNull(), name: text('name'), born: date('born') },
  readings: [
    { options: { file: { header: ['id', 'name', 'born'] } }, rows },
    {
      failure:
        'The header does not fit import "field-file" (4 problems): header 1 (digits and signs of 1 character) is no column of the import; header 2 (text of 3 characters) is no column of the import; header 3 (digits and signs of 10 characters) is no column of the import; column "id" is missing; its header may be "id". If the file begins with a row of data, add a header before it, or list its columns in the import’s file.header.',
    },
  ],
} satisfies FieldFile;
