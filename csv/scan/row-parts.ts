import { COMMA } from '../ascii.ts';
import { BinaryOutput } from './binary-output.ts';
import { isPlain } from './dialect.ts';
import { readerFor } from './reader-for.ts';
import { RewrittenOutput } from './rewritten-output.ts';
import { describeByte, RowCheck } from './row-check.ts';
import type { RowFields } from './row-fields.ts';
import { type AcceptedRows, RowOutput } from './row-output.ts';
import { suffixOf } from './row-suffix.ts';
import type { ScannerOptions } from './scanner-options.ts';

/** What a row goes through: it is split, checked, and given out. */
export interface RowParts {
  row: RowFields;
  check: RowCheck;
  output: AcceptedRows;
}

/**
 * The parts for a dialect and a format of COPY. Rows of the plain dialect are passed on as they stand in the file; those
 * of others are written anew, unless all rows are written in binary.
 */
export function rowParts(options: ScannerOptions): RowParts {
  const { columns, dialect, values = [] } = options;
  const binary = options.format === 'binary' ? new BinaryOutput(values) : null;
  const formulas = columns.map((column) => column?.takesFormula === true);
  const rewrites = binary === null && !isPlain(dialect, formulas);
  const row = readerFor(dialect, columns.length, formulas);
  const check = new RowCheck(columns, row, {
    describeByte: options.describeByte ?? describeByte,
    rewrites,
    out: binary?.rows ?? null,
  });
  if (binary !== null) return { row, check, output: binary };
  if (rewrites) return { row, check, output: new RewrittenOutput(row, check, suffixOf(values, COMMA)) };
  const delimiter = dialect.delimiter.charCodeAt(0);
  const output = new RowOutput(columns, row, delimiter, check.changes, suffixOf(values, delimiter));
  return { row, check, output };
}
