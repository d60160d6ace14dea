import type { Random } from '../../../samples/random.ts';
import type { FaultHarness } from './fault-harness.ts';
import { type ClientMessage, type Fate, isCommit, isCopyDone } from './postgres-proxy.ts';
import type { CarrierName, RunningImporter } from './running-importer.ts';
import type { TestedRun } from './tested-run.ts';

/** Starting, migrating, asking the ledger and opening the upload take about so long. */
const START_MS = 600;
/** Merging takes about so long, and so does what follows COMMIT. */
const AFTERWARDS_MS = 60;

/** A moment in an attempt's life. */
interface Moment {
  name: string;
  /** Whether it has come with this message, which has not arrived yet; null: it comes by the clock. */
  at: ((message: ClientMessage) => boolean) | null;
  /** How long after that (or after the start). */
  delayMs: number;
}

/** In the middle of a load. */
export function pickCopying(random: Random, run: TestedRun): Moment {
  const bytes = Math.floor((0.3 + random.next() / 2) * run.file.length);
  return { name: `${bytes} bytes copied`, at: afterBytes(bytes), delayMs: 0 };
}

/** Picks a moment: while it starts, copies, merges, commits, or has committed. */
export function pickMoment(random: Random, run: TestedRun): Moment {
  const nth = random.between(1, run.loads);
  const delayMs = random.between(0, AFTERWARDS_MS);
  const bytes = Math.floor(random.next() * run.file.length * 0.9);
  return random.pick<Moment>([
    { name: 'starting', at: null, delayMs: random.between(0, START_MS) },
    { name: `${bytes} bytes copied`, at: afterBytes(bytes), delayMs: 0 },
    { name: `COPY ${nth}, merging`, at: nthTime(nth, isCopyDone), delayMs },
    { name: `COMMIT ${nth}, before it`, at: nthTime(nth, isCommit), delayMs: 0 },
    { name: `COMMIT ${nth}, after it`, at: nthTime(nth, isCommit), delayMs },
  ]);
}

function nthTime(nth: number, is: (message: ClientMessage) => boolean) {
  let times = 0;
  return (message: ClientMessage) => {
    if (is(message)) times++;
    return times === nth;
  };
}

function afterBytes(bytes: number) {
  let copied = 0;
  return (message: ClientMessage) => {
    copied += message.copied;
    return copied >= bytes;
  };
}

/**
 * Starts an attempt and does something to it at a moment. Without delay, the message that brings the moment waits
 * until it is done.
 *
 * @returns the attempt, once the moment has come
 */
export async function disturb(
  { database }: FaultHarness,
  run: TestedRun,
  { name, at, delayMs }: Moment,
  act: (importer: RunningImporter) => unknown,
  carrier?: CarrierName,
): Promise<RunningImporter> {
  const acted = Promise.withResolvers<void>();
  const importer = run.start(carrier);
  let come = false;
  const later = () => setTimeout(() => acted.resolve(Promise.resolve(act(importer)).then(() => {})), delayMs);
  if (at === null) later();
  else {
    database.onMessage = async (message): Promise<Fate> => {
      if (come || !at(message)) return 'pass';
      come = true;
      if (delayMs > 0) later();
      else {
        const acting = Promise.resolve(act(importer)).then(() => {});
        acted.resolve(acting);
        await acting.catch(() => {});
      }
      return 'pass';
    };
  }
  const early = importer.ended.then(({ output }) => {
    if (at !== null && !come) throw new Error(`The attempt ended before its moment (${name}): ${output}`);
  });
  await Promise.race([acted.promise, early.then(() => acted.promise)]);
  database.onMessage = null;
  return importer;
}
