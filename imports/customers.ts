import { date, integer, numeric, pgTable, text, timestamp, varchar } from 'drizzle-orm/pg-core';
import { defineImport } from '../contract/definition/define-import.ts';

/** The table that the files go into. It is yours: the importer never creates or alters it. */
export const customers = pgTable('customers', {
  customerId: integer('customer_id').primaryKey(),
  name: varchar('name', { length: 80 }).notNull(),
  email: varchar('email', { length: 120 }).notNull(),
  phone: varchar('phone', { length: 20 }),
  address: text('address'),
  birthday: date('birthday'),
  creditLimit: numeric('credit_limit', { precision: 12, scale: 2 }).notNull().default('0'),
  registeredAt: timestamp('registered_at', { withTimezone: true }).notNull(),
  notes: text('notes'),
});

export default defineImport({
  name: 'customers',
  prefix: 'uploads/customers/',
  table: customers,
  mode: 'upsert',
  columns: {
    customerId: { aliases: ['顧客番号', 'id'] },
    name: { aliases: ['顧客名', '氏名'] },
    email: { aliases: ['メールアドレス', 'e-mail'] },
    phone: { aliases: ['電話番号', 'tel'] },
    address: { aliases: ['住所'] },
    birthday: { aliases: ['生年月日'] },
    creditLimit: { aliases: ['与信限度額'] },
    registeredAt: { aliases: ['登録日時'] },
    notes: { aliases: ['備考'] },
  },
  rules: {
    email: { pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/ },
  },
});
