import { integer, numeric } from 'drizzle-orm/pg-core';
import type { FieldFile } from '../field-file.ts';

const amount = (name: string) => numeric(name, { precision: 12, scale: 2 });

export default {
  columns: {
    no: integer('no'),
    dollars: amount('dollars'),
    yen: integer('yen'),
    euro: amount('euro'),
    margin: numeric('margin', { precision: 6, scale: 4 }),
    sap: amount('sap'),
    ja: integer('ja'),
  },
  readings: [
    {
      options: {
        columns: {
          dollars: { number: { currency: ['$'], thousands: ',', negative: ['(1)'] } },
          yen: { number: { currency: ['¥'], thousands: ',', dash: 'zero' } },
          euro: { number: { currency: ['€'], thousands: '.' } },
          margin: { number: { percent: 'fraction' } },
          sap: { number: { thousands: ',', negative: ['1-'] } },
          ja: { number: { thousands: ',', negative: ['▲1', '△1'] } },
        },
      },
      rows: [
        '1,"1234.50","1234",1200,0.125,"-1234.50","-1234"',
        '2,-33.52,"-500","1200.10",-0.0325,10.00,"1000"',
        '3,"-1000.00",0,"0.10",0.00,-0.00,-350',
      ],
      rejects: [
        'line 5, column "dollars": invalid_number',
        'line 5, column "yen": invalid_integer',
        'line 5, column "euro": invalid_number',
        'line 5, column "margin": invalid_number',
        'line 5, column "sap": invalid_number',
        'line 5, column "ja": invalid_integer',
      ],
    },
  ],
} satisfies FieldFile;
