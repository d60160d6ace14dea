import { describeLeftUnwritten } from '../contract/notice-text.ts';
import type { RejectCode } from '../contract/reject-codes.ts';
import { noCounts } from '../contract/report.ts';
import { type Findings, StepFailure } from './findings.ts';
import { RejectFiles } from './results/reject-files.ts';
import { openRun, type Run } from './run.ts';
import { type ScanResult, scanUpload } from './scan-upload.ts';

/** Why a row is rejected that the scanner lets in. */
export interface Refusal {
  code: RejectCode;
  reason: string;
  /** Names in the database; the first that the file has is shown as the one at fault. */
  columns: readonly string[];
  /** What the database said of a row, by ordinals, for errors.csv only: it may quote the row. */
  words?: ReadonlyMap<number, string>;
}

/** Lines of rejected rows: the first of them, and how many there are. */
export interface FoundLines {
  first: number[];
  count: number;
}

/** As many as a message names. */
const SHOWN_LINES = 5;

/** What reading the whole file has shown: `lines` of the rows that were rejected from outside, by the answers. */
export interface WrittenRejects<R extends Refusal> extends Pick<Findings, 'file' | 'rejects' | 'counts'> {
  scanned: ScanResult;
  lines: Map<R, FoundLines>;
}

/**
 * Reads the file just to check it, and writes the reject files, also with rows that only the database could
 * tell to be wrong.
 *
 * @param find asked about each row that the scanner lets in, by its ordinal among those and by its number
 * @param mostRejects with more than these, nothing more is read. Default: the file is read to its end
 * @throws StepFailure with how the file is read
 */
export async function writeRejects<R extends Refusal>(
  run: Run,
  find: (ordinal: number, row: number) => R | undefined,
  mostRejects?: number,
): Promise<WrittenRejects<R>> {
  const opened = await openRun(run);
  const rejects = new RejectFiles(run.results, run.attempt, opened, run.definition.rejects.maxWritten);
  const lines = new Map<R, FoundLines>();
  const columnOf = ({ columns }: Refusal) => {
    const index = opened.columns.findIndex((each) => each !== null && columns.includes(each.name));
    return index === -1 ? null : index;
  };
  try {
    const scanned = await scanUpload(
      opened,
      run.attempt.upload,
      rejects,
      {
        accept: async () => {},
        progress: (counters) => {
          run.importer.signal.throwIfAborted();
          run.progress.update(counters);
        },
      },
      {
        refuse: (ordinal, row, line) => {
          const refusal = find(ordinal, row);
          if (refusal === undefined) return null;
          const found = lines.get(refusal) ?? { first: [], count: 0 };
          lines.set(refusal, found);
          found.count++;
          if (found.first.length < SHOWN_LINES) found.first.push(line);
          const { code, reason, words } = refusal;
          const said = words?.get(ordinal);
          return {
            column: columnOf(refusal),
            code,
            reason,
            ...(said === undefined ? {} : { words: `${reason}: ${said}` }),
          };
        },
        ...(mostRejects === undefined ? {} : { mostRejects }),
      },
    );
    const { read, rejected, emptyRows } = scanned;
    const counts = { ...noCounts, read, rejected, emptyRows };
    return { scanned, lines, file: opened.file, counts, rejects: await rejects.close(scanned.readTo) };
  } catch (error) {
    throw new StepFailure(error, { file: opened.file });
  } finally {
    rejects.discard();
    await opened.body.return(undefined);
  }
}

/** What a failure says of rejected rows, and what their files lack. */
export function tellUnwritten(
  text: string,
  { rejects, counts }: Pick<Findings, 'rejects' | 'counts'>,
): string {
  const lacking = describeLeftUnwritten(rejects, counts);
  return lacking === null ? text : `${text} ${lacking}`;
}
