import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawConsolePictures } from './console-pictures.ts';
import { costTables } from './cost-tables.ts';
import { readDoc, root } from './markdown.ts';
import { scaleTables } from './scale-tables.ts';
import { fillTables, writeTables } from './tables.ts';
import { readTemplateFacts } from './template-facts.ts';

// Run by hand when contract/, the workflow, docs/cost.json, docs/scale.json or docs/benchmarks.json has changed; tests of
// the docs fail until then.
const facts = await readTemplateFacts();
write('docs/failures.md', writeTables);
write('docs/cost.md', (doc) => fillTables(doc, costTables(facts)));
write('docs/scale.md', (doc) => fillTables(doc, scaleTables(facts)));
for (const [file, picture] of Object.entries(await drawConsolePictures())) {
  writeFileSync(join(root, file), picture);
}

function write(name: string, fill: (doc: string) => string): void {
  writeFileSync(join(root, name), fill(readDoc(name)));
}
