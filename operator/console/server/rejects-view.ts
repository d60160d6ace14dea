import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { unguardFormulas } from '../../../contract/formula-guard.ts';
import type { Report } from '../../../contract/report.ts';
import { arnOf } from '../../find-execution.ts';
import { readExecution } from '../../read-execution.ts';
import { openRejectFile, readResults } from '../../results.ts';
import { type RejectsView, type RejectView, SHOWN_REJECTS } from '../api.ts';
import { ConsoleProblem } from './problem.ts';
import { type Cells, RowText } from './row-text.ts';
import type { ConsoleSource } from './source.ts';
import type { WrittenAs } from './text-dialect.ts';

/**
 * The first rows that an execution refused, with what is wrong with each. Of the files only so much is read.
 *
 * @throws ConsoleProblem, ResultGone
 */
export async function readRejects(source: ConsoleSource, name: string): Promise<RejectsView> {
  const connection = await source.connect();
  const execution = await readExecution(connection, arnOf(connection, name));
  const { report, rejects: files, problem } = await readResults(connection, execution);
  if (files === null) {
    if (problem !== null) throw new ConsoleProblem(503, 'ReportUnreadable', problem);
    return { total: 0, byCode: {}, header: [], rejects: [], partialFiles: null };
  }
  const errors = await openRejectFile(connection, files.errors);
  const rejects = await readErrors(errors).finally(() => errors.destroy());
  const rows = await openRejectFile(connection, files.rows);
  const above = report?.rejects?.above ?? null;
  const header = await addCells(rejects, rows, report?.file ?? null, above).finally(() => rows.destroy());
  return {
    total: report?.counts.rejected ?? rejects.length,
    byCode: report?.rejects?.byCode ?? countCodes(rejects),
    header,
    rejects,
    partialFiles: report === null ? null : findPartialFiles(report),
  };
}

function findPartialFiles({ rejects, counts }: Report): RejectsView['partialFiles'] {
  const { written = null, readTo = null } = rejects ?? {};
  if (written === null || written >= counts.rejected) return null;
  return { written, readToLine: readTo?.line ?? null };
}

const errorSchema = z.object({
  line: z.coerce.number().int(),
  row: z.coerce.number().int(),
  column: z.string().transform((column) => (column === '' ? null : unguardFormulas(column))),
  code: z.string(),
  reason: z.string().transform(unguardFormulas),
  value: z.string().transform(unguardFormulas),
});

/** The first rows of errors.csv, which has a line for each error. */
export async function readErrors(errors: Readable): Promise<RejectView[]> {
  const rejects: RejectView[] = [];
  const lines = errors.pipe(parse({ columns: true, bom: true }));
  // What breaks off the file breaks off the reading of it.
  errors.once('error', (error) => lines.destroy(error));
  for await (const parsed of lines) {
    const { line, row, ...error } = errorSchema.parse(parsed);
    let reject = rejects.at(-1);
    if (reject?.row !== row) {
      if (rejects.length === SHOWN_REJECTS) break;
      reject = { line, row, errors: [], cells: null, invalid: [] };
      rejects.push(reject);
    }
    reject!.errors.push(error);
  }
  return rejects;
}

/**
 * Adds the cells of rows.csv, whose rows are in the same order; from a row on that is not what errors.csv says of it,
 * nothing is added.
 *
 * @param above the lines above the rows, and the columns' names; null: the first row has them
 * @returns the header; empty where it cannot be told
 */
export async function addCells(
  rejects: readonly RejectView[],
  rows: AsyncIterable<Uint8Array>,
  file: (WrittenAs & { encoding: string }) | null,
  above: { lines: number; columns: string[] } | null = null,
): Promise<string[]> {
  if (file === null) return [];
  const text = new RowText(rows, file);
  if (above !== null) await text.skipLines(above.lines);
  const header = above?.columns ?? (await text.next());
  if (header === undefined || header === null) return [];
  for (const reject of rejects) {
    const { errors } = reject;
    // Only its first bytes are there, and where they end nobody knows.
    if (errors.some(({ code }) => code === 'row_too_large')) break;
    const unclosed = errors.find(({ code }) => code === 'unterminated_quote');
    const cells = await text.next(unclosed === undefined ? null : positionOf(unclosed, header));
    if (cells === undefined || !fits(cells, reject, header)) break;
    reject.cells = cells;
    if (cells !== null) reject.invalid = positionsOf(reject, header).filter((at) => at < cells.length);
  }
  return header;
}

function positionsOf({ errors }: RejectView, header: readonly string[]): number[] {
  const positions = errors.map((error) => positionOf(error, header)).filter((at) => at !== null);
  return [...new Set(positions)];
}

/** Where the invalid value is in its row; for a column without a unique name, the reason has its number. */
function positionOf(
  { column, reason }: RejectView['errors'][number],
  header: readonly string[],
): number | null {
  if (column === null) {
    const [, number] = /\(value (\d+) of the row\)$/.exec(reason) ?? [];
    return number === undefined ? null : Number(number) - 1;
  }
  const at = header.indexOf(column);
  return at === -1 ? null : at;
}

/** Whether a row is the one that errors.csv speaks of. */
function fits(cells: Cells, { errors }: RejectView, header: readonly string[]): boolean {
  if (cells === null)
    return errors.some(({ code }) => code === 'stray_quote' || code === 'unterminated_quote');
  const counted = errors.some(({ code }) => code === 'wrong_field_count');
  if (counted === (cells.length === header.length)) return false;
  return errors.every((error) => {
    const at = positionOf(error, header);
    return at === null || isValue(error.value, cells[at] ?? '');
  });
}

/** What cannot be decoded may read otherwise: the replacement character stands for any bytes. */
const UNSURE = '\ufffd';

/** Whether errors.csv shows this cell: it cuts long ones. */
function isValue(shown: string, cell: string): boolean {
  if (shown.includes(UNSURE) || cell.includes(UNSURE)) return true;
  return cell.startsWith(shown);
}

function countCodes(rejects: readonly RejectView[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of rejects.flatMap(({ errors }) => errors)) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
