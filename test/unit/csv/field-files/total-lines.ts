import { integer, text } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

export default {
  columns: { date: text('date'), item: text('item'), amount: integer('amount') },
  readings: [
    {
      options: { file: { skipFooter: ['Total', '合計'] } },
      rows: ['2026-01-05,pen,100', 'Total,pens,100', '2026-01-06,ink,250'],
      file: { footerLines: 3 },
    },
    {
      options: { file: { skipFooter: ['Total'] } },
      rows: ['2026-01-05,pen,100', 'Total,pens,100', '2026-01-06,ink,250', '"Total",,450', ' 合計 ,,450'],
      emptyRows: 2,
      file: { footerLines: 0 },
    },
  ],
} satisfies FieldFile;
