import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { FieldCheck } from '../../../../csv/check/field-check.ts';
import { type Dialect, plainDialect } from '../../../../csv/scan/dialect.ts';
import type { RowShape } from '../../../../csv/scan/row-shape.ts';
import {
  type Reject,
  type RowRule,
  type ScanColumn,
  type ScanCounters,
  Scanner,
} from '../../../../csv/scan/scanner.ts';

/** What a scanner made of a whole input. */
export interface Scanned {
  accepted: Buffer;
  rejects: Reject[];
  counters: ScanCounters;
}

export interface ScanInput {
  columns: readonly (ScanColumn | null)[];
  delimiter?: string;
  /** What differs from the plain dialect. */
  dialect?: Partial<Dialect>;
  maxRowBytes?: number;
  firstLine?: number;
  firstOffset?: number;
  rowRule?: RowRule | null;
  shape?: RowShape;
}

/** A column that takes any text, unless told otherwise. */
export function column(header: string, rest: Partial<ScanColumn> = {}): ScanColumn {
  return { header, notNull: false, check: null, nullWhenQuotedEmpty: false, ...rest };
}

/** Text columns `a`, `b`, `c` … */
export function texts(count: number): ScanColumn[] {
  return Array.from({ length: count }, (_, index) => column(String.fromCharCode(97 + index)));
}

export function checked(header: string, check: FieldCheck | null): ScanColumn {
  return column(header, { check, nullWhenQuotedEmpty: true });
}

/** Scans the chunks, whose memory is overwritten as soon as their output is taken, as a caller may do. */
export function scanChunks(chunks: Iterable<Buffer>, input: ScanInput): Scanned {
  const { delimiter = ',', dialect = {}, firstLine = 1, ...rest } = input;
  const scanner = new Scanner({ ...rest, firstLine, dialect: { ...plainDialect(delimiter), ...dialect } });
  const accepted: Buffer[] = [];
  const rejects: Reject[] = [];
  for (const chunk of chunks) {
    const copy = Buffer.from(chunk);
    const output = scanner.push(copy);
    accepted.push(Buffer.concat(output.accepted));
    for (const reject of output.rejects) rejects.push(reject);
    copy.fill('X');
    const { rows, acceptedRows, rejectedRows } = scanner.counters;
    expect(rows).toBe(acceptedRows + rejectedRows);
  }
  const output = scanner.finish();
  return {
    accepted: Buffer.concat([...accepted, ...output.accepted]),
    rejects: rejects.concat(output.rejects),
    counters: scanner.counters,
  };
}

/** Cuts into chunks of one size. */
export function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Scans in one piece, in two pieces cut at every byte, and in small chunks; all must come to the same. */
export function scanEveryWay(text: string | Buffer, input: ScanInput): Scanned {
  const bytes = Buffer.from(text as string);
  const whole = scanChunks([bytes], input);
  const same = (chunks: Iterable<Buffer>, how: string) => {
    const scanned = scanChunks(chunks, input);
    if (!isDeepStrictEqual(scanned, whole)) expect(scanned, how).toEqual(whole);
  };
  for (let at = 0; at <= bytes.length; at++) {
    same([bytes.subarray(0, at), bytes.subarray(at)], `cut at byte ${at}`);
  }
  for (const size of [1, 2, 3, 7]) same(cut(bytes, size), `in chunks of ${size}`);
  return whole;
}

/** The rejects in short: line, row, `column:code` of each error, bytes. */
export function brief(rejects: readonly Reject[]): [number, number, string, string][] {
  return rejects.map(({ line, row, errors, bytes }) => [
    line,
    row,
    errors.map((error) => `${error.column ?? '*'}:${error.code}`).join(' '),
    bytes.toString(),
  ]);
}
