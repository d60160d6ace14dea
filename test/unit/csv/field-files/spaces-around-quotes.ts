import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name'), city: text('city') },
  readings: [
    { rows: ['2, Ada, Rome'], rejects: ['line 2, column " name": stray_quote'] },
    {
      options: { file: { spaceAroundQuotes: 'ignore' } },
      rows: ['1,"Smith, John",Oslo', '2, Ada, Rome'],
      file: { spaceAroundQuotes: 'ignore' },
    },
  ],
} satisfies FieldFile;
