import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

const rows = ['1;pen;100', '2;ink;250'];

export default {
  columns: { id: integer('id').notNull(), item: text('item'), amount: integer('amount') },
  readings: [
    { options: { file: { header: 'find' } }, rows, file: { skippedLines: 3, delimiter: ';' } },
    { options: { file: { skipLines: 2 } }, rows, file: { skippedLines: 2 } },
    {
      failure:
        'Line 4 looks like the header of import "field-file", but it is not the first line: if the lines above it are titles, set the import’s file.header to \'find\', or remove them from the file.',
    },
    {
      options: { file: { skipLines: 4, header: 'find' } },
      failure:
        'None of the first 6 lines has all required columns (id), so import "field-file" finds no header.',
    },
  ],
} satisfies FieldFile;
