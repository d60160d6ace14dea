// A process that scans a file as the importer does, types checked, and does nothing else: how fast one core can be.
import { closeSync, openSync, readSync } from 'node:fs';
import {
  dialectOf,
  fieldCheckFor,
  isNullWhenQuotedEmpty,
  mapHeader,
  readHeader,
  Scanner,
} from '../../csv/index.ts';
import { loadImports } from '../definitions.ts';
import type { ScanTiming } from './timing.ts';

/** Bytes given at once, as the importer's ranged GETs bring them. */
const CHUNK_BYTES = 8 * 1024 * 1024;

const [path, importName] = process.argv.slice(2);
const definition = (await loadImports()).find(({ name }) => name === importName)!;
const file = openSync(path!, 'r');
const read = (): Buffer => {
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  return chunk.subarray(0, readSync(file, chunk));
};

const first = read();
const dialect = dialectOf(definition.file.delimiter ?? ',', definition.file, first);
const header = readHeader(first, { dialect, final: false })!;
const scanner = new Scanner({
  dialect,
  firstLine: header.firstLine,
  firstOffset: header.dataOffset,
  shape: definition.file,
  columns: mapHeader(header.names, definition).columns.map((column, index) => ({
    header: header.names[index]!,
    notNull: column!.notNull,
    check: fieldCheckFor(column!),
    nullWhenQuotedEmpty: isNullWhenQuotedEmpty(column!),
  })),
});
let seconds = 0;
let cpuSeconds = 0;
for (let chunk = first.subarray(header.dataOffset); chunk.length > 0; chunk = read()) {
  const cpu = process.cpuUsage();
  const started = performance.now();
  scanner.push(chunk);
  seconds += (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  cpuSeconds += (user + system) / 1e6;
}
scanner.finish();
closeSync(file);
const { acceptedRows, rejectedRows } = scanner.counters;
const timing: ScanTiming = { seconds, cpuSeconds, rows: acceptedRows, rejected: rejectedRows };
console.log(JSON.stringify(timing));
