import { type Delimiter, delimiters } from '../../contract/definition/file-format.ts';
import type { ImportColumn, TableImport } from '../../contract/definition/import-definition.ts';
import { describeValue } from '../../contract/definition/values.ts';
import { ImportFailure } from '../../contract/failures.ts';
import type { DeclaredDialect } from '../scan/dialect.ts';
import { HeaderNames, quoteName } from './describe-header.ts';
import { editDistance } from './edit-distance.ts';

/** A file that is not this import's has problems without end; so many tell as much. */
const MOST_PROBLEMS = 30;
/** The longest header that is compared with those known: edit distance takes the product of both lengths. */
const LONGEST_COMPARED = 100;

/** What of an import decides how a header is read. */
export type HeaderRules = Pick<TableImport, 'name' | 'columns' | 'unknownColumns'> & {
  file: Pick<TableImport['file'], 'delimiter'> &
    DeclaredDialect &
    Partial<Pick<TableImport['file'], 'extraValues'>>;
  /** Columns with a value of their own, which a file may not have unless the value says so. */
  values?: TableImport['values'];
};

/** What the headers of a file stand for. */
export interface MappedHeader {
  /** One per header: the column it fills, or null where it is ignored. Empty headers that are dropped have none. */
  columns: (ImportColumn | null)[];
  /** Headers that no column takes, where the import allows that; for people. */
  ignored: string[];
}

/** How the delimiter was found, for a header that is wrong: the sentence that says so, or null where it is certain. */
export interface DelimiterUsed {
  delimiter: Delimiter;
  doubt: string | null;
  /** What would be a better one, in a sentence; null: none. */
  propose?(): string | null;
}

/**
 * Finds the column for each header, by the column's name, its property or an alias, ignoring case, width, spaces,
 * underscores and hyphens.
 *
 * @throws ImportFailure `HeaderInvalid` that names everything that is wrong, each with the header's position.
 */
export function mapHeader(
  header: readonly string[],
  definition: HeaderRules,
  used: DelimiterUsed = { delimiter: definition.file.delimiter ?? ',', doubt: null },
): MappedHeader {
  const names = namesOf(header, definition);
  const { columns, unknown, known, problems, shown } = matchHeaders(names, definition);
  const given = new Map(definition.values?.map(({ column, ...value }) => [column, value]));
  const expected = known.filter(({ column }) => given.get(column)?.unlessInFile !== false);
  const free = expected.filter(({ column }) => column.position === null && !columns.includes(column));
  const freeHeaders = free.flatMap(({ headers }) => headers);
  if (definition.unknownColumns === 'fail') {
    for (const index of unknown) {
      const name = names[index]!;
      // Beyond what is shown, only the number of problems matters.
      const close = problems.length < MOST_PROBLEMS ? findClose(name, freeHeaders) : null;
      const hint = close === null ? '' : `, did you mean ${quote(close)}?`;
      problems.push(`header ${index + 1} ${shown.quote(index)} is no column of the import${hint}`);
    }
  }
  for (const { column, headers } of free) {
    if (!column.required) continue;
    problems.push(`column "${column.name}" is missing; its header may be ${distinctHeaders(headers)}`);
  }
  for (const [index, column] of columns.entries()) {
    const value = column === null ? undefined : given.get(column);
    if (value === undefined || value.unlessInFile) continue;
    problems.push(
      `header ${index + 1} ${shown.quote(index)} is column "${column!.name}", which gets ${describeValue(value.value)} and may not be in the file: remove it there, or let the file’s values win by unlessInFile(…)`,
    );
  }
  if (problems.length === 0 && columns.every((column) => column === null)) {
    problems.push(
      `no header is a column of the import, which has ${expected.map(({ column }) => column.name).join(', ')}`,
    );
  }
  if (problems.length > 0) throw invalid(problems, names, shown, definition, used);
  return { columns, ignored: unknown.map((index) => shown.tell(index)) };
}

/** The columns that a file must have and that no header stands for; and how many of the headers stand for one. */
export function findMissing(names: readonly string[], definition: HeaderRules) {
  const { columns } = matchHeaders(namesOf(names, definition), definition);
  const required = definition.columns.filter((column) => column.required);
  return {
    missing: required.filter((column) => !columns.includes(column)).map(({ name }) => name),
    matches: columns.filter((column) => column !== null).length,
  };
}

/** Whether these are headers of just these columns. */
export function isHeaderOf(
  names: readonly string[],
  columns: readonly (ImportColumn | null)[],
  definition: HeaderRules,
): boolean {
  const found = matchHeaders(names, definition);
  return found.problems.length === 0 && found.columns.every((column, index) => column === columns[index]);
}

/** How many of the headers stand for a column of the import. */
export function countMatches(names: readonly string[], definition: HeaderRules): number {
  return matchHeaders(namesOf(names, definition), definition).columns.filter((column) => column !== null)
    .length;
}

/** The headers that stand for columns: where extra values may be dropped, empty ones at the end are extra, too. */
function namesOf(header: readonly string[], { file }: HeaderRules): readonly string[] {
  return file.extraValues === 'dropEmpty'
    ? header.slice(0, header.findLastIndex((name) => !isEmpty(name)) + 1)
    : header;
}

/** A column and the headers that stand for it. */
interface KnownColumn {
  column: ImportColumn;
  headers: string[];
}

/** The column for each header, those that no column takes, and what is wrong with the others. */
function matchHeaders(names: readonly string[], definition: HeaderRules) {
  const known: KnownColumn[] = definition.columns.map((column) => ({
    column,
    headers: acceptedHeaders(column),
  }));
  const byHeader = new Map<string, KnownColumn[]>();
  const byPosition = new Map<number, KnownColumn>();
  for (const each of known) {
    const { position } = each.column;
    if (position !== null) byPosition.set(position - 1, each);
    else
      for (const header of new Set(each.headers.map(normalize))) {
        byHeader.set(header, [...(byHeader.get(header) ?? []), each]);
      }
  }
  const areKnown = names.filter(
    (name, index) => byPosition.has(index) || byHeader.has(normalize(name)),
  ).length;
  const shown = new HeaderNames(names, areKnown);
  const taken = new Map<ImportColumn, number>();
  const problems: string[] = [];
  const unknown: number[] = [];
  const columns = names.map((name, index): ImportColumn | null => {
    const placed = byPosition.get(index);
    if (placed !== undefined) {
      if (isEmpty(name) || placed.headers.map(normalize).includes(normalize(name))) return placed.column;
      problems.push(
        `header ${index + 1} ${shown.quote(index)} is none of column "${placed.column.name}", which the import has at this position: ${distinctHeaders(placed.headers)}`,
      );
      return null;
    }
    if (isEmpty(name)) {
      if (definition.unknownColumns === 'fail') problems.push(describeEmpty(index, names.length));
      else unknown.push(index);
      return null;
    }
    const found = byHeader.get(normalize(name)) ?? [];
    const exact = found.find(({ headers }) => headers.includes(name));
    if (exact === undefined && found.length > 1) {
      const choices = found.map(({ column }) => `"${column.name}"`).join(' or ');
      problems.push(
        `header ${index + 1} ${shown.quote(index)} may be column ${choices}: write it exactly so`,
      );
      return null;
    }
    const column = (exact ?? found[0])?.column;
    if (column === undefined) {
      unknown.push(index);
      return null;
    }
    const earlier = taken.get(column);
    if (earlier !== undefined) {
      const twice = `${shown.quote(earlier)} (header ${earlier + 1}) and ${shown.quote(index)} (header ${index + 1})`;
      problems.push(
        `${twice} both stand for column "${column.name}": keep one of them, or set the column’s position in the import`,
      );
      return null;
    }
    taken.set(column, index);
    return column;
  });
  for (const [index, { column }] of byPosition) {
    if (index < names.length) continue;
    problems.push(
      `column "${column.name}" is at position ${index + 1} in the import, but the header has ${names.length} ${names.length === 1 ? 'name' : 'names'}`,
    );
  }
  return { columns, unknown, known, problems, shown };
}

function acceptedHeaders(column: ImportColumn): string[] {
  return [column.name, column.property, ...column.aliases];
}

/** Headers for people: those that mean the same once. */
function distinctHeaders(headers: readonly string[]): string {
  const distinct = new Map(headers.toReversed().map((header) => [normalize(header), header]));
  return [...distinct.values()].reverse().map(quote).join(', ');
}

/** Zero-width characters, marks of direction and soft hyphens: an invisible difference is none. */
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** The header without characters that cannot be seen. */
export function withoutInvisible(header: string): string {
  return header.replace(invisible, '');
}

function isEmpty(header: string): boolean {
  return withoutInvisible(header).trim() === '';
}

/** NFKC makes full-width letters and digits, half-width katakana and all kinds of spaces the usual ones. */
function normalize(header: string): string {
  return withoutInvisible(header)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-\u2010-\u2015]/g, '');
}

/** The header that differs in at most a third of its characters (two that are swapped count as one), the closest first. */
function findClose(name: string, headers: readonly string[]): string | null {
  const wanted = normalize(name);
  if (wanted.length > LONGEST_COMPARED) return null;
  let closest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const header of headers) {
    const distance = editDistance(wanted, normalize(header));
    if (distance < least && distance <= Math.max(wanted.length, normalize(header).length) / 3) {
      closest = header;
      least = distance;
    }
  }
  return closest;
}

function describeEmpty(index: number, count: number): string {
  return index === count - 1 && count > 1
    ? `header ${index + 1}, the last one, is empty: remove the delimiter at the end of the line, there and in the rows, or set the import’s file.extraValues to 'dropEmpty'`
    : `header ${index + 1} is empty: name the column or remove it, or set the position of its column in the import`;
}

function invalid(
  problems: string[],
  names: readonly string[],
  headers: HeaderNames,
  definition: HeaderRules,
  used: DelimiterUsed,
): ImportFailure {
  const shown = problems.slice(0, MOST_PROBLEMS);
  if (problems.length > shown.length) shown.push(`and ${problems.length - shown.length} more`);
  const advice = used.propose?.() ?? used.doubt ?? adviseDelimiter(names, definition, used.delimiter);
  const doubt = headers.areNames
    ? ''
    : ' If the file begins with a row of data, add a header before it, or list its columns in the import’s file.header.';
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new ImportFailure(
    'HeaderInvalid',
    `The header does not fit import "${definition.name}" (${count}): ${shown.join('; ')}.${doubt}${advice === '' ? '' : ` ${advice}`}`,
  );
}

/** What seems to separate the columns of a header that came out as one name. */
function adviseDelimiter(names: readonly string[], { name }: HeaderRules, expected: Delimiter): string {
  if (names.length !== 1) return '';
  const other = delimiters.find((delimiter) => delimiter !== expected && names[0]!.includes(delimiter));
  return other === undefined
    ? ''
    : `The header looks as if its columns were separated by ${describeDelimiter(other)}, but import "${name}" expects ${describeDelimiter(expected)}: save the file so, or set the import’s file.delimiter.`;
}

/** The delimiter for people, in the plural. */
export function describeDelimiter(delimiter: Delimiter): string {
  const names: Record<string, string> = {
    ',': 'commas',
    ';': 'semicolons',
    '\t': 'tabs',
    '|': 'vertical bars',
  };
  return names[delimiter] ?? JSON.stringify(delimiter);
}

function quote(header: string): string {
  return quoteName(header);
}
