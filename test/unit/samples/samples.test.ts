import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { samples } from '../../../samples/generate.ts';

const folder = join(import.meta.dirname, '../../../samples');

it.each(Object.entries(samples))('%s is what its generator makes', (name, make) => {
  expect(readFileSync(join(folder, name)).equals(make())).toBe(true);
});

it('customers.csv is realistic: at least 10,000 rows, with commas, quotes and newlines in cells', () => {
  const rows = parse(readFileSync(join(folder, 'customers.csv')), { columns: true }) as Record<
    string,
    string
  >[];
  expect(rows.length).toBeGreaterThanOrEqual(10_000);
  for (const inside of [',', '"', '\n', '髙', 'Ł']) {
    expect(rows.some((row) => Object.values(row).some((cell) => cell.includes(inside)))).toBe(true);
  }
});

it('customers-shift-jis.csv is Shift_JIS and nothing else', () => {
  const bytes = readFileSync(join(folder, 'customers-shift-jis.csv'));
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow();
  expect(new TextDecoder('shift_jis', { fatal: true }).decode(bytes)).toMatch(/^顧客番号,顧客名/);
});
