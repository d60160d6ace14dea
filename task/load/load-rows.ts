import type { ImportColumn, TableImport } from '../../contract/definition/define-import.ts';
import { ImportFailure } from '../../contract/failures.ts';
import type { Counts } from '../../contract/report.ts';
import type { CopyFormat, OpenedFile, RowValue } from '../../csv/index.ts';
import { type CopyIn, startCopy } from './copy.ts';
import { type DatabaseError, refusesRows } from './database-failure.ts';
import { findByHalving, partially } from './halving.ts';
import { qualified } from './identifier.ts';
import { isDeadlock } from './lock-waits.ts';
import { dropEarlierDuplicates, type MergeOptions, mergeStaging } from './merge.ts';
import { mostRejects } from './reject-policy.ts';
import { scopeOf } from './scope.ts';
import { findSimilarKeys, mayBeSimilar } from './similar-keys.ts';
import {
  allowMergeMemory,
  copyStatement,
  createStaging,
  dropStaged,
  mergesByKey,
  ORDINAL,
  orderOf,
  readOtherTypes,
  STAGING,
} from './staging.ts';
import type { Transaction } from './transaction.ts';
import {
  findLaterDuplicates,
  findUnreadable,
  findViolations,
  unstageable,
  type Violations,
} from './violations.ts';

/** So often a merge is tried again after what was in its way has gone by itself. */
const MOST_AGAIN = 5;
/** Two imports do not meet twice, since the second time one merges alone; an application might go on and on. */
const MOST_DEADLOCKS = 3;

/** What became of the rows that were fed. */
export interface Loaded<F extends Fed = Fed> {
  /** What the feed said of them. */
  fed: F;
  counts: Pick<Counts, 'inserted' | 'updated' | 'unchanged' | 'skipped' | 'duplicates' | 'deleted'>;
  /** Rows that are not in, since only the database could tell that they must not be. */
  refused: Violations[];
}

/** How many rows a feed has written, and whatever else it knows of them. */
export interface Fed {
  accepted: number;
  /** Whether they come from ASCII alone. */
  ascii: boolean;
}

/** Thrown when the database rejects rows that cannot be told apart from the others, or too many. */
export class RowsRefused extends Error {
  readonly violations: Violations;

  constructor(violations: Violations, cause?: unknown) {
    super(violations.reason, { cause });
    this.violations = violations;
  }
}

/** What a load has to know of the file. */
export type LoadedFile = Pick<OpenedFile, 'filled' | 'csv'> & {
  file: Pick<OpenedFile['file'], 'copyFormat'>;
  /** What goes into columns that the file does not have. Default: nothing. */
  values?: OpenedFile['values'];
  /** What a replace sets in rows that the file lacks; null: it deletes them. Default: null. */
  marks?: readonly RowValue[] | null;
};

/** Thrown when rows that were copied straight into the table must be staged to be told apart. */
export class StagingNeeded extends Error {}

/** How rows are loaded. */
export interface LoadOptions {
  /**
   * Whether rows go through a staging table. Without one, the database's refusal of any row ends the transaction; with
   * one, the rejected rows are found by queries and set aside.
   */
  staged: boolean;
  dryRun?: boolean;
  /** Carries the merge out, and may try it again, when nothing of it is left. Default: carries it out. */
  retryMerge?<T>(merge: () => Promise<T>): Promise<T>;
}

/**
 * Loads accepted rows into the target inside the caller's transaction.
 *
 * @param feed writes all accepted rows and says how many they were
 * @throws RowsRefused when staged and the database rejects rows that cannot be told apart
 * @throws StagingNeeded when not staged and keys may differ only in how Unicode composes their characters
 * @throws ImportFailure `CountsDisagree` when PostgreSQL counts other rows than were fed
 */
export async function loadRows<F extends Fed>(
  tx: Transaction,
  definition: TableImport,
  { filled, csv, values = [], marks = null, file: { copyFormat: format } }: LoadedFile,
  { staged, dryRun = false, retryMerge = (merge) => merge() }: LoadOptions,
  feed: (copy: CopyIn) => Promise<F>,
): Promise<Loaded<F>> {
  // A deferred constraint would speak up at COMMIT only, when nobody can ask any more which rows it means.
  await tx.unsafe('set constraints all immediate');
  if (staged) await createStaging(tx, definition, filled);
  const into = staged ? STAGING : qualified(definition.schema, definition.tableName);
  const copying = copyRows(tx, copyStatement(into, filled, { ...csv, format }), format, feed);
  const fed = await copying.catch((error: unknown) => {
    if (!staged || !refusesRows(error)) throw error;
    throw new RowsRefused(unstageable(error), error);
  });
  if (!staged) {
    if (await mayBeSimilar(tx, definition, filled, fed.ascii, into)) throw new StagingNeeded();
    const counts = {
      inserted: fed.accepted,
      updated: 0,
      unchanged: 0,
      skipped: 0,
      duplicates: 0,
      deleted: 0,
    };
    return { fed, counts, refused: [] };
  }
  const options = { dryRun, ascii: fed.ascii, scope: scopeOf(definition, values), marks };
  const merged = await new StagedRows(tx, definition, filled, fed.accepted, options).merge(retryMerge);
  return { fed, ...merged };
}

async function copyRows<F extends Fed>(
  tx: Transaction,
  statement: string,
  format: CopyFormat,
  feed: (copy: CopyIn) => Promise<F>,
): Promise<F> {
  const copy = await startCopy(tx, statement, format);
  let fed: F;
  try {
    fed = await feed(copy);
  } catch (error) {
    // A connection in the middle of a COPY could not even roll back.
    await copy.abandon();
    throw error;
  }
  const copied = await copy.finish();
  if (copied !== fed.accepted) {
    throw new ImportFailure(
      'CountsDisagree',
      `PostgreSQL copied ${copied} rows, but the importer sent ${fed.accepted}.`,
    );
  }
  return fed;
}

/** How staged rows are merged; `ascii`: they come from ASCII alone. */
type StagedOptions = Omit<MergeOptions, 'alone'> & { ascii: boolean };

/** The rows in the staging table, less those that were set aside. */
class StagedRows {
  readonly #tx: Transaction;
  readonly #definition: TableImport;
  readonly #filled: readonly ImportColumn[];
  readonly #options: StagedOptions;
  readonly #refused: Violations[] = [];
  #count: number;
  #again = 0;
  /** How often the merge has ended in a deadlock. */
  #deadlocks = 0;

  constructor(
    tx: Transaction,
    definition: TableImport,
    filled: readonly ImportColumn[],
    count: number,
    options: StagedOptions,
  ) {
    this.#tx = tx;
    this.#definition = definition;
    this.#filled = filled;
    this.#count = count;
    this.#options = options;
  }

  /** Merges the rows into the target; sets those aside that it refuses, constraint by constraint. */
  async merge(retry: NonNullable<LoadOptions['retryMerge']>): Promise<Omit<Loaded, 'fed'>> {
    await allowMergeMemory(this.#tx);
    for (const column of this.#filled.filter(({ type }) => type.kind === 'other')) {
      await this.#readColumn(column);
    }
    const { duplicates } = this.#definition;
    if (duplicates === 'reject' && mergesByKey(this.#definition, this.#filled)) {
      const later = await findLaterDuplicates(this.#tx, this.#definition, this.#filled);
      if (later.ordinals.size > 0 || later.more) await this.#setAside(later);
    }
    const { ascii } = this.#options;
    const similar = await findSimilarKeys(this.#tx, this.#definition, this.#filled, ascii);
    if (similar !== null) await this.#setAside(similar);
    for (;;) {
      try {
        const { counts, refused } = await retry(() => this.#tx.savepoint(() => this.#tryMerge()));
        if (refused.some(({ ordinals }) => ordinals.size === 0)) throw new RowsRefused(refused[0]!);
        return { counts, refused: [...this.#refused, ...refused] };
      } catch (error) {
        if (isDeadlock(error) && this.#deadlocks++ < MOST_DEADLOCKS) continue;
        if (!(error instanceof RowsRefused)) throw error;
        // Each round takes rows away, so that it comes to an end.
        await this.#setAside(error.violations, error);
      }
    }
  }

  get #mergeOptions(): MergeOptions {
    return { ...this.#options, alone: this.#deadlocks > 0 };
  }

  async #readColumn(column: ImportColumn): Promise<void> {
    const read = () => readOtherTypes(this.#tx, column);
    try {
      await this.#tx.savepoint(read);
    } catch (error) {
      if (!refusesRows(error)) throw error;
      await this.#setAside(await findUnreadable(this.#tx, column), error);
      await read();
    }
  }

  /** Rolled back with everything it did where the target rejects rows, which may be among the later duplicates. */
  async #tryMerge(): Promise<Omit<Loaded, 'fed'>> {
    const byKey = mergesByKey(this.#definition, this.#filled);
    const duplicates = byKey ? await dropEarlierDuplicates(this.#tx, this.#definition, this.#filled) : 0;
    const merging = () =>
      mergeStaging(this.#tx, this.#definition, this.#filled, this.#count - duplicates, this.#mergeOptions);
    try {
      const { counts, refused } = await this.#tx.savepoint(merging);
      return { counts: { ...counts, duplicates }, refused };
    } catch (error) {
      if (!refusesRows(error)) throw error;
      throw new RowsRefused(await this.#explain(error), error);
    }
  }

  /** Which rows the target refuses: by queries, where these can tell, else by trying. */
  async #explain(error: DatabaseError): Promise<Violations> {
    const found = await findViolations(this.#tx, this.#definition, this.#filled, error);
    if (found.ordinals.size > 0 || found.notTheRows || orderOf(this.#filled) !== ORDINAL) return found;
    const merge = (rows: number, first: boolean) =>
      mergeStaging(this.#tx, partially(this.#definition, first), this.#filled, rows, {
        ...this.#mergeOptions,
        dryRun: false,
      });
    const tried = await findByHalving(this.#tx, merge, mostRejects(this.#definition, this.#count) + 1);
    if (tried.kind === 'whatever the rows') return { ...found, notTheRows: true };
    if (tried.kind === 'nothing refused') return { ...found, gone: true };
    const { ordinals, words, complete } = tried;
    return {
      ...(await findViolations(this.#tx, this.#definition, this.#filled, tried.error)),
      ordinals,
      words,
      more: !complete,
    };
  }

  async #setAside(violations: Violations, cause?: unknown): Promise<void> {
    const { ordinals, more, gone } = violations;
    // Another session has taken back meanwhile what was in the way.
    if (gone && this.#again++ < MOST_AGAIN) return;
    if (ordinals.size === 0 || more) throw new RowsRefused(violations, cause);
    this.#refused.push(violations);
    await dropStaged(this.#tx, ordinals);
    this.#count -= ordinals.size;
  }
}
