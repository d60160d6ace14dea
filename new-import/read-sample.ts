import { type Delimiter, delimiters, type Encoding } from '../contract/definition/file-format.ts';
import {
  cut,
  describeDelimiter,
  type FoundDelimiter,
  findDelimiter,
  type OpenedText,
  openText,
  type RejectError,
  readHeader,
  SCANNED_BYTES,
  Scanner,
} from '../csv/index.ts';
import { readChunks } from '../local/read-chunks.ts';

/** A file that no import knows yet, opened by the importer's own parts. */
export interface Sample {
  compression: 'gzip' | 'none';
  encoding: Encoding;
  encodingEvidence: string;
  delimiter: Delimiter;
  delimiterEvidence: string;
  headers: string[];
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
  /** Those of them that have more or fewer values than the header. */
  irregular: number;
  /** Where the first few of them are, and what is wrong, without their values. */
  examples: { line: number; errors: Pick<RejectError, 'code' | 'reason'>[] }[];
}

/** So many malformed rows are told one by one. */
const MOST_EXAMPLES = 3;

/**
 * Opens a CSV file of `size` bytes as the importer would, but without an import's columns to go by.
 *
 * @throws ImportFailure as the importer does; Error for a delimiter or a header that nobody could import, with the
 *   remedy
 */
export async function openSample(
  file: string,
  size: number,
  wanted: { encoding?: Encoding; delimiter?: Delimiter } = {},
): Promise<Sample> {
  const { encoding, delimiter } = wanted;
  const text = await openText(readChunks(file), size, {
    maxBytes: Infinity,
    maxRatio: Infinity,
    encoding: encoding === undefined ? null : { encoding, evidence: 'as you said', assumed: false },
    findDelimiter: (start, whole) => chooseDelimiter(start, whole, delimiter),
  });
  try {
    checkHeaders(text.header.names);
  } catch (error) {
    await text.body.return();
    throw error;
  }
  return {
    compression: text.compression,
    encoding: text.encoding.encoding,
    encodingEvidence: text.encoding.evidence,
    delimiter: text.delimiter.delimiter,
    delimiterEvidence: text.delimiter.evidence,
    headers: text.header.names,
    readRows: (limit, see) => readRows(text, limit, see),
  };
}

/** The delimiter by what is regular, since there are no columns that could be known. */
function chooseDelimiter(start: Buffer, whole: boolean, wanted: Delimiter | undefined): FoundDelimiter {
  if (wanted !== undefined) return { delimiter: wanted, evidence: 'as you said', certain: true };
  const found = findDelimiter(start, whole, {
    name: 'sample',
    file: { delimiter: null },
    columns: [],
    unknownColumns: 'ignore',
  });
  if (found.certain) return found;
  const split = delimiters.filter((delimiter) => {
    const header = readHeader(start, { delimiter: delimiter.charCodeAt(0), final: whole });
    return header !== null && header.names.length > 1;
  });
  if (split.length === 0) return { delimiter: ',', evidence: 'the header has one column', certain: true };
  if (split.length === 1) {
    const [delimiter] = split as [Delimiter];
    return {
      delimiter,
      evidence: `nothing but ${describeDelimiter(delimiter)} splits the header`,
      certain: true,
    };
  }
  throw new Error(
    `The delimiter cannot be made out: split at ${split.map(describeDelimiter).join(' or at ')} the rows do not have as many values as the header. Say it with --delimiter, or correct the first rows.`,
  );
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
  { body, header, delimiter }: OpenedText,
  limit: number,
  see: (values: readonly (string | null)[], line: number) => void,
): Promise<SampledRows> {
  const result: SampledRows = { rows: 0, whole: true, malformed: 0, irregular: 0, examples: [] };
  const scanner = new Scanner({
    delimiter: delimiter.delimiter.charCodeAt(0),
    firstLine: header.firstLine,
    shape: { emptyRows: 'skip', extraValues: 'reject', missingValues: 'reject' },
    columns: header.names.map((name) => ({
      header: name,
      notNull: false,
      check: null,
      nullWhenQuotedEmpty: true,
    })),
    rowRule: (values, line) => {
      if (result.rows === limit) result.whole = false;
      else {
        result.rows++;
        see(values, line);
      }
      return null;
    },
  });
  const take = ({ rejects }: ReturnType<Scanner['push']>) => {
    result.malformed += rejects.length;
    result.irregular += rejects.filter(({ errors }) => errors[0]?.code === 'wrong_field_count').length;
    for (const { line, errors } of rejects.slice(0, MOST_EXAMPLES - result.examples.length)) {
      result.examples.push({ line, errors: errors.map(({ code, reason }) => ({ code, reason })) });
    }
  };
  for await (const chunk of cut(body, SCANNED_BYTES)) {
    take(scanner.push(chunk));
    // Leaving the loop ends the file's reading.
    if (!result.whole) return result;
  }
  take(scanner.finish());
  return result;
}
