import type { TableImport } from '../../../contract/definition/define-import.ts';
import { type Counts, noCounts } from '../../../contract/report.ts';
import type { Statement } from './history.ts';
import { canonical, type FileRow, importOf, type Row, type Stream } from './world.ts';

/** Something that was committed, or that an attempt decided, as it was observed. */
export type Event =
  | { kind: 'application'; statements: readonly Statement[]; keyed: boolean }
  /** A batch, with its counts: rows of the file from the first, so many. */
  | ({ kind: 'batch'; first: number; counts: Counts } & OfVersion)
  /** The run's rows are in; `whole`: by this very transaction, else by its batches. */
  | ({ kind: 'imported'; whole: boolean; counts: Counts } & OfVersion)
  | ({ kind: 'already-imported' | 'superseded' | 'rejected' } & OfVersion);

interface OfVersion {
  stream: Stream;
  version: number;
  rows: readonly FileRow[];
}

/** What the table holds, and what is known of each stream. */
export interface State {
  table: readonly Row[];
  streams: Readonly<Record<Stream, StreamState>>;
}

interface StreamState {
  /** The newest version that ended well; 0: none. */
  newest: number;
  /** Versions that ended well; `imported` are those of them whose own runs brought their rows in. */
  ended: readonly number[];
  imported: readonly number[];
  /** Who wrote last under this key, and what; `complete`: all of its file. */
  writer: { version: number; rows: readonly FileRow[]; complete: boolean } | null;
  /** Files that are in. */
  loaded: readonly (readonly FileRow[])[];
  /** First rows of the batches that are in, as `version:row`. */
  batches: readonly string[];
}

const untouched: StreamState = { newest: 0, ended: [], imported: [], writer: null, loaded: [], batches: [] };

/** What an event makes of a state; a text says why it cannot have happened in it. */
export function apply(state: State, event: Event): State | string {
  if (event.kind === 'application') {
    const { statements, keyed } = event;
    return { ...state, table: statements.reduce((table, each) => execute(table, each, keyed), state.table) };
  }
  const { stream, version, rows } = event;
  const definition = importOf(stream);
  const before = state.streams[stream] ?? untouched;
  const after = (table: readonly Row[], changes: Partial<StreamState>): State => ({
    table,
    streams: { ...state.streams, [stream]: { ...before, ...changes } },
  });
  if (event.kind === 'batch') {
    const batch = `${version}:${event.first}`;
    if (definition.mode === 'append' && before.batches.includes(batch)) {
      return `version ${version} appended rows from ${event.first} on once more`;
    }
    if (definition.mode !== 'append' && event.first > 1 && before.writer?.version !== version) {
      return `version ${version} went on behind batches that version ${before.writer?.version} has written over`;
    }
    const part = rows.slice(event.first - 1, event.first - 1 + event.counts.read);
    const { table, counts } = load(state.table, part, definition);
    const batches = [...before.batches, batch];
    const writer = { version, rows, complete: false };
    return differ(event.counts, counts) ?? after(table, { batches, writer });
  }
  const due = decide(before, version, rows, definition);
  if (event.kind !== (due === 'load' ? 'imported' : due)) {
    // What has ended well, and is not the newest any more, may be called either.
    const isOld = before.newest > version && before.ended.includes(version);
    const harmless = isOld && (event.kind === 'superseded' || event.kind === 'already-imported');
    // Of a file with too many rejects nothing, or some batches, comes in.
    const refused = event.kind === 'rejected' && due === 'load';
    if (!harmless && !refused) return `version ${version} is due to be: ${due}, not ${event.kind}`;
    return state;
  }
  const ends = { newest: Math.max(before.newest, version), ended: [...before.ended, version] };
  if (event.kind === 'superseded') return state;
  if (event.kind !== 'imported') return after(state.table, ends);
  const { table, counts } = event.whole
    ? load(state.table, rows, definition)
    : { table: state.table, counts: { ...event.counts, ...totals(rows) } };
  return (
    differ(event.counts, counts) ??
    after(table, {
      ...ends,
      imported: [...before.imported, version],
      writer: { version, rows, complete: true },
      loaded: [...before.loaded, rows],
    })
  );
}

/** What is to become of an attempt. */
function decide(
  { newest, ended, writer, loaded }: StreamState,
  version: number,
  rows: readonly FileRow[],
  { mode }: TableImport,
): 'load' | 'already-imported' | 'superseded' {
  // A success is never taken back, whatever a newer version has left behind since.
  if (ended.includes(version)) return 'already-imported';
  if (newest > version) return 'superseded';
  const same = (other: readonly FileRow[]) => JSON.stringify(other) === JSON.stringify(rows);
  const isIn = mode === 'append' ? loaded.some(same) : writer?.complete === true && same(writer.rows);
  return isIn ? 'already-imported' : 'load';
}

/** What is known of the counts without a table. */
function totals(rows: readonly FileRow[]): Pick<Counts, 'read' | 'rejected'> {
  return { read: rows.length, rejected: rows.filter((row) => typeof row === 'string').length };
}

/** The oracle of a load: what rows of a file make of a table. */
function load(table: readonly Row[], rows: readonly FileRow[], { mode, key }: TableImport) {
  const accepted = rows.filter((row) => typeof row !== 'string');
  const counts: Counts = { ...noCounts, ...totals(rows) };
  if (key.length === 0) {
    const kept = mode === 'replace' ? [] : table;
    counts.inserted = accepted.length;
    counts.deleted = table.length - kept.length;
    return { table: [...kept, ...accepted], counts };
  }
  const file = new Map(accepted.map((row) => [row.id, row]));
  counts.duplicates = accepted.length - file.size;
  const result = new Map(table.map((row) => [row.id, row]));
  for (const { id } of mode === 'replace' ? table : []) {
    if (file.has(id)) continue;
    result.delete(id);
    counts.deleted++;
  }
  for (const [id, row] of file) {
    const there = result.get(id);
    if (there === undefined) counts.inserted++;
    else if (there.owner === row.owner) counts.unchanged++;
    else counts.updated++;
    result.set(id, row);
  }
  return { table: [...result.values()], counts };
}

/** What a statement of the application makes of a table; of one without a key it puts and deletes only. */
function execute(table: readonly Row[], { kind, id, owner }: Statement, keyed: boolean): readonly Row[] {
  const others = table.filter((row) => row.id !== id);
  if (kind === 'remove' || kind === 'delete') return others;
  if (kind === 'update') return table.map((row) => (row.id === id ? { id, owner } : row));
  return [...(keyed ? others : table), { id, owner }];
}

function differ(found: Counts, expected: Counts): string | null {
  const wrong = Object.entries(expected).filter(([name, count]) => found[name as keyof Counts] !== count);
  if (wrong.length === 0) return null;
  return wrong
    .map(([name, count]) => `${name} should be ${count}, not ${found[name as keyof Counts]}`)
    .join(', ');
}

/** A table as a text that is equal for equal tables. */
export const tableText = (table: readonly Row[]) => table.map(canonical).sort().join(', ');

/**
 * Looks for serial orders of what happened at once, that explain what is there now.
 *
 * @param chains what happened one after the other is one chain
 * @returns all states that it may have led to, by which the rest is explained; or why there is none
 */
export function explain(
  states: readonly State[],
  chains: readonly (readonly Event[])[],
  table: readonly Row[],
): { states: State[] } | { reasons: string[] } {
  const found = new Map<string, State>();
  const reasons = new Set<string>();
  const seen = new Set<string>();
  const go = (state: State, at: readonly number[]): void => {
    const text = JSON.stringify([tableText(state.table), state.streams]);
    const place = `${at} ${text}`;
    if (seen.has(place)) return;
    seen.add(place);
    if (chains.every((chain, index) => at[index] === chain.length)) {
      if (tableText(state.table) === tableText(table)) found.set(text, state);
      else reasons.add(`then the table would hold: ${tableText(state.table) || 'nothing'}`);
      return;
    }
    for (const [index, chain] of chains.entries()) {
      const event = chain[at[index]!];
      if (event === undefined) continue;
      const next = apply(state, event);
      if (typeof next === 'string') reasons.add(`${event.kind}: ${next}`);
      else go(next, at.with(index, at[index]! + 1));
    }
  };
  for (const state of states) go(state, Array(chains.length).fill(0));
  return found.size > 0 ? { states: [...found.values()] } : { reasons: [...reasons] };
}
