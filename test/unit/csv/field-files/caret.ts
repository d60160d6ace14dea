import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [
    { options: { file: { delimiter: '^' } }, rows: ['1^Ada'] },
    {
      failure:
        'The header does not fit import "field-file" (a problem): header 1 (text of 7 characters) is no column of the import. If the file begins with a row of data, add a header before it, or list its columns in the import’s file.header. Split at "^" the header fits the import: if "^" separates the values, declare file: { delimiter: "^" }.',
    },
  ],
} satisfies FieldFile;
