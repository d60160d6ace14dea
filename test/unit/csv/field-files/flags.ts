import { boolean, integer } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: {
    id: integer('id'),
    active: boolean('active').notNull(),
    checked: boolean('checked').notNull(),
    won: boolean('won'),
    excel: boolean('excel'),
  },
  readings: [
    {
      options: {
        columns: {
          checked: { booleans: { true: ['✓'], false: [''] } },
          won: { booleans: { true: ['1.0'], false: ['0.0'] } },
          excel: { booleans: { true: ['WAHR'], false: ['FALSCH'] } },
        },
      },
      rows: ['1,TRUE,t,t,t', '2,FALSE,f,f,f'],
      rejects: ['line 4, column "checked": invalid_boolean', 'line 4, column "won": invalid_boolean'],
    },
  ],
} satisfies FieldFile;
