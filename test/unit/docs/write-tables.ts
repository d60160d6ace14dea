import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDoc, root } from './markdown.ts';
import { writeTables } from './tables.ts';

// Run by hand when contract/ has changed; failures.test.ts fails until then.
writeFileSync(join(root, 'docs/failures.md'), writeTables(readDoc('docs/failures.md')));
