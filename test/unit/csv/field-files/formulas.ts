import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), code: text('code'), name: text('name') },
  readings: [
    {
      rows: ['3,"=""007""",y'],
      rejects: [
        'line 2, column "code": stray_quote',
        'line 3, column "code": stray_quote',
        'line 5, column "name": stray_quote',
      ],
    },
    {
      options: { columns: { code: { excelText: 'formula' } } },
      rows: ['1,00123,Ada', '3,007,y'],
      rejects: ['line 3, column "code": stray_quote', 'line 5, column "name": stray_quote'],
    },
  ],
} satisfies FieldFile;
