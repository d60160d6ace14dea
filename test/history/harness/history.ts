import type { FileRow, Row, Stream, TableName } from './world.ts';

/** What happens, step by step; the actions of one step happen at once. */
export interface History {
  table: TableName;
  /** Rows of the table at the beginning, no id twice. */
  before: readonly Row[];
  /** The files that are uploaded, again and again. */
  files: readonly (readonly FileRow[])[];
  steps: readonly (readonly Action[])[];
}

export type Action = Start | ApplicationWrites;

/** An importer is started. */
export interface Start {
  kind: 'start';
  stream: Stream;
  /**
   * For which version. `next`: for one that was uploaded just now. `late`: for one that was uploaded before the newest,
   * and whose event comes only now. A number: once more for the version that was started so many different ones ago.
   */
  version: 'next' | 'late' | number;
  /** Which of the files a version is, that is started for the first time. */
  file: number;
  stop: Stop | null;
}

/** What befalls an attempt at a moment. */
export interface Stop {
  moment: Moment;
  /** How often the moment has come before. */
  nth: number;
  fate: Fate;
}

/**
 * `connected`: before the n-th query of the sessions that load; `began`: of those after BEGIN; `copied`: of those after
 * the first COPY; `commit`: before the n-th COMMIT; `read`: before the n-th GET of the upload.
 */
export type Moment = 'connected' | 'began' | 'copied' | 'commit' | 'read';

/**
 * `waits`: it stands still until all else in its step has ended, or waits too. `orphaned`: so too, but the session with
 * its locks is ended meanwhile. `cut`: its connection is cut. `reply lost`: so too, once PostgreSQL has done what it was
 * told. `session ended`: PostgreSQL ends the session. `told to stop`: by SIGTERM. `killed`: whatever it does from now
 * on, neither PostgreSQL nor S3 hear of it. `refused`: by S3. `broken off`: S3 delivers a part only, once.
 */
export type Fate =
  | 'waits'
  | 'orphaned'
  | 'cut'
  | 'reply lost'
  | 'session ended'
  | 'told to stop'
  | 'killed'
  | 'refused'
  | 'broken off';

/** A transaction of the application. */
export interface ApplicationWrites {
  kind: 'application';
  statements: readonly Statement[];
  end: 'commit' | 'rollback';
  /** Before which statement (or its end) it stands still until all else in its step has ended or waits; null: nowhere. */
  waitsBefore: number | null;
}

/**
 * `put`: inserts a row, or gives an existing one its owner. `remove`: deletes one, having put it before, so that the key
 * is locked either way: READ COMMITTED keeps the application's own transactions in a serial order only where all they
 * depend on is locked. `update` and `delete` lock nothing where there is no such row, so they stand alone.
 */
export interface Statement {
  kind: 'put' | 'remove' | 'update' | 'delete';
  id: number;
  owner: string | null;
}

/** A start whose version is known. */
export interface NumberedStart extends Omit<Start, 'version' | 'file'> {
  version: number;
  file: number;
}

export type NumberedAction = NumberedStart | ApplicationWrites;

/** Numbers the versions of each stream in the order of their uploads. */
export function numberVersions({ steps }: History): NumberedAction[][] {
  const streams = new Map<Stream, { started: number[]; files: Map<number, number> }>();
  const number = (start: Start): NumberedStart => {
    const known = streams.get(start.stream) ?? { started: [], files: new Map<number, number>() };
    streams.set(start.stream, known);
    const { started, files } = known;
    const newest = Math.max(0, ...started);
    const distinct = [...new Set(started.toReversed())];
    const again = typeof start.version === 'number' ? distinct[start.version % distinct.length] : null;
    const late = start.version === 'late' && newest > 0 && !started.includes(newest - 1) ? newest - 1 : null;
    // Every other number is kept for an upload whose event comes late.
    const version = again ?? late ?? newest + 2;
    started.push(version);
    if (!files.has(version)) files.set(version, start.file);
    return { ...start, version, file: files.get(version)! };
  };
  return steps.map((step) => step.map((action) => (action.kind === 'start' ? number(action) : action)));
}
