import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name'), note: text('note') },
  readings: [
    {
      failure:
        'The header does not fit import "field-file" (2 problems): header 2 is empty: name the column or remove it, or set the position of its column in the import; header 4 is empty: name the column or remove it, or set the position of its column in the import. Split at "||" the header fits the import: if "||" separates the values, declare file: { delimiter: "||" }.',
    },
    {
      options: { file: { delimiter: '||' } },
      rows: ['1,Smith | Jones,', '2,a||b,x'],
      file: { delimiter: '||' },
    },
  ],
} satisfies FieldFile;
