import fc, { type Arbitrary } from 'fast-check';
import type { Action, ApplicationWrites, Fate, History, Moment, Start, Statement, Stop } from './history.ts';
import type { FileRow, Row, Stream, TableName } from './world.ts';

/** What a kind of histories is made of. */
interface Ingredients {
  /** The streams that are imported, by their table: histories are of one table each. */
  streams: Partial<Record<TableName, readonly Stream[]>>;
  /** Whether a history is of one stream, so that its versions meet in it. */
  oneStream: boolean;
  /** How many actions happen at once at most. */
  together: number;
  /** How often the application writes, for each two importers. */
  application: number;
  /** How often importers are started for new versions, for known ones, and for such whose events come late. */
  versions: { next: number; again: number; late: number };
  /** What befalls every second attempt. */
  stops: Arbitrary<Stop>;
  /** How many rows of the files are wrong, for each six that are right. */
  rejects: number;
}

const at = (moment: Moment, first: number, last: number, ...fates: Fate[]): Arbitrary<Stop> =>
  fc.record({
    moment: fc.constant(moment),
    nth: fc.integer({ min: first, max: last }),
    fate: fc.constantFrom(...fates),
  });

const sessionFates: Fate[] = ['cut', 'reply lost', 'session ended', 'told to stop', 'killed'];
const failing = fc.oneof(
  at('began', 0, 9, ...sessionFates),
  at('copied', 0, 6, ...sessionFates),
  at('commit', 0, 2, ...sessionFates),
  at('read', 0, 1, 'refused', 'broken off', 'killed', 'told to stop'),
);
/** Some batches are in, and not the word that all are. */
const failingHalfWay = at('commit', 1, 2, 'cut', 'session ended', 'killed');
const failingBeforeSlot = at('connected', 0, 3, 'cut', 'session ended', 'told to stop', 'killed');
const waiting = fc.oneof(
  { weight: 1, arbitrary: at('began', 0, 9, 'waits') },
  { weight: 3, arbitrary: at('copied', 0, 7, 'waits') },
  // Holds all its locks, so that others queue behind it with a snapshot from before its COMMIT.
  { weight: 3, arbitrary: at('commit', 0, 1, 'waits') },
);
const orphaning = fc.oneof(
  at('read', 0, 2, 'orphaned'),
  at('copied', 0, 6, 'orphaned'),
  at('commit', 0, 2, 'orphaned'),
);

const inOrder = { next: 2, again: 1, late: 0 };
const outOfOrder = { next: 6, again: 3, late: 1 };
const mostlyAgain = { next: 1, again: 2, late: 0 };
const onlyAgain = { next: 0, again: 1, late: 0 };

/** Each looks for faults of one kind, so that none hides another; `all` mixes everything. */
export const kinds = {
  versions: {
    streams: {
      accounts: ['upsert/a', 'replace/a', 'upsert-batches/a'],
      entries: ['append/a', 'replace-all/a', 'append-batches/a'],
    },
    oneStream: true,
    together: 1,
    application: 0,
    versions: outOfOrder,
    stops: failing,
    rejects: 1,
  },
  batches: {
    streams: { accounts: ['upsert-batches/a', 'upsert-unchecked/a'], entries: ['append-batches/a'] },
    oneStream: true,
    together: 1,
    application: 0,
    versions: inOrder,
    stops: failingHalfWay,
    rejects: 1,
  },
  slots: {
    streams: { accounts: ['upsert/a'], entries: ['append/a'] },
    oneStream: true,
    together: 1,
    application: 0,
    versions: mostlyAgain,
    stops: failingBeforeSlot,
    rejects: 0,
  },
  results: {
    streams: { accounts: ['upsert-batches/a'], entries: ['append-batches/a'] },
    oneStream: true,
    together: 3,
    application: 0,
    versions: onlyAgain,
    stops: at('read', 0, 1, 'orphaned'),
    rejects: 3,
  },
  orphans: {
    streams: { accounts: ['upsert-batches/a'], entries: ['append-batches/a', 'append/a'] },
    oneStream: true,
    together: 2,
    application: 0,
    versions: mostlyAgain,
    stops: orphaning,
    rejects: 1,
  },
  upserts: {
    streams: { accounts: ['upsert/a', 'upsert/b', 'upsert-batches/a'] },
    oneStream: false,
    together: 3,
    application: 0,
    versions: inOrder,
    stops: waiting,
    rejects: 0,
  },
  replaces: {
    streams: { accounts: ['replace/a', 'replace/b'], entries: ['replace-all/a', 'replace-all/b'] },
    oneStream: false,
    together: 3,
    application: 0,
    versions: inOrder,
    stops: waiting,
    rejects: 0,
  },
  application: {
    streams: {
      accounts: ['upsert/a', 'upsert-batches/a', 'replace/a'],
      entries: ['append/a', 'append-batches/a', 'replace-all/a'],
    },
    oneStream: false,
    together: 2,
    application: 2,
    versions: inOrder,
    stops: waiting,
    rejects: 0,
  },
  all: {
    streams: {
      accounts: ['upsert/a', 'upsert/b', 'replace/a', 'upsert-batches/a', 'upsert-unchecked/a'],
      entries: ['append/a', 'append/b', 'append-batches/a', 'replace-all/a'],
    },
    oneStream: false,
    together: 3,
    application: 1,
    versions: outOfOrder,
    stops: fc.oneof(waiting, waiting, failing, orphaning, failingBeforeSlot),
    rejects: 1,
  },
} satisfies Record<string, Ingredients>;
export type Kind = keyof typeof kinds;

/** Few of each, so that rows meet. */
const id = fc.integer({ min: 1, max: 4 });
const owner = fc.constantFrom('a', 'b', 'c', null);
const row: Arbitrary<Row> = fc.record({ id, owner });

/** Histories of a kind. */
export function histories(kind: Kind): Arbitrary<History> {
  const { streams, oneStream, ...ingredients }: Ingredients = kinds[kind];
  const tables = Object.entries(streams) as [TableName, readonly Stream[]][];
  const choices = tables.flatMap(([table, all]) =>
    (oneStream ? all.map((each) => [each]) : [all]).map((some) => historiesOf(table, some, ingredients)),
  );
  return fc.oneof(...choices);
}

function historiesOf(
  table: TableName,
  streams: readonly Stream[],
  { together, application, versions, stops, rejects }: Omit<Ingredients, 'streams' | 'oneStream'>,
): Arbitrary<History> {
  const start: Arbitrary<Start> = fc.record({
    kind: fc.constant('start'),
    stream: fc.constantFrom(...streams),
    version: fc.oneof(
      { weight: versions.next, arbitrary: fc.constant('next' as const) },
      { weight: versions.again, arbitrary: fc.nat(2) },
      { weight: versions.late, arbitrary: fc.constant('late' as const) },
    ),
    file: fc.nat(1),
    stop: fc.option(stops, { freq: 2 }),
  });
  const action: Arbitrary<Action> = fc.oneof(
    { weight: 2, arbitrary: start },
    { weight: application, arbitrary: table === 'accounts' ? writesOfAccounts : writesOfEntries },
  );
  const fileRow: Arbitrary<FileRow> = fc.oneof(
    { weight: 6, arbitrary: row },
    { weight: rejects, arbitrary: fc.constantFrom('bad' as const, 'forbidden' as const) },
  );
  return fc.record({
    table: fc.constant(table),
    before: fc.uniqueArray(row, { maxLength: 4, selector: (each) => each.id }),
    files: fc.array(fc.array(fileRow, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 2 }),
    steps: fc.array(fc.array(action, { minLength: 1, maxLength: together }), { minLength: 1, maxLength: 8 }),
  });
}

const writes = (statements: Arbitrary<Statement[]>): Arbitrary<ApplicationWrites> =>
  fc.record({
    kind: fc.constant('application'),
    statements,
    end: fc.oneof(
      { weight: 4, arbitrary: fc.constant('commit' as const) },
      { weight: 1, arbitrary: fc.constant('rollback' as const) },
    ),
    waitsBefore: fc.option(fc.nat(3), { freq: 2 }),
  });
const statement = (...which: Statement['kind'][]): Arbitrary<Statement> =>
  fc.record({ kind: fc.constantFrom(...which), id, owner });
const several = (...which: Statement['kind'][]) =>
  fc.array(statement(...which), { minLength: 1, maxLength: 3 });
const alone = (...which: Statement['kind'][]) =>
  fc.array(statement(...which), { minLength: 1, maxLength: 1 });

const writesOfAccounts = writes(fc.oneof(several('put', 'remove'), alone('update', 'delete')));
const writesOfEntries = writes(fc.oneof(several('put'), alone('delete')));
