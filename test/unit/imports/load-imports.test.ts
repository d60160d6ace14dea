import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../../local/make-folder.ts';
import { copyProject } from '../../support/copy-project.ts';

it('a definition whose word for true no value can be is not loaded', async () => {
  const project = makeFolder();
  copyProject(project);
  writeFileSync(
    join(project, 'imports/members.ts'),
    `import { boolean, pgTable } from 'drizzle-orm/pg-core';
import { defineImport } from '../contract/definition/define-import.ts';
const table = pgTable('members', { paid: boolean('paid') });
const booleans = { true: ['−'], false: ['+'] };
export default defineImport({
  name: 'members',
  prefix: 'uploads/members/',
  table,
  mode: 'append',
  columns: { paid: { fullWidth: 'ascii', booleans } },
});
`,
  );
  const { loadImports } = await import(/* @vite-ignore */ join(project, 'imports/index.ts'));
  await expect(loadImports()).rejects.toMatchObject({
    name: 'DefinitionInvalid',
    message:
      'import "members", field "columns.paid.booleans": "−" is never seen, since values are changed to "-" before; write that.',
  });
});
