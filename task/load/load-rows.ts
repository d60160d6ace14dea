import type { Delimiter, ImportColumn, ImportDefinition } from '../../contract/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';
import { type CopyIn, startCopy } from './copy.ts';
import { type DatabaseError, refusesRows } from './database-failure.ts';
import { qualified } from './identifier.ts';
import { type MergeCounts, mergeStaging } from './merge.ts';
import { copyStatement, createStaging, readOtherTypes, STAGING } from './staging.ts';
import type { Transaction } from './transaction.ts';
import { findUnreadable, findViolations, type Violations } from './violations.ts';

/** How many refused rows are looked up in the file for the reject files. */
export const VIOLATIONS_LIMIT = 1000;

/** Thrown when the database refuses rows: the transaction is lost, and these are the rows. */
export class RowsRefused extends Error {
  readonly violations: Violations;

  constructor(violations: Violations, cause: DatabaseError) {
    super(`refused by ${violations.what}`, { cause });
    this.violations = violations;
  }
}

/**
 * Loads accepted rows into the target inside the caller's transaction.
 *
 * @param staged whether rows go through a staging table: always for `upsert` and `replace`; an `append` is copied
 *   straight into the target, and staged only to find out which rows the database refused
 * @param feed writes all accepted rows and returns how many they were
 * @throws RowsRefused when staged and the database refuses rows
 * @throws ImportFailure `CountsDisagree` when PostgreSQL counts other rows than were fed
 */
export async function loadRows(
  tx: Transaction,
  definition: ImportDefinition,
  { filled, delimiter }: { filled: readonly ImportColumn[]; delimiter: Delimiter },
  staged: boolean,
  feed: (copy: CopyIn) => Promise<number>,
): Promise<MergeCounts> {
  if (staged) await createStaging(tx, definition, filled);
  const into = staged ? STAGING : qualified(definition.schema, definition.tableName);
  const copy = await startCopy(tx, copyStatement(into, filled, delimiter));
  let fed: number;
  try {
    fed = await feed(copy);
  } catch (error) {
    // A connection in the middle of a COPY could not even roll back.
    await copy.abandon();
    throw error;
  }
  const copied = await copy.finish();
  if (copied !== fed) {
    throw new ImportFailure(
      'CountsDisagree',
      `PostgreSQL copied ${copied} rows, but the importer sent ${fed}.`,
    );
  }
  if (!staged) return { inserted: copied, updated: 0, unchanged: 0, duplicates: 0, deleted: 0 };

  for (const column of filled.filter(({ type }) => type.kind === 'other')) {
    await refusable(
      tx,
      () => readOtherTypes(tx, column),
      () => findUnreadable(tx, column, VIOLATIONS_LIMIT),
    );
  }
  return refusable(
    tx,
    () => mergeStaging(tx, definition, filled, copied),
    (error) => findViolations(tx, definition, error, VIOLATIONS_LIMIT),
  );
}

/** Tries something in a savepoint; where the database refuses rows, finds out which. */
async function refusable<T>(
  tx: Transaction,
  attempt: () => Promise<T>,
  diagnose: (error: DatabaseError) => Promise<Violations>,
): Promise<T> {
  try {
    return await tx.savepoint(attempt);
  } catch (error) {
    if (!refusesRows(error)) throw error;
    throw new RowsRefused(await diagnose(error), error);
  }
}
