import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [
    {
      failure: 'Line 2 is UTF-8, but line 3 is not (it could be Windows-1252). Save the whole file as UTF-8.',
    },
  ],
} satisfies FieldFile;
