import { date, integer, numeric, pgTable, text, timestamp, varchar } from 'drizzle-orm/pg-core';
import {
  checkTogether,
  defineImport,
  type ImportOptions,
} from '../../../contract/definition/define-import.ts';
import { customers } from '../../../imports/customers.ts';

/** As many rejected rows as a generated file may have, and more. */
const rejects = { maxRows: 1_000 };

/** Without a key, so that nothing but the importer keeps a row from being there twice. */
const visits = pgTable('visits', {
  customerId: integer('customer_id').notNull(),
  name: varchar('name', { length: 80 }).notNull(),
  email: varchar('email', { length: 120 }).notNull(),
  phone: varchar('phone', { length: 20 }),
  address: text('address'),
  birthday: date('birthday'),
  creditLimit: numeric('credit_limit', { precision: 12, scale: 2 }).notNull(),
  registeredAt: timestamp('registered_at', { withTimezone: true }).notNull(),
  notes: text('notes'),
});
const BATCH_ROWS = 400;

function append(name: string, commit: ImportOptions['commit']) {
  return defineImport({ name, prefix: `uploads/${name}/`, table: visits, mode: 'append', commit, rejects });
}

function upsert(name: string, commit: ImportOptions['commit']) {
  return defineImport({
    name,
    prefix: `uploads/${name}/`,
    table: customers,
    mode: 'upsert',
    commit,
    rejects,
  });
}

/** Every fault is done to each of these: what the importer of this suite knows in place of `imports/`. */
export const definitions = checkTogether([
  append('append-file', 'file'),
  append('append-batches', { batchRows: BATCH_ROWS, lanes: 3 }),
  upsert('upsert-file', 'file'),
  upsert('upsert-batches', { batchRows: BATCH_ROWS, checkFirst: false }),
]);

/** Stands in for `loadImports` of imports/index.ts. */
export async function loadImports() {
  return definitions;
}
