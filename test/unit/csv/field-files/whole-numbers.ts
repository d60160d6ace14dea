import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: {
    userId: integer('user_id').notNull(),
    name: text('name'),
    managerId: integer('manager_id'),
    code: integer('code'),
  },
  readings: [
    {
      rejects: [
        ...['line 2, column "user_id": invalid_integer', 'line 2, column "code": leading_zeros'],
        ...['line 3, column "user_id": invalid_integer', 'line 3, column "manager_id": invalid_integer'],
        ...['line 3, column "code": leading_zeros', 'line 4, column "user_id": invalid_integer'],
        'line 4, column "manager_id": invalid_integer',
      ],
      rows: [],
    },
    {
      options: {
        columns: {
          userId: { number: { zeroDecimals: 'drop' } },
          managerId: { number: { zeroDecimals: 'drop' } },
          code: { leadingZeros: 'drop' },
        },
      },
      rows: ['1,Ada,,7', '2,Grace,1,12'],
      rejects: ['line 4, column "user_id": invalid_integer'],
    },
  ],
} satisfies FieldFile;
