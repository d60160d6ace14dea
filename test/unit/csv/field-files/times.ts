import { integer, time, timestamp } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: {
    no: integer('no'),
    opens: time('opens'),
    seen: timestamp('seen', { withTimezone: true }),
    logged: timestamp('logged'),
    excel: timestamp('excel', { precision: 0 }),
  },
  readings: [
    {
      options: {
        columns: {
          opens: { time: ['H:mm', 'h:mm A', 'Ah時m分'] },
          seen: { timestamp: ['YYYY-MM-DD HH:mm:ss Z', 'YYYY-MM-DD HH:mm:ss.S Z'], fraction: 'truncate' },
          logged: { timestamp: 'unix-ms', zone: 'Asia/Tokyo' },
          excel: { timestamp: 'excel' },
        },
      },
      rows: [
        '1,09:05:00,2026-01-05 10:22:11Z,2023-11-15 07:13:20.123,2026-10-29 18:00:00',
        '2,15:05:00,2026-01-05 10:22:11.123456-0500,1970-01-01 08:59:59.999,2026-10-29 18:05:00',
        '3,21:05:00,2026-01-05 10:22:11Z,1970-01-21 01:13:20,1900-03-01 00:00:00',
      ],
      rejects: [
        ...['line 5, column "opens": invalid_time', 'line 5, column "seen": invalid_timestamp'],
        ...['line 5, column "logged": invalid_timestamp', 'line 5, column "excel": invalid_timestamp'],
      ],
    },
  ],
} satisfies FieldFile;
