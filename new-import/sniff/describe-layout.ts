import { type Delimiter, delimiters } from '../../contract/definition/file-format.ts';
import type { FileOptions } from '../../contract/definition/file-options.ts';
import { describeDelimiter } from '../../csv/index.ts';
import { cleanHeaders } from '../sample-headers.ts';
import { findLayout, type Layout, plainQuoting, readSeparatorLine, withoutEmptyEnd } from './find-layout.ts';
import { splitRecords, type TrialRecord } from './split-records.ts';

/** How a file is laid out, as a definition says it. */
export interface FoundLayout {
  delimiter: Delimiter;
  delimiterEvidence: string;
  headers: readonly string[];
  /** Physical line of the header, from 1. */
  firstLine: number;
  /** 1 if the first line only names the delimiter, as `sep=;` does. */
  separatorLines: 0 | 1;
  /** What must be declared. */
  file: FileOptions;
  /** What was found beyond headers and rows, for people. */
  notes: readonly string[];
}

/** What lines above a header begin with that are comments; the importer takes any of one to ten characters. */
const commentSigns = ['#', '//', '--', '%', '!'];

/**
 * @param told options of the file that the user says
 * @param asIs whether the first line is the header, whatever it looks like
 * @throws Error where no layout fits, with what to say
 */
export function describeLayout(
  start: { text: string; whole: boolean },
  told: FileOptions,
  asIs: boolean,
): FoundLayout {
  const text = blankLines(start.text, told.skipLines ?? 0);
  const separatorLines = readSeparatorLine(start.text) === null ? 0 : 1;
  const found = asIs ? null : findLayout(text, start.whole, told);
  if (found === null) return { ...readFirstLine({ ...start, text }, told, asIs), separatorLines, notes: [] };
  const { dialect, records, header } = found;
  const delimiter = dialect.delimiter as Delimiter;
  const record = records[header]!;
  const headers = headersOf(found, told.header);
  const lines = new Lines(text);
  const comment = told.comment === undefined ? lines.commentSign(found) : null;
  const above = told.header === undefined ? lines.titles(found, comment ?? told.comment ?? null).length : 0;
  const longer = [record, ...records.slice(header + 1)].some(({ fields }) =>
    isLonger(fields, headers.length),
  );
  return {
    delimiter,
    delimiterEvidence:
      told.delimiter === undefined
        ? `split at ${describeDelimiter(delimiter)} the header and the first rows have ${headers.length} values each`
        : 'as you said',
    headers,
    firstLine: record.line,
    separatorLines,
    file: {
      ...(above > 0 ? { header: 'find' as const } : {}),
      ...(comment === null ? {} : { comment }),
      ...(longer ? { extraValues: 'dropEmpty' as const } : {}),
    },
    notes: [
      ...(above > 0 ? [`${count(above, 'line')} above the header, which is line ${record.line}`] : []),
      ...(comment === null ? [] : [`lines that begin with ${comment} are comments`]),
      ...(longer ? ['delimiters too many at the end of lines'] : []),
    ],
  };
}

/** The text with its first lines blank, so that the others keep their numbers. */
function blankLines(text: string, skipped: number): string {
  const rest = new RegExp(`^(?:.*?(?:\\r\\n|\\r|\\n)){0,${skipped}}`).exec(text)![0];
  return rest.replace(/[^\r\n]/g, '') + text.slice(rest.length);
}

/** The names of the columns, where the user says which lines have them. */
function headersOf({ records, header }: Layout, told: FileOptions['header']): string[] {
  const names = (at: number) => withoutEmptyEnd(records[at]?.fields ?? []);
  if (typeof told !== 'object') return cleanHeaders(names(header));
  if (!('rows' in told)) return [...told];
  const rows = Array.from({ length: told.rows }, (_, index) => names(header + index));
  const width = Math.max(...rows.map((row) => row.length));
  if (told.names !== 'joined') return cleanHeaders(rows.at(told.names === 'first' ? 0 : -1)!);
  return cleanHeaders(
    Array.from({ length: width }, (_, index) =>
      rows
        .map((row) => row[index]?.trim() ?? '')
        .join(' ')
        .trim(),
    ),
  );
}

/** The first line as the header, whatever it is. */
function readFirstLine(
  { text, whole }: { text: string; whole: boolean },
  told: FileOptions,
  asIs: boolean,
): Pick<FoundLayout, 'delimiter' | 'delimiterEvidence' | 'headers' | 'firstLine' | 'file'> {
  const split = (delimiter: Delimiter) => {
    const [header] = splitRecords(text, whole, { delimiter, ...plainQuoting }, 1);
    return header ?? { line: 1, fields: [], stray: false };
  };
  const splitting = delimiters.filter((each) => split(each).fields.length > 1);
  if (told.delimiter === undefined && splitting.length > 0 && (!asIs || splitting.length > 1)) {
    throw new Error(describeNoLayout(splitting));
  }
  if (!asIs && isPadded(text)) throw new Error(PADDED);
  // Of one column: a comma may be content.
  const unused = delimiters.find((each) => !text.includes(each)) ?? ',';
  const delimiter = told.delimiter ?? splitting[0] ?? unused;
  const { fields, line } = split(delimiter);
  const delimiterEvidence =
    told.delimiter !== undefined
      ? 'as you said'
      : fields.length === 1
        ? 'the header has one column'
        : `nothing but ${describeDelimiter(delimiter)} splits the header`;
  const headers = Array.isArray(told.header) ? told.header : cleanHeaders(fields);
  const file = delimiter === ',' || splitting.length > 0 ? {} : { delimiter };
  return { delimiter, delimiterEvidence, headers, firstLine: line, file };
}

const PADDED =
  'The columns seem to be padded with spaces to a fixed width, which no import reads: save the file as CSV. If it is one column, run this again with --as-is.';

/** Whether every line has several spaces in a row between words. */
function isPadded(text: string): boolean {
  const lines = text.split(/\r\n|\r|\n/, 20).filter((line) => line.trim() !== '');
  return lines.length > 2 && lines.every((line) => /\S {2,}\S/.test(line));
}

function describeNoLayout(splitting: readonly Delimiter[]): string {
  return `The delimiter cannot be made out: split at ${splitting.map(describeDelimiter).join(' or at ')} the rows do not have as many values as the header. Say it with --delimiter, or correct the first rows.`;
}

/** The lines of a text, from 1. */
class Lines {
  readonly #lines: readonly string[];
  /** Whether the first only names the delimiter. */
  readonly #separator: boolean;

  constructor(text: string) {
    this.#lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
    this.#separator = readSeparatorLine(text) !== null;
  }

  begins({ line }: TrialRecord, sign: string): boolean {
    return this.#lines[line - 1]?.startsWith(sign) === true;
  }

  /** What comments begin with: all lines above the header, or `#` among the rows in lines that are no row. */
  commentSign({ records, header }: Layout): string | null {
    const above = this.titles({ records, header }, null);
    const { fields } = records[header]!;
    const others = records.slice(header + 1).filter((each) => each.fields.length < fields.length);
    const sign = commentSigns.find(
      (each) =>
        !this.begins(records[header]!, each) &&
        ((above.length > 0 && above.every((line) => this.begins(line, each))) ||
          (each === '#' && [...above, ...others].some((line) => this.begins(line, each)))),
    );
    return sign ?? null;
  }

  /** Lines above the header that are no comments. */
  titles({ records, header }: Pick<Layout, 'records' | 'header'>, comment: string | null): TrialRecord[] {
    return records
      .slice(this.#separator ? 1 : 0, header)
      .filter((record) => comment === null || !this.begins(record, comment));
  }
}

function isLonger(fields: readonly string[], width: number): boolean {
  return (
    fields.length > width && withoutEmptyEnd(fields).length <= width && withoutEmptyEnd(fields).length > 0
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
