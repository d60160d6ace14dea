import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name') },
  readings: [
    {
      failure:
        "The file is not UTF-8 (first at byte 15, line 2), and could be Windows-1250 or ISO-8859-2. Save it as UTF-8, or set the import’s file.encoding to what it is, such as 'windows-1250'.",
    },
    { options: { file: { encoding: 'windows-1250' } }, rows: ['1,Paweł', '2,Łukasz'] },
  ],
} satisfies FieldFile;
