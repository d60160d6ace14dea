import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [{ rows: ['1,Ada', '2,Grace'], file: { compression: 'zip' } }],
} satisfies FieldFile;
