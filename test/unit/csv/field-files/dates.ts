import { date, integer, timestamp } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: {
    no: integer('no'),
    day: date('day'),
    paid: date('paid'),
    booked: date('booked'),
    when: timestamp('when'),
    excel: date('excel'),
    era: date('era'),
  },
  readings: [
    {
      options: {
        columns: {
          day: { date: 'M/D/YY', pivot: 1950 },
          paid: { date: 'MMM D, YYYY' },
          booked: { date: 'DD MMM YYYY', months: 'de' },
          when: { timestamp: 'DD.MM.YY HH:mm', pivot: 1950 },
          excel: { date: 'excel' },
          era: { date: ['Gy.M.D', 'Gy年M月D日'] },
        },
      },
      rows: [
        '1,1991-04-15,"2020-12-24",2021-05-01,1991-04-15 10:30:00,2026-10-25,2024-04-01',
        '2,2020-04-23,"2021-01-05",2021-10-10,2020-04-23 09:00:00,1900-02-28,2019-05-01',
      ],
      rejects: [
        ...['line 4, column "day": invalid_date', 'line 4, column "paid": invalid_date'],
        ...['line 4, column "booked": invalid_date', 'line 4, column "when": invalid_timestamp'],
        ...['line 4, column "excel": invalid_date', 'line 4, column "era": invalid_date'],
      ],
    },
  ],
} satisfies FieldFile;
