import { date, integer, numeric, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: {
    id: integer('id'),
    price: numeric('price').notNull(),
    soldOn: date('sold_on'),
    note: text('note'),
  },
  readings: [
    {
      options: { file: { null: ['NULL', 'N/A', '\\N'] }, columns: { note: { null: ['N/A'] } } },
      rows: ['2,10.5,2026-01-05,ok'],
      rejects: [
        ...['line 2, column "price": missing_value', 'line 4, column "price": missing_value'],
        ...['line 4, column "sold_on": invalid_date', 'line 5, column "price": missing_value'],
      ],
    },
    {
      options: {
        file: { null: ['NULL', 'N/A', '-', '\\N'] },
        columns: {
          price: { null: [], parse: (given) => (/\d/.test(given) ? given : '0') },
          note: { null: ['N/A'] },
        },
      },
      rows: ['1,0,,NULL', '2,10.5,2026-01-05,ok', '3,0,,', '4,0,,\\N'],
    },
  ],
} satisfies FieldFile;
