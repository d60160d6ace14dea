import { integer, pgTable, varchar } from 'drizzle-orm/pg-core';
import type { Random } from '../../samples/random.ts';

export const narrow = pgTable('narrow', {
  id: integer('id').primaryKey(),
  code: varchar('code', { length: 20 }).notNull(),
});

export function narrowRow(random: Random, id: number): string[] {
  return [String(id), random.between(0, 0xffffffff).toString(36)];
}

export function changeNarrowRow(row: string[]): string[] {
  return row.with(1, `${row[1]}-changed`);
}
