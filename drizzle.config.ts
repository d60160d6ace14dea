import { defineConfig } from 'drizzle-kit';

/** `npm run ledger:migration` writes the next migration of the ledger from its schema. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './task/ledger/schema.ts',
  out: './task/ledger/migrations',
  schemaFilter: ['csv_import'],
});
