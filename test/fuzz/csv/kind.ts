import type { PgColumnBuilderBase } from 'drizzle-orm/pg-core';
import type { ColumnOptions } from '../../../contract/definition/column-options.ts';
import type { RejectCode } from '../../../contract/reject-codes.ts';

/** What docs/csv.md says of a value: `either` where it leaves it to the importer. */
export type Verdict = 'taken' | 'refused' | 'either';

/** Of a value that the import does not take, since it is not written as declared. */
export const misfit = Symbol('misfit');

/** What a value stands for: a text as PostgreSQL's cast reads it, or NULL. */
export type Meaning = string | null | typeof misfit;

/** A column that generated files have: its type, what the docs say of its values, and values worth trying. */
export interface Kind {
  build(): PgColumnBuilderBase;
  /**
   * What becomes of a value that is not NULL, after docs/csv.md; `read` is what PostgreSQL's own cast makes of it,
   * as text, null where PostgreSQL refuses it. Written without a look at the importer's checks.
   */
  judge(value: string, read: string | null): Verdict;
  /** Whether only some values are taken, so that PostgreSQL must be asked. */
  typed: boolean;
  codes: readonly RejectCode[];
  /** What the import declares of the column, if anything. */
  options?: ColumnOptions;
  /** Then: what a value stands for, after docs/import-options.md. Written without a look at the importer's readers. */
  means?(value: string): Meaning;
  /** Whether the empty value stands for something, too. */
  meansEmpty?: boolean;
  edges: readonly string[];
}

export const taken = (yes: boolean): Verdict => (yes ? 'taken' : 'refused');

/** Values of one form that PostgreSQL reads. */
export function formed(
  build: Kind['build'],
  form: RegExp,
  codes: Kind['codes'],
  edges: readonly string[],
): Kind {
  return {
    build,
    typed: true,
    judge: (value, read) => taken(form.test(value) && read !== null),
    codes,
    edges,
  };
}
