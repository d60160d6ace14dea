import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { expect, it } from 'vitest';
import * as schema from '../../../../task/ledger/schema.ts';

const migrations = join(import.meta.dirname, '../../../../task/ledger/migrations');

it('the migrations make what the schema says: nothing is left to be generated', async () => {
  const snapshots = readdirSync(join(migrations, 'meta')).filter((file) => file.endsWith('_snapshot.json'));
  expect(snapshots).toHaveLength(readdirSync(migrations).filter((file) => file.endsWith('.sql')).length);
  const latest = JSON.parse(readFileSync(join(migrations, 'meta', snapshots.toSorted().at(-1)!), 'utf8'));
  expect(await generateMigration(latest, generateDrizzleJson(schema))).toEqual([]);
});
