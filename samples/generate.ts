import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { type CustomerRow, generateCustomers, headers, japaneseHeaders } from './customers.ts';
import { encodeShiftJis } from './shift-jis.ts';

/** Written by `npm run samples`; a test holds the committed files to what this makes. */
export const samples = {
  'customers.csv': () => Buffer.from(stringify([headers, ...generateCustomers(12_000, 20_260_101)])),
  'customers-with-errors.csv': customersWithErrors,
  'customers-shift-jis.csv': () =>
    encodeShiftJis(
      stringify([japaneseHeaders, ...generateCustomers(1_000, 7, 'japanese')], { record_delimiter: '\r\n' }),
    ),
};

/** Forty rows, of which every second one has another fault. */
function customersWithErrors(): Buffer {
  const good = [...generateCustomers(40, 42)].map(
    (row) => row.map((cell) => cell.replaceAll('\n', ' ')) as CustomerRow,
  );
  const faults: ((row: CustomerRow) => string | Buffer)[] = [
    (row) => line(row.with(0, '12a')),
    (row) => line(row.with(0, '2147483648')),
    (row) => line(row.with(0, '')),
    (row) => line(row.with(1, '')),
    (row) => line(row.with(1, 'x'.repeat(81))),
    (row) => line(row.with(2, 'no-at-sign.example.com')),
    (row) => line(row.with(3, '+81 (0)90 1234 5678 ext. 12345')),
    (row) => line(row.with(5, '2001-02-29')),
    (row) => line(row.with(5, '31.12.1999')),
    (row) => line(row.with(6, '1,234.50')),
    (row) => line(row.with(6, '10.555')),
    (row) => line(row.with(6, '12345678901.00')),
    (row) => line(row.with(7, '2024-01-01 10:00:00')),
    (row) => line(row.with(7, '2024-01-01T25:00:00Z')),
    (row) => line(row.slice(0, 7)),
    (row) => line([...row, 'one', 'too many']),
    (row) => `${row[0]},5" pipe,${row[2]},,,,1.00,${row[7]},\n`,
    (row) => `${row[0]},"never closed,${row[2]},,,,1.00,${row[7]},\n`,
    (row) =>
      Buffer.concat([
        Buffer.from(`${row[0]},caf`),
        Buffer.from([0xe9]),
        Buffer.from(`,${row[2]},,,,1.00,${row[7]},\n`),
      ]),
    (row) => line(row.with(1, 'a\0b').with(5, 'yesterday').with(6, '-')),
  ];
  const rows = faults.flatMap((spoil, index) => [
    Buffer.from(line(good[2 * index]!)),
    Buffer.from(spoil(good[2 * index + 1]!)),
  ]);
  return Buffer.concat([Buffer.from(line(headers)), ...rows]);
}

function line(cells: string[]): string {
  return stringify([cells]);
}

if (import.meta.main) {
  for (const [name, make] of Object.entries(samples)) {
    const content = make();
    writeFileSync(join(import.meta.dirname, name), content);
    console.log(`samples/${name}: ${content.length} bytes`);
  }
}
