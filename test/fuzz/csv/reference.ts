import type { Delimiter } from '../../../contract/definition/define-import.ts';

/*
 * What docs/csv.md says of the records of a file, in regular expressions and without a thought for speed. It is the
 * oracle for what csv-parse has no opinion about: where a row ends that csv-parse gives the whole file up for (a stray
 * quote, a quote that is not closed), and what a limit on its length does. What csv-parse can read it is compared
 * with, record by record and as a whole.
 */

/** A field as it stands in the file; positions leave enclosing quotes out. */
export interface Field {
  start: number;
  end: number;
  quoted: boolean;
}

/** A record that can be read, or why not. */
export interface FileRecord {
  /** Physical line where it begins, from 1. */
  line: number;
  start: number;
  /** Behind its last byte: of one that is refused, as far as rows.csv has it. */
  end: number;
  /** Complete fields; of a malformed record those before the fault. */
  fields: Field[];
  /** Null: it can be read. `index`: the field at fault, null where it is the record as a whole. */
  fault: {
    code: 'stray_quote' | 'unterminated_quote' | 'row_too_large';
    index: number | null;
    /** Where the cell at fault begins, behind its opening quote. */
    cellStart: number;
  } | null;
}

/** What one looks like from its start on, whatever its length. */
interface Walk {
  event: 'complete' | 'strayQuote' | 'textBehindQuote' | 'openQuote';
  /** Where that shows. */
  at: number;
  fields: Field[];
  /** The field in which it shows. */
  cell: Field;
}

/**
 * Splits a file into its records, from `from` on, where physical line `line` begins; `text` has a character for each
 * byte.
 */
export function* readRecords(
  text: string,
  delimiter: Delimiter,
  maxRowBytes: number,
  from = 0,
  line = 1,
): Generator<FileRecord> {
  let at = from;
  let nextLine = line;
  while (at < text.length) {
    const newline = newlineAt(text, at);
    if (newline > 0) {
      at += newline;
      nextLine++;
      continue;
    }
    const { record, next } = readRecord(text, at, nextLine, delimiter, maxRowBytes);
    yield record;
    nextLine += countNewlines(text.slice(at, next));
    at = next;
  }
}

function readRecord(
  text: string,
  start: number,
  line: number,
  delimiter: Delimiter,
  maxRowBytes: number,
): { record: FileRecord; next: number } {
  const { event, at, fields, cell } = walk(text, start, delimiter);
  const firstEnd = lineEnd(text, start);
  const several = firstEnd < at;
  const make = (end: number, fault: FileRecord['fault'], kept: Field[]) => ({
    record: { line, start, end: Math.min(end, start + maxRowBytes), fields: kept, fault },
    next: end + newlineAt(text, end),
  });
  const tooLong = at - start > maxRowBytes;
  if (tooLong && firstEnd - start > maxRowBytes) {
    return make(firstEnd, { code: 'row_too_large', index: null, cellStart: start }, []);
  }
  if (tooLong || event === 'openQuote' || (event === 'textBehindQuote' && several)) {
    const all = [...fields, cell];
    const index = several ? all.findIndex((field) => firstEnd <= field.end) : fields.length;
    const fault = { code: 'unterminated_quote', index, cellStart: all[index]!.start } as const;
    return make(firstEnd, fault, all.slice(0, index));
  }
  if (event === 'complete') return make(at, null, fields);
  return make(
    lineEnd(text, at),
    { code: 'stray_quote', index: fields.length, cellStart: cell.start - (cell.quoted ? 1 : 0) },
    fields,
  );
}

/** Reads fields until the record ends or one of them cannot be read. */
function walk(text: string, start: number, delimiter: Delimiter): Walk {
  const unquoted = new RegExp(`[^"\\r\\n${delimiter === '|' ? '\\|' : delimiter}]*`, 'y');
  const fields: Field[] = [];
  for (let at = start; ; at++) {
    if (text[at] === '"') {
      const cell = { start: at + 1, end: text.length, quoted: true };
      const close = closingQuote(text, at + 1);
      if (close < 0) return { event: 'openQuote', at: text.length, fields, cell };
      cell.end = close;
      at = close + 1;
      if (at < text.length && newlineAt(text, at) === 0 && text[at] !== delimiter) {
        return { event: 'textBehindQuote', at, fields, cell };
      }
      fields.push(cell);
    } else {
      unquoted.lastIndex = at;
      const cell = { start: at, end: at + unquoted.exec(text)![0].length, quoted: false };
      at = cell.end;
      if (text[at] === '"') return { event: 'strayQuote', at, fields, cell };
      fields.push(cell);
    }
    if (text[at] !== delimiter) return { event: 'complete', at, fields, cell: fields.at(-1)! };
  }
}

/** Where the quoted text from `at` on is closed: at the first quote that no other follows; -1: nowhere. */
function closingQuote(text: string, at: number): number {
  const content = /[^"]*(?:""[^"]*)*/y;
  content.lastIndex = at;
  const end = at + content.exec(text)![0].length;
  return end < text.length ? end : -1;
}

function lineEnd(text: string, from: number): number {
  const found = /[\r\n]/g;
  found.lastIndex = from;
  return found.exec(text)?.index ?? text.length;
}

/** Bytes of the newline at `at`, 0 where there is none. */
function newlineAt(text: string, at: number): number {
  if (text.startsWith('\r\n', at)) return 2;
  return text[at] === '\n' || text[at] === '\r' ? 1 : 0;
}

export function countNewlines(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
