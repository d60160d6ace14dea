import { numeric, timestamp } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

const rows = ['2026-01-05 09:00:00;21.5;1.01', '2026-01-05 09:10:00;21.7;1.02'];

export default {
  columns: { time: timestamp('time').notNull(), temp: numeric('temp'), pressure: numeric('pressure') },
  readings: [
    {
      options: { file: { header: { rows: 2, names: 'first', find: true } } },
      rows,
      file: { skippedLines: 1 },
    },
    {
      options: {
        file: { header: { rows: 2, names: 'joined' }, skipLines: 1 },
        columns: { temp: { aliases: ['Temp [C]'] }, pressure: { aliases: ['pressure [bar]'] } },
      },
      rows,
    },
    {
      options: {
        file: { header: { rows: 3, names: 'last' } },
        columns: { time: { position: 1 }, temp: { aliases: ['[C]'] }, pressure: { aliases: ['[bar]'] } },
      },
      rows,
    },
  ],
} satisfies FieldFile;
