import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), item: text('item') },
  readings: [
    { options: { file: { skipFooter: 2 } }, rows: ['1;pen', '2;ink'], file: { footerLines: 2 } },
    { options: { file: { skipFooter: 3 } }, rows: ['1;pen', '2;ink'], file: { footerLines: 3 } },
    { options: { file: { skipFooter: 4 } }, rows: ['1;pen'], file: { footerLines: 4 } },
    { options: { file: { skipFooter: 9 } }, rows: [], file: { footerLines: 5 } },
    {
      rows: ['1;pen', '2;ink'],
      rejects: ['line 5, column "id": stray_quote', 'line 6, column "id": invalid_integer'],
      emptyRows: 1,
      file: { footerLines: 0 },
    },
  ],
} satisfies FieldFile;
