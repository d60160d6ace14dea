// A process that reads a file's records with csv-parse and does nothing with them.
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import type { ScanTiming } from './timing.ts';

const records = createReadStream(process.argv[2]!).pipe(parse({ fromLine: 2 }));
const started = performance.now();
let rows = 0;
for await (const _ of records) rows++;
const timing: ScanTiming = { seconds: (performance.now() - started) / 1000, rows, rejected: 0 };
console.log(JSON.stringify(timing));
