import { pgTable, text } from 'drizzle-orm/pg-core';
import {
  type Delimiter,
  defineImport,
  type TableImport,
} from '../../../contract/definition/define-import.ts';
import { readHeader } from '../../../csv/detect/header.ts';
import { headerPlace } from '../../../csv/detect/header-place.ts';
import { mapHeader } from '../../../csv/detect/map-header.ts';
import { FooterHold } from '../../../csv/footer.ts';
import { dialectOf } from '../../../csv/scan/dialect.ts';
import { rowRuleFor } from '../../../csv/scan/row-rule.ts';
import { scanColumns } from '../../../csv/scan/scan-columns.ts';
import { type Scanned, scanChunks, scanEveryWay } from '../csv/scan/scan.ts';

/** Larger files are scanned in one piece: cutting them at every byte would take hours. */
const CUT_EVERYWHERE = 10_000;

/** What the importer makes of a file's bytes, short of the database: its rows, or the failure of its header. */
export function readFile(bytes: Buffer, definition: TableImport): Scanned {
  const dialect = dialectOf(definition.file.delimiter ?? ',', definition.file, bytes);
  const header = readHeader(bytes, { dialect, final: true, place: headerPlace(definition) })!;
  const { columns } = mapHeader(header.names, definition);
  const input = {
    delimiter: dialect.delimiter,
    dialect,
    firstLine: header.firstLine,
    firstOffset: header.dataOffset,
    columns: scanColumns({ columns, header, dialect }),
    rowRule: rowRuleFor(definition, columns),
    shape: definition.file,
  };
  const body = rowsOf(bytes.subarray(header.dataOffset), definition);
  return body.length > CUT_EVERYWHERE ? scanChunks([body], input) : scanEveryWay(body, input);
}

/** What of the text behind the header is not its footer. */
function rowsOf(text: Buffer, { file: { skipFooter, delimiter } }: TableImport): Buffer {
  if (skipFooter === 0) return text;
  const hold = new FooterHold(skipFooter, delimiter ?? ',');
  return Buffer.concat([Buffer.from(hold.push(text)), hold.finish().rest]);
}

/** An import whose columns take any text, with just the headers that the examples use. */
export function anyText(delimiter: Delimiter = ','): TableImport {
  const table = pgTable('examples', { id: text('id'), name: text('name'), note: text('note') });
  return defineImport({ name: 'examples', prefix: 'examples/', table, mode: 'append', file: { delimiter } });
}

/** The outcome as the docs write it: accepted rows, then a line for each error. */
export function outcomeOf({ counters, rejects }: Scanned): string {
  const count = counters.acceptedRows;
  const lines = rejects.flatMap(({ line, row, errors }) =>
    errors.map(({ column: header, code }) => {
      const where = header === null ? '' : `, column "${header}"`;
      return `line ${line}, row ${row}${where}: ${code}`;
    }),
  );
  return [`${count} row${count === 1 ? '' : 's'} accepted`, ...lines].join('\n');
}
