import { text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: text('id').notNull(), item: text('item') },
  readings: [
    { options: { file: { comment: '#' } }, rows: ['1,pen', '3,#'], commentLines: 4 },
    {
      options: { file: { header: 'find' } },
      rows: ['1,pen', '3,#'],
      rejects: ['line 6, column "item": stray_quote', 'line 9: wrong_field_count'],
      file: { skippedLines: 3 },
    },
  ],
} satisfies FieldFile;
