import { text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { note: text('note') },
  readings: [
    { rows: ['first', '""', 'last'], emptyRows: 3 },
    { options: { file: { emptyRows: 'load' } }, rows: ['first', '', '""', ' ', 'last', ''] },
  ],
} satisfies FieldFile;
