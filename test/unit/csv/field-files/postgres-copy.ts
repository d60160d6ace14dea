import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name'), note: text('note') },
  readings: [
    {
      options: { file: { quote: 'none', escape: 'backslash' } },
      rows: ['1,a\tb\\c,', '2,"","""x"""'],
      rejects: ['line 4: invalid_escape'],
      file: { delimiter: '\t', quote: 'none', escape: 'backslash' },
    },
  ],
} satisfies FieldFile;
