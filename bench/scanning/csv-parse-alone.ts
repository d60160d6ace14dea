// A process that reads a file's records with csv-parse and does nothing with them.
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import type { ScanTiming } from './timing.ts';

const records = createReadStream(process.argv[2]!).pipe(parse({ fromLine: 2 }));
const cpu = process.cpuUsage();
const started = performance.now();
let rows = 0;
for await (const _ of records) rows++;
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
const timing: ScanTiming = { seconds, cpuSeconds: (user + system) / 1e6, rows, rejected: 0 };
console.log(JSON.stringify(timing));
