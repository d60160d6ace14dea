import type { Escape, Quote } from '../../contract/definition/file-format.ts';
import type { FileDefinition } from '../../contract/definition/file-options.ts';
import { CR, LF } from '../ascii.ts';

/** How a file separates, quotes and escapes its values, and what ends its rows. */
export interface Dialect {
  delimiter: string;
  quote: Quote;
  escape: Escape;
  /** Whether spaces and tabs between a delimiter and a quote are no part of the value, and no fault. */
  ignoresSpaceAroundQuotes: boolean;
  /** `any`: LF, CRLF and CR, also mixed; `lf`: LF alone; `crlf`: LF and CRLF. Any other CR is content. */
  newline: 'any' | 'lf' | 'crlf';
}

/** What an import says of the dialect of its files, or its defaults. */
export type DeclaredDialect = Pick<FileDefinition, 'quote' | 'escape' | 'spaceAroundQuotes' | 'newline'>;

/** Of an import that declares nothing. */
export const nothingDeclared: DeclaredDialect = {
  quote: '"',
  escape: 'double',
  spaceAroundQuotes: 'reject',
  newline: 'any',
};

/** What an import declares that is not the default. */
export function unusualIn(declared: DeclaredDialect): Partial<DeclaredDialect> {
  const names = Object.keys(nothingDeclared) as (keyof DeclaredDialect)[];
  const unusual = names.filter((name) => declared[name] !== nothingDeclared[name]);
  return Object.fromEntries(unusual.map((name) => [name, declared[name]]));
}

/** The dialect that needs no option: `"` around values, doubled inside. */
export function plainDialect(delimiter: string): Dialect {
  return { delimiter, quote: '"', escape: 'double', ignoresSpaceAroundQuotes: false, newline: 'any' };
}

/**
 * The dialect of a text with this delimiter.
 *
 * @param start the first bytes of the text. With `newline: 'lf'` the first line shows whether rows end with LF or CRLF
 */
export function dialectOf(delimiter: string, options: DeclaredDialect, start: Buffer): Dialect {
  const firstEnd = start.indexOf(LF);
  const lf = firstEnd > 0 && start[firstEnd - 1] === CR ? 'crlf' : 'lf';
  return {
    delimiter,
    quote: options.quote,
    escape: options.escape,
    ignoresSpaceAroundQuotes: options.spaceAroundQuotes === 'ignore',
    newline: options.newline === 'any' ? 'any' : lf,
  };
}

/**
 * Whether the fast reader takes it: PostgreSQL's COPY reads accepted rows as they stand in the file.
 *
 * @param formulas which columns take `="…"` in the place of quotes
 */
export function isPlain(dialect: Dialect, formulas: readonly boolean[] = []): boolean {
  return (
    !formulas.includes(true) &&
    isPlainDelimiter(dialect.delimiter) &&
    dialect.quote === '"' &&
    dialect.escape === 'double' &&
    !dialect.ignoresSpaceAroundQuotes &&
    dialect.newline === 'any'
  );
}

/** One ASCII character. With `\` or `.` a row of two values could look like `\.`, which ends the data for COPY. */
function isPlainDelimiter(delimiter: string): boolean {
  return delimiter.length === 1 && delimiter <= '\x7f' && delimiter !== '\\' && delimiter !== '.';
}

/**
 * Whether it is a text format of PostgreSQL's `COPY … TO` or MySQL's `SELECT … INTO OUTFILE`: without quotes NULL is
 * `\N`, so nothing at all is the empty text.
 */
export function isTextFormat(dialect: Pick<Dialect, 'quote' | 'escape'>): boolean {
  return dialect.quote === 'none' && dialect.escape === 'backslash';
}
