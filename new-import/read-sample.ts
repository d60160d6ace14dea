import { type Delimiter, delimiters, type Encoding } from '../contract/definition/file-format.ts';
import type { FileOptions } from '../contract/definition/file-options.ts';
import {
  createScanner,
  cut,
  describeDelimiter,
  openFile,
  type RejectError,
  SCANNED_BYTES,
  type Scanner,
} from '../csv/index.ts';
import { readChunks } from '../local/read-chunks.ts';
import { probeFor } from './probe.ts';
import { readStart, type Start } from './read-start.ts';
import { findLayout } from './sniff/find-layout.ts';
import { splitRecords } from './sniff/split-records.ts';

/** A file that no import knows yet, read by the importer's own parts. */
export interface Sample {
  compression: Start['compression'];
  encoding: Encoding;
  encodingEvidence: string;
  delimiter: Delimiter;
  delimiterEvidence: string;
  headers: readonly string[];
  /** What the definition must declare of the file. */
  file: FileOptions;
  /** Gives each row's values and its line to `see`, at most `limit` rows; an empty value is null, quoted or not. */
  readRows(
    limit: number,
    see: (values: readonly (string | null)[], line: number) => void,
  ): Promise<SampledRows>;
}

export interface SampledRows {
  /** Rows that were looked at. */
  rows: number;
  /** Whether these are all there are. */
  whole: boolean;
  /** Rows that the importer would refuse whatever the columns are, such as those with too many values. */
  malformed: number;
  /** Where the first few of them are, and what is wrong, without their values. */
  examples: { line: number; errors: Pick<RejectError, 'code' | 'reason'>[] }[];
}

/** So many malformed rows are told one by one. */
const MOST_EXAMPLES = 3;

/**
 * Finds how a file of `size` bytes is to be read, by nothing but its content.
 *
 * @throws ImportFailure as the importer does; Error for a delimiter or a header that nobody could import, with the
 *   remedy
 */
export async function openSample(
  path: string,
  size: number,
  wanted: { encoding?: Encoding; delimiter?: Delimiter } = {},
): Promise<Sample> {
  const start = await readStart(path, size, wanted.encoding);
  const { delimiter, evidence, headers } = findHeader(start, wanted.delimiter);
  checkHeaders(headers);
  const file: FileOptions = {
    ...(wanted.encoding === undefined ? {} : { encoding: wanted.encoding }),
    ...(wanted.delimiter === undefined ? {} : { delimiter: wanted.delimiter }),
  };
  return {
    compression: start.compression,
    encoding: start.encoding.encoding,
    encodingEvidence: start.encoding.evidence,
    delimiter,
    delimiterEvidence: evidence,
    headers,
    file,
    readRows: (limit, see) => readRows({ path, size, headers, file: { ...file, delimiter } }, limit, see),
  };
}

/** The header by what is regular, since there are no columns that could be known. */
function findHeader(
  { text, whole }: Start,
  wanted: Delimiter | undefined,
): { delimiter: Delimiter; evidence: string; headers: readonly string[] } {
  const layout = findLayout(text, whole, wanted === undefined ? {} : { delimiter: wanted });
  if (layout === null) {
    const delimiter = wanted ?? ',';
    const dialect = { delimiter, quote: '"', escape: 'double', spaces: false } as const;
    const [header] = splitRecords(text, whole, dialect, 1);
    const split = delimiters.filter((each) => header?.fields.join(delimiter).includes(each));
    if (wanted === undefined && split.length > 0) {
      throw new Error(
        `The delimiter cannot be made out: split at ${split.map(describeDelimiter).join(' or at ')} the rows do not have as many values as the header. Say it with --delimiter, or correct the first rows.`,
      );
    }
    const evidence = wanted === undefined ? 'the header has one column' : 'as you said';
    return { delimiter, evidence, headers: header?.fields ?? [] };
  }
  const { dialect, records, header } = layout;
  if (header > 0) {
    throw new Error(
      `Line ${records[header]!.line} seems to be the header. Remove the lines above it, such as a title; if the delimiter is another, say it with --delimiter.`,
    );
  }
  const delimiter = dialect.delimiter as Delimiter;
  const headers = records[header]!.fields;
  return {
    delimiter,
    evidence:
      wanted === undefined
        ? `split at ${describeDelimiter(delimiter)} the header and the first rows have ${headers.length} values each`
        : 'as you said',
    headers,
  };
}

/** What no import could take, since no header would say which column is meant. */
function checkHeaders(names: readonly string[]): void {
  const empty = names.findIndex((name) => name.trim() === '');
  if (empty >= 0) {
    const remedy =
      empty === names.length - 1 && empty > 0
        ? 'remove the delimiter at the end of the line, there and in the rows'
        : 'name the column in the file, or remove it';
    throw new Error(`Header ${empty + 1} is empty: ${remedy}.`);
  }
  const second = names.findIndex((name, index) => names.indexOf(name) < index);
  if (second >= 0) {
    const first = names.indexOf(names[second]!);
    throw new Error(
      `Headers ${first + 1} and ${second + 1} are both ${JSON.stringify(names[second])}: rename one of them in the file, since nothing says which is which.`,
    );
  }
}

async function readRows(
  {
    path,
    size,
    headers,
    file,
  }: { path: string; size: number; headers: readonly string[]; file: FileOptions },
  limit: number,
  see: (values: readonly (string | null)[], line: number) => void,
): Promise<SampledRows> {
  const result: SampledRows = { rows: 0, whole: true, malformed: 0, examples: [] };
  const opened = await openFile(readChunks(path), size, probeFor(headers, file));
  const scanner = createScanner({
    ...opened,
    rowRule: (values, line) => {
      if (result.rows === limit) result.whole = false;
      else {
        result.rows++;
        see(
          values.map((value) => value || null),
          line,
        );
      }
      return null;
    },
  });
  const take = ({ rejects }: ReturnType<Scanner['push']>) => {
    result.malformed += rejects.length;
    for (const { line, errors } of rejects.slice(0, MOST_EXAMPLES - result.examples.length)) {
      result.examples.push({ line, errors: errors.map(({ code, reason }) => ({ code, reason })) });
    }
  };
  for await (const chunk of cut(opened.body, SCANNED_BYTES)) {
    take(scanner.push(chunk));
    // Leaving the loop ends the file's reading.
    if (!result.whole) return result;
  }
  take(scanner.finish());
  return result;
}
