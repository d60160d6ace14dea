import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { customerId: integer('customer_id'), name: text('name') },
  readings: [
    {
      options: { unknownColumns: 'ignore' },
      rows: ['1,Ada\u200b'],
      file: {
        notes: [
          '2 invisible characters at its beginning dropped, such as a second byte order mark',
          'invisible characters dropped in headers 2, 3',
        ],
      },
    },
  ],
} satisfies FieldFile;
