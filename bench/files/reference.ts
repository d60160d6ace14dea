import {
  boolean,
  date,
  integer,
  numeric,
  pgTable,
  text,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import type { Random } from '../../samples/random.ts';
import { amount, clock, day, uuidOf } from './values.ts';

export const reference = pgTable('reference', {
  id: integer('id').primaryKey(),
  name: varchar('name', { length: 60 }).notNull(),
  email: varchar('email', { length: 120 }).notNull(),
  balance: numeric('balance', { precision: 12, scale: 2 }).notNull(),
  active: boolean('active').notNull(),
  birthday: date('birthday'),
  registeredAt: timestamp('registered_at', { withTimezone: true }).notNull(),
  token: uuid('token').notNull(),
  notes: text('notes'),
});

/** One in three is not plain ASCII, so that UTF-8 has to be checked. */
const names = ['Ada Lovelace', 'Grace O’Hara', 'John Smith', 'Zoë Müller', 'Ken Sato', '髙橋 蓮'];
const mailboxes = ['ada', 'grace', 'john', 'zoe', 'ken', 'ren'];
const plainNotes = ['VIP', 'call back', 'no mail please', 'prefers phone'];
const quotedNotes = [
  'says "hello", and more',
  'Smith, Jones & Co.',
  'first line\nsecond line, longer',
  '"never again"',
];
/** A quoted note that most files of people have; a fourth of them holds a newline. */
const QUOTED = 0.1;
const PLAIN = 0.35;

export function referenceRow(random: Random, id: number): string[] {
  const person = random.between(0, names.length - 1);
  const kind = random.next();
  return [
    String(id),
    names[person]!,
    `${mailboxes[person]}${id}@example.com`,
    amount(random, 10_000_000_00),
    random.chance(0.5) ? 'true' : 'false',
    random.chance(0.1) ? '' : day(random, 1940, 2007),
    `${day(random, 2015, 2025)}T${clock(random)}Z`,
    uuidOf(random),
    kind < QUOTED ? random.pick(quotedNotes) : kind < QUOTED + PLAIN ? random.pick(plainNotes) : '',
  ];
}

export function changeReferenceRow(row: string[]): string[] {
  return row.with(4, row[4] === 'true' ? 'false' : 'true').with(8, 'changed');
}
