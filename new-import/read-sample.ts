import type { Delimiter, Encoding } from '../contract/definition/file-format.ts';
import type { FileOptions } from '../contract/definition/file-options.ts';
import type { TableImport } from '../contract/definition/import-definition.ts';
import { createScanner, cut, openFile, type RejectError, SCANNED_BYTES, type Scanner } from '../csv/index.ts';
import { readChunks } from '../local/read-chunks.ts';
import { probeFor } from './probe.ts';
import { readStart, type Start } from './read-start.ts';
import { describeLayout, type FoundLayout } from './sniff/describe-layout.ts';

/** A file that no import knows yet, read by the importer's own parts. */
export interface Sample
  extends Pick<
    FoundLayout,
    'headers' | 'file' | 'notes' | 'firstLine' | 'separatorLines' | 'formulas' | 'wideTitle'
  > {
  compression: Start['compression'];
  encoding: Encoding;
  encodingEvidence: string;
  delimiter: Delimiter;
  delimiterEvidence: string;
  /** Options of the file that the user said. */
  told: FileOptions;
  /** The same file, read by other headers or with other options. */
  readAs(changes: Partial<Pick<Sample, 'headers' | 'notes'>> & { file?: FileOptions }): Sample;
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
  /** The lines of those of them that have more or fewer values than the header, as far as they are few. */
  irregular: number[];
  /** Where the first few of them are, and what is wrong, without their values. */
  examples: { line: number; errors: Pick<RejectError, 'code' | 'reason'>[] }[];
}

/** So many malformed rows are told one by one. */
const MOST_EXAMPLES = 3;
const MOST_IRREGULAR = 10_000;

/** What the user says of a sample's file. */
export interface SampleOptions {
  encoding?: Encoding;
  delimiter?: Delimiter;
  /** Any options of the file, as the definition has them. */
  fileOptions?: FileOptions;
  /** The first line is the header and all others are rows, whatever they look like. */
  asIs?: boolean;
}

/**
 * Finds how a file of `size` bytes is to be read, by nothing but its content.
 *
 * @throws ImportFailure as the importer does; Error for a file whose layout cannot be made out, with the remedy
 */
export async function openSample(path: string, size: number, wanted: SampleOptions = {}): Promise<Sample> {
  const { encoding, delimiter } = wanted;
  const told: FileOptions = {
    ...wanted.fileOptions,
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === undefined ? {} : { delimiter }),
  };
  const start = await readStart(path, size, told.encoding);
  const { file, ...layout } = describeLayout(start, told, wanted.asIs === true);
  const sample = (parts: Pick<Sample, 'headers' | 'file' | 'notes'>): Sample => ({
    compression: start.compression,
    encoding: start.encoding.encoding,
    encodingEvidence: start.encoding.evidence,
    ...layout,
    ...parts,
    told,
    readAs: (changes) => sample({ ...parts, ...changes, file: { ...parts.file, ...changes.file, ...told } }),
    readRows: (limit, see) =>
      readRows(
        {
          path,
          size,
          probe: probeFor(parts.headers, { delimiter: layout.delimiter, ...parts.file }, layout.formulas),
        },
        limit,
        see,
      ),
  });
  return sample({ ...layout, file: { ...file, ...told } });
}

async function readRows(
  { path, size, probe }: { path: string; size: number; probe: TableImport },
  limit: number,
  see: (values: readonly (string | null)[], line: number) => void,
): Promise<SampledRows> {
  const result: SampledRows = { rows: 0, whole: true, malformed: 0, irregular: [], examples: [] };
  const opened = await openFile(readChunks(path), size, probe);
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
    for (const { line, errors } of rejects) {
      if (errors[0]?.code === 'wrong_field_count' && result.irregular.length < MOST_IRREGULAR) {
        result.irregular.push(line);
      }
    }
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
