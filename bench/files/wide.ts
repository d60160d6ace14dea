import {
  boolean,
  date,
  integer,
  numeric,
  type PgColumnBuilderBase,
  pgTable,
  text,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import type { Random } from '../../samples/random.ts';
import { amount, clock, day, phrase, uuidOf } from './values.ts';

/** Behind the key, so that there are 100. */
const OTHERS = 99;

/** The kinds of columns, over and over: how each is declared, and a value of it. */
const kinds: { column: (name: string) => PgColumnBuilderBase; value: (random: Random) => string }[] = [
  { column: (name) => integer(name), value: (random) => String(random.between(-1_000_000, 1_000_000)) },
  { column: (name) => varchar(name, { length: 30 }), value: (random) => phrase(random, 2) },
  {
    column: (name) => numeric(name, { precision: 10, scale: 2 }),
    value: (random) => amount(random, 1_000_000_00),
  },
  { column: (name) => boolean(name), value: (random) => (random.chance(0.5) ? 't' : 'f') },
  { column: (name) => date(name), value: (random) => day(random, 1990, 2025) },
  {
    column: (name) => timestamp(name, { withTimezone: true }),
    value: (random) => `${day(random, 2015, 2025)}T${clock(random)}Z`,
  },
  { column: (name) => uuid(name), value: uuidOf },
  { column: (name) => text(name), value: (random) => (random.chance(0.3) ? phrase(random, 3) : '') },
];
const kindOf = (index: number) => kinds[index % kinds.length]!;

export const wide = pgTable('wide', {
  id: integer('id').primaryKey(),
  ...Object.fromEntries(
    Array.from({ length: OTHERS }, (_, index) => {
      const name = `c${String(index + 1).padStart(2, '0')}`;
      return [name, kindOf(index).column(name)];
    }),
  ),
});

export function wideRow(random: Random, id: number): string[] {
  return [String(id), ...Array.from({ length: OTHERS }, (_, index) => kindOf(index).value(random))];
}

export function changeWideRow(row: string[]): string[] {
  return row.with(4, row[4] === 't' ? 'f' : 't');
}
