import { integer, numeric, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { article: text('article'), price: numeric('price'), stock: integer('stock') },
  readings: [
    {
      options: { columns: { price: { number: { decimal: ',' } } } as object },
      rows: ['B-1;12.50;3', 'B-2;0.75;40'],
      file: { delimiter: ';', delimiterEvidence: 'its first line says "sep=;"', skippedLines: 0 },
    },
  ],
} satisfies FieldFile;
