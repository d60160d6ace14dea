import { type Delimiter, delimiters } from '../../contract/definition/file-format.ts';
import type { FileOptions } from '../../contract/definition/file-options.ts';
import { describeDelimiter } from '../../csv/index.ts';
import { cleanHeaders } from '../sample-headers.ts';
import { findLayout, type Layout, plainQuoting, readSeparatorLine, withoutEmptyEnd } from './find-layout.ts';
import { type Dialect, splitRecords, type TrialRecord } from './split-records.ts';

/** How a file is laid out, as a definition says it. */
export interface FoundLayout {
  delimiter: Delimiter;
  delimiterEvidence: string;
  headers: readonly string[];
  /** Physical line of the header, from 1. */
  firstLine: number;
  /** 1 if the first line only names the delimiter, as `sep=;` does. */
  separatorLines: 0 | 1;
  /** The line above the header that has several values, if one has. */
  wideTitle: number | null;
  /** By column: whether values are texts as formulas, such as `="00123"`. */
  formulas: readonly boolean[];
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
  const found = asIs ? null : findLayout(text, start.whole, knownOf(told));
  if (found === null) {
    return {
      ...readFirstLine({ ...start, text }, told, asIs),
      separatorLines,
      wideTitle: null,
      formulas: [],
      notes: [],
    };
  }
  const { records, header } = found;
  const dialect = isDump(found) ? { ...found.dialect, ...dumpQuoting } : found.dialect;
  const { delimiter } = dialect;
  const record = records[header]!;
  const headers = headersOf(found, told.header);
  const lines = new Lines(text);
  const comment = told.comment === undefined ? lines.commentSign(found) : null;
  const titles = told.header === undefined ? lines.titles(found, comment ?? told.comment ?? null) : [];
  const above = titles.length;
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
    wideTitle: titles.find(({ filled }) => filled > 1)?.line ?? null,
    formulas: headers.map((_, index) => records.some(({ fields }) => isFormula(fields[index]))),
    file: {
      ...declareDialect(dialect),
      ...(above > 0 ? { header: 'find' as const } : {}),
      ...(comment === null ? {} : { comment }),
      ...(longer ? { extraValues: 'dropEmpty' as const } : {}),
    },
    notes: [
      ...(above > 0 ? [`${count(above, 'line')} above the header, which is line ${record.line}`] : []),
      ...(comment === null ? [] : [`lines that begin with ${comment} are comments`]),
      ...(longer ? ['delimiters too many at the end of lines'] : []),
      ...describeDialect(dialect),
    ],
  };
}

function knownOf({
  delimiter,
  quote,
  escape: escaping,
  spaceAroundQuotes,
  newline,
}: FileOptions): Partial<Dialect> {
  return {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
    ...(escaping === undefined ? {} : { escape: escaping }),
    ...(spaceAroundQuotes === undefined ? {} : { spaces: spaceAroundQuotes === 'ignore' }),
    ...(newline === undefined ? {} : { newline }),
  };
}

/** As MySQL and PostgreSQL write tables as text: tabs, no quotes, `\\N` for NULL. */
const dumpQuoting = { quote: 'none', escape: 'backslash' } as const;

function isDump({ dialect: { delimiter, quote }, records, header }: Layout): boolean {
  const values = records.slice(header + 1).flatMap(({ fields }) => fields);
  return (
    delimiter === '\t' &&
    quote !== "'" &&
    values.includes('\\N') &&
    !values.some((each) => /^".*"$/s.test(each))
  );
}

/** What of the dialect must be declared. */
function declareDialect({ delimiter, quote, escape: escaping, spaces, newline }: Dialect): FileOptions {
  return {
    ...(delimiters.some((each) => each === delimiter) ? {} : { delimiter }),
    ...(quote === '"' ? {} : { quote }),
    ...(escaping === 'double' ? {} : { escape: escaping }),
    ...(spaces ? { spaceAroundQuotes: 'ignore' as const } : {}),
    ...(newline === 'any' ? {} : { newline }),
  };
}

function describeDialect({ quote, escape: escaping, spaces, newline }: Dialect): string[] {
  return [
    ...(quote === '"' ? [] : [quote === 'none' ? 'no quotes around values' : 'single quotes around values']),
    ...(escaping === 'double' ? [] : ['backslashes before signs']),
    ...(spaces ? ['spaces beside quotes'] : []),
    ...(newline === 'any' ? [] : ['CRs in values']),
  ];
}

/** As Excel keeps a text. */
function isFormula(field: string | undefined): boolean {
  return /^="(?:[^"]|"")*"$/s.test(field ?? '');
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
    return header ?? { line: 1, fields: [] };
  };
  const splitting = delimiters.filter((each) => split(each).fields.length > 1);
  if (told.delimiter === undefined && splitting.length > 1) {
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
