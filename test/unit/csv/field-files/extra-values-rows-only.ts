import { text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { gtin: text('gtin'), brand: text('brand'), country: text('country') },
  readings: [
    {
      rows: [],
      rejects: ['line 2: wrong_field_count', 'line 3: wrong_field_count', 'line 4: wrong_field_count'],
    },
    {
      options: { file: { extraValues: 'dropEmpty' } },
      rows: ['4006381333931;Abc;DE', '4006381333948;Def;FR'],
      rejects: ['line 4: wrong_field_count'],
    },
  ],
} satisfies FieldFile;
