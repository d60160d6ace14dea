import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [
    { rows: ['1,Ada', '2,Grace'], file: { notes: ['the end mark ^Z (byte 0x1A) at its end dropped'] } },
  ],
} satisfies FieldFile;
