import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt } from '../contract/environment.ts';
import type { SlotWait } from '../contract/report.ts';
import { type Limits, Slots, type Standing } from './ledger/slots.ts';
import { connect as connectTo, type DatabaseTarget } from './load/connect.ts';
import type { Connection } from './load/connection.ts';

/** How long an importer waits for a slot. Whoever has to wait longer leaves, and costs nothing until it comes back. */
export interface Patience {
  staySeconds: number;
  leastWaitSeconds: number;
}

/**
 * Fargate bills a minute at least, of which starting takes a part: so long a task waits for nothing. A start of it costs
 * more than some idle seconds of a free slot.
 */
const patienceOfTask: Patience = { staySeconds: 30, leastWaitSeconds: 30 };
/** A query of a millisecond; a slot that is free should not stay so for long. */
const POLL_EVERY_MS = 500;
/** Where no run has ended yet. */
const GUESSED_SECONDS = 30;
/** A quarter of an hour hurts nobody. */
const LONGEST_WAIT_SECONDS = 900;
/** A guess that was wrong ten times is made longer: a day of polls stays far below the limit of a history's events. */
const MORE_SECONDS_PER_POLL = 10;

interface Waiting {
  /** Prepares the session that is going to load. */
  connect: () => Connection;
  /** How often the run has polled before; null where nobody would start the importer again. */
  polls: number | null;
  /** Default: a task's. */
  patience?: Patience | undefined;
  signal: AbortSignal;
  onWait: () => void;
}

type SlotOrWait = { loader: Connection; slotWait: null } | { loader: null; slotWait: SlotWait };

/**
 * Waits until the run may load, for as long as that costs nothing.
 *
 * @returns the session that has the slot; or, where the run has to come back later, what it waits for
 */
export async function awaitSlot(slots: Slots, waiting: Waiting): Promise<SlotOrWait> {
  try {
    return await poll(slots, waiting);
  } catch (error) {
    // Where not even that can be entered, the others will notice that nobody polls.
    await slots.giveUp().catch(() => {});
    throw error;
  }
}

async function poll(
  slots: Slots,
  { connect, polls, patience = patienceOfTask, signal, onWait }: Waiting,
): Promise<SlotOrWait> {
  const leaveAt = polls === null ? Number.POSITIVE_INFINITY : Date.now() + patience.staySeconds * 1_000;
  let loader: Connection | undefined;
  for (;;) {
    const standing = await slots.poll();
    // Whoever cannot come back waits in the key's lock itself, and is told who holds it.
    const behindItsKey = standing.keyBusy && polls !== null;
    if (standing.mayTry && !behindItsKey) {
      // A server may end sessions that have nothing to do.
      if (loader === undefined || loader.isClosed()) loader = connect();
      if (await slots.take(loader, polls !== null)) return { loader, slotWait: null };
    }
    onWait();
    const seconds = guessWait(standing, slots.limits);
    const left = leaveAt - Date.now();
    if (polls !== null && (left < POLL_EVERY_MS || seconds * 1_000 > left)) {
      const least = Math.max(patience.leastWaitSeconds, polls * MORE_SECONDS_PER_POLL);
      const waitSeconds = spread(Math.max(least, seconds));
      await slots.leave(waitSeconds);
      return { loader: null, slotWait: describe(standing, slots.limits, waitSeconds) };
    }
    await sleep(POLL_EVERY_MS, undefined, { signal });
  }
}

/** Takes an attempt that has gone to wait out of the queue again, as far as the database lets it. */
export async function leaveQueue(target: DatabaseTarget, attempt: Attempt): Promise<void> {
  const { sql, statements } = connectTo(target, 'csv-import status');
  const slots = new Slots(statements, attempt, { stack: null, import: null });
  await slots.giveUp().catch(() => {});
  await sql.end({ timeout: 2 });
}

/** Seconds until a slot is free for the run, if runs go on to take as long as the last ones did. */
function guessWait({ running, ahead, keyBusy, averageSeconds }: Standing, limits: Limits): number {
  const each = averageSeconds ?? GUESSED_SECONDS;
  const behind = (scope: keyof Limits) => {
    const limit = limits[scope];
    if (limit === null || running[scope] + ahead[scope] < limit) return 0;
    return ((running[scope] + ahead[scope] - limit + 1) * each) / limit;
  };
  return Math.max(behind('stack'), behind('import'), keyBusy ? each : 0);
}

/** Within the limits, and a fifth more or less: those who came together must not come back together. */
function spread(seconds: number): number {
  return Math.ceil(Math.min(LONGEST_WAIT_SECONDS, seconds) * (0.8 + 0.4 * Math.random()));
}

function describe(
  { running, ahead, keyBusy, waitedSeconds }: Standing,
  limits: Limits,
  waitSeconds: number,
): SlotWait {
  const full = (scope: keyof Limits) =>
    limits[scope] !== null && running[scope] + ahead[scope] >= limits[scope];
  const scope = full('import') ? 'import' : 'stack';
  const reason = keyBusy
    ? 'An earlier upload of the same key is being imported, or waits itself.'
    : scope === 'import'
      ? `As many runs of this import load as may at once: ${limits.import} (maxConcurrentRuns of the import).`
      : `As many runs load as may at once: ${limits.stack} (limits.maxConcurrentRuns of the stack).`;
  return { reason, running: running[scope], ahead: ahead[scope], waitedSeconds, waitSeconds };
}
