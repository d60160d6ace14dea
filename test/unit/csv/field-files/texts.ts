import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: integer('id'), name: text('name'), zip: text('zip'), tags: text('tags').array() },
  readings: [
    {
      options: {
        columns: {
          id: { zeroWidth: 'remove' },
          name: { zeroWidth: 'remove', trim: true, normalize: 'NFC' },
          zip: { excelText: 'apostrophe' },
          tags: { array: { separator: ';' }, trim: true },
        },
      },
      rows: ['1,Ada,02134,"{""a"",""b""}"', '2,Gräce,10001,"{""c""}"', '3,,x,'],
    },
  ],
} satisfies FieldFile;
