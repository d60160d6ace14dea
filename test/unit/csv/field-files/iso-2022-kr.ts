import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [
    {
      failure:
        'The file is ISO-2022-KR, by the escape sequence at byte 11, which is not read. Save it as UTF-8.',
    },
  ],
} satisfies FieldFile;
