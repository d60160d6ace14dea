import type { Collected } from './collect-columns.ts';
import type { ColumnProfile } from './column-profile.ts';
import type { Sample } from './read-sample.ts';

/** A sample, and what reading it so told. */
export interface Reading {
  sample: Sample;
  collected: Collected;
}

/** A subtotal, taxes, a total. */
const MOST_TOTALS = 3;

/** Reads a sample with other options; null: there is no reason to. */
type Step = (now: Reading) => Sample | null;

/**
 * Reads a sample anew with what its own rows show to be necessary, as long as that leaves fewer rows that no import
 * would take, or better types.
 */
export async function settleSample(
  sample: Sample,
  read: (sample: Sample) => Promise<Collected>,
): Promise<Reading> {
  let now: Reading = { sample, collected: await read(sample) };
  const attempt = async (step: Step, isBetter: (next: Reading) => boolean) => {
    const changed = step(now);
    if (changed === null) return;
    const next = { sample: changed, collected: await read(changed) };
    if (isBetter(next)) now = next;
  };
  await attempt(dropExtraValues, hasFewerMisfits(now));
  await attempt(fillMissingValues, (next) => hasFewerMisfits(now)(next) && mayLackValues(now, next));
  for (let line = 0; line < MOST_TOTALS; line++) await attempt(skipTotal, () => true);
  await attempt(nameColumns, () => true);
  await attempt(joinHeaderRows, () => true);
  return now;
}

function dropExtraValues({ sample, collected: { sampled } }: Reading): Sample | null {
  if (sampled.irregular.length === 0 || sample.file.extraValues !== undefined) return null;
  return sample.readAs({
    file: { extraValues: 'dropEmpty' },
    notes: [...sample.notes, 'delimiters too many at the end of lines'],
  });
}

function fillMissingValues({ sample, collected: { sampled } }: Reading): Sample | null {
  if (sampled.irregular.length === 0 || sample.told.missingValues !== undefined) return null;
  return sample.readAs({
    file: { missingValues: 'empty' },
    notes: [...sample.notes, 'rows without their last values, which become empty'],
  });
}

function hasFewerMisfits({ collected: { sampled } }: Reading): (next: Reading) => boolean {
  return (next) => next.collected.sampled.irregular.length < sampled.irregular.length;
}

/**
 * Whether rows are short since their last values are empty, and not since a newline stands in an unquoted value: two
 * lines of one row would follow each other, and spoil the type of the first column, unless that is text.
 */
function mayLackValues({ collected: before }: Reading, { collected: after }: Reading): boolean {
  const [first] = after.profiles;
  // If no row is complete, the first line is no header.
  if (before.sampled.rows === 0) return false;
  // At the end alone it is a footer, or the file was cut off.
  if (before.sampled.whole && before.shape.linesBehind(before.sampled.irregular).length > 0) return false;
  if (!before.profiles.every((profile, index) => keepsType(profile, after.profiles[index]!))) return false;
  if (first !== undefined && isTyped(first)) return true;
  const { irregular } = before.sampled;
  return irregular.every((line, index) => index === 0 || line > irregular[index - 1]! + 1);
}

function keepsType(before: ColumnProfile, after: ColumnProfile): boolean {
  return !isTyped(before) || isTyped(after);
}

function isTyped({ readings, read }: ColumnProfile): boolean {
  return read > 0 && readings.length > 0;
}

/** The last row sums up the others, as its first cell says. */
function skipTotal({ sample, collected: { shape, sampled } }: Reading): Sample | null {
  const total = sampled.whole && sample.told.skipFooter === undefined ? shape.total() : null;
  if (total === null || !total.isFirst) return null;
  const { skipFooter } = sample.file;
  const words = Array.isArray(skipFooter) ? skipFooter : [];
  return sample.readAs({
    file: { skipFooter: [...new Set([...words, total.word])] },
    notes: [...sample.notes, `line ${total.line}, the last one, is a total`],
  });
}

/** The first line is a row like the others. */
function nameColumns({ sample, collected: { shape, profiles } }: Reading): Sample | null {
  if (sample.told.header !== undefined) return null;
  if (!shape.hasNoHeader(sample.headers, profiles)) return null;
  if (sample.wideTitle !== null) {
    throw new Error(
      `Which line is the header cannot be made out: line ${sample.wideTitle} has other columns than line ${sample.firstLine} and those below, which are rows. Say the columns, such as --file '{ "skipLines": ${sample.wideTitle}, "header": ["id", "name"] }'.`,
    );
  }
  const headers = sample.headers.map((_, index) => `column${index + 1}`);
  const skipLines = sample.firstLine - 1 - sample.separatorLines;
  return sample.readAs({
    headers,
    file: {
      header: headers,
      // Without a header that fits nothing tells the delimiter.
      ...(headers.length > 1 ? { delimiter: sample.delimiter } : {}),
      ...(skipLines > 0 && sample.file.comment === undefined ? { skipLines } : {}),
    },
    notes: [...sample.notes, 'no header, so columns are told by their places'],
  });
}

/** The line below the header belongs to it, as one with units does. */
function joinHeaderRows({ sample, collected: { shape, profiles } }: Reading): Sample | null {
  if (sample.told.header !== undefined || Array.isArray(sample.file.header)) return null;
  const line = shape.secondHeader(profiles);
  if (line === null) return null;
  const find = sample.file.header === 'find' ? { find: true } : {};
  return sample.readAs({
    file: { header: { rows: 2, names: 'first', ...find } },
    notes: [...sample.notes, `line ${line} belongs to the header`],
  });
}
