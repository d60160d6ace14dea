import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fencesOf, readDoc, root, sectionOf } from '../../docs/tools/markdown.ts';
import customers from '../../imports/customers.ts';
import { createImportHarness, type ImportHarness } from '../support/import-harness.ts';

// docs/deploy.md creates the first target table by hand; its first upload must then go in.

const doc = readDoc('docs/deploy.md');
let harness: ImportHarness;
beforeAll(async () => {
  harness = await createImportHarness();
});
afterAll(async () => {
  await harness?.close();
});

it('goes into the table that docs/deploy.md creates', async () => {
  const [create] = fencesOf(sectionOf(doc, '## Target tables and the database user'));
  const [, sql] = /--sql "([^"]+)"/.exec(create!.content)!;
  await harness.sql.unsafe(sql!);
  const [upload] = fencesOf(sectionOf(doc, '## First upload'));
  const [, file, key] = /aws s3 cp (\S+) s3:\/\/<UploadBucketName>\/(\S+)/.exec(upload!.content)!;

  const uploaded = await harness.put(key!, readFileSync(join(root, file!)));
  const report = await harness.run(uploaded, customers);
  expect(report).toMatchObject({ outcome: 'imported', failure: null });
  expect(report.counts.inserted).toBeGreaterThan(1_000);
});
