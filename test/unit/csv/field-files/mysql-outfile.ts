import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name'), note: text('note') },
  readings: [
    {
      options: { file: { delimiter: '\t', quote: 'none', escape: 'backslash', newline: 'lf' } },
      rows: ['1,a\tb,', '2,C:\\new,"x', 'y"'],
    },
  ],
} satisfies FieldFile;
