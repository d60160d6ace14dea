import { text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { id: text('id'), name: text('name') },
  readings: [
    {
      options: { file: { header: ['id', 'name'] } },
      failure:
        'Line 1 has the names of the columns, but import "field-file" lists them in file.header, which is for files without a header: remove that line, or set file.header to \'first\'.',
    },
  ],
} satisfies FieldFile;
