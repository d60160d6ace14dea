import type { Sql } from 'postgres';
import stringWidth from 'string-width';
import { visible } from '../contract/visible-text.ts';
import { formatTable } from '../operator/table.ts';

/** What a statement returned, each value as PostgreSQL writes it. */
export interface TextRows {
  /** Such as `SELECT`; null where there was no statement. */
  command: string | null;
  columns: string[];
  /** In the order of the columns, of which several may have one name; null is NULL. */
  rows: (string | null)[][];
}

/**
 * Runs one statement or several and returns the values in PostgreSQL's own text. A type of JavaScript would change them:
 * numbers lose digits, and dates move with the time zone of this machine. Of several statements, only those that
 * return rows have a result.
 */
export async function queryText(sql: Sql, statements: string): Promise<TextRows[]> {
  const answer: unknown = await sql.unsafe(statements).raw();
  const results = (isResult(answer) ? [answer] : answer) as RawResult[];
  return results.map((result) => ({
    command: result.command ?? null,
    columns: result.columns?.map(({ name }) => name) ?? [],
    rows: [...result].map((row) => row.map((value) => value?.toString('utf8') ?? null)),
  }));
}

interface RawResult extends Iterable<(Buffer | null)[]> {
  command?: string | null;
  columns?: { name: string }[];
}

/** Several statements have an array of results, which are arrays themselves. */
function isResult(answer: unknown): answer is RawResult {
  return typeof answer === 'object' && answer !== null && 'command' in answer;
}

/**
 * The rows as a table for a terminal.
 *
 * @param maxWidth cells of a terminal that one value may take; a longer one is cut and ends with `…`
 */
export function formatRows({ columns, rows }: TextRows, maxWidth = Number.POSITIVE_INFINITY): string {
  return formatTable(
    columns.map(visible),
    rows.map((row) => row.map((value) => showValue(value, maxWidth))),
  );
}

/** Empty, in the word of NULL, in quotes, or with white space at an end, which would not be seen. */
const needsQuotes = /^(?:|null|'.*|\s.*|.*\s)$/is;

/** As PostgreSQL writes an array's elements: NULL stands alone, and a text that could be mistaken stands in quotes. */
function showValue(value: string | null, maxWidth: number): string {
  if (value === null) return 'NULL';
  const shown = shorten(visible(value), maxWidth);
  return needsQuotes.test(value) ? `'${shown.replaceAll("'", "''")}'` : shown;
}

const segmenter = new Intl.Segmenter();

/** Cuts between characters as people see them. */
function shorten(text: string, maxWidth: number): string {
  // No text is wider than two cells for each unit, so most need no measuring.
  if (text.length * 2 <= maxWidth || stringWidth(text) <= maxWidth) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += stringWidth(segment);
    if (width >= maxWidth) break;
    kept += segment;
  }
  return `${kept}…`;
}
