import { setTimeout as sleep } from 'node:timers/promises';
import type { Upload } from '../../../contract/upload.ts';
import { startAttempt } from './attempts.ts';
import { describeAction } from './describe.ts';
import type { Gate } from './gate.ts';
import { type History, type NumberedAction, type NumberedStart, numberVersions } from './history.ts';
import type { HistoryHarness } from './history-harness.ts';
import { Judge } from './judge.ts';
import type { EndedAttempt, EndedTransaction, Running } from './running.ts';
import { startTransaction } from './transactions.ts';

type Ended = EndedAttempt | EndedTransaction;

/** A step of a small history takes part of a second; the importer itself waits 20 s for a key's lock. */
const HANGS_AFTER_MS = 60_000;
/** What neither ends, nor stands still, nor waits for a lock by then is not waited for. */
const OVERTAKEN_AFTER_MS = 400;
const POLL_EVERY_MS = 10;
/** As often as the workflow tries again. */
const MOST_RETRIES = 5;

/** Something has not ended. It may disturb later histories in the same database, so these prove nothing. */
export class Hanging extends Error {}

let histories = 0;

/**
 * Carries a history out, then redrives the runs that failed because of the system.
 *
 * @throws HistoryFailed once table, ledger or results are not what some serial order makes of them; or an Error, where
 *   they are not after the redrives
 */
export async function carryOut(harness: HistoryHarness, history: History): Promise<void> {
  await harness.reset(history.table, history.before);
  const player = new Player(harness, history);
  for (const [index, step] of numberVersions(history).entries()) {
    await player.carryOut(step).catch((error: Error) => {
      throw new HistoryFailed(error, index + 1);
    });
  }
  await player.redriveFailed();
}

/** Says in which step it was; what was to come after it has no part in it. */
export class HistoryFailed extends Error {
  readonly step: number;

  constructor(cause: Error, step: number) {
    super(cause.message, { cause });
    this.step = step;
  }
}

class Player {
  readonly #harness: HistoryHarness;
  readonly #history: History;
  readonly #judge: Judge;
  readonly #folder = `h${++histories}`;
  readonly #uploads = new Map<string, Promise<Upload>>();
  /** The last attempt of each run whose last one failed through the system. */
  readonly #failed = new Map<string, NumberedStart>();
  #actions = 0;

  constructor(harness: HistoryHarness, history: History) {
    this.#harness = harness;
    this.#history = history;
    this.#judge = new Judge(harness, history);
  }

  async carryOut(step: readonly NumberedAction[]): Promise<void> {
    const ended = await this.#together(step);
    for (const each of ended) {
      if (each.kind !== 'start') continue;
      this.#failed.delete(each.runId);
      const bySystem = each.report === null || each.report.failure?.blame === 'system';
      if (bySystem) this.#failed.set(each.runId, each.action);
    }
    await this.#judge.check(ended);
  }

  /** Without faults, every run that failed through the system ends well. */
  async redriveFailed(): Promise<void> {
    for (const action of [...this.#failed.values()]) await this.carryOut([{ ...action, stop: null }]);
  }

  async #together(step: readonly NumberedAction[]): Promise<Ended[]> {
    const running: Running<Ended>[] = [];
    for (const action of step) {
      const each = await this.#start(action);
      running.push(each);
      if (standsStill(action)) await this.#untilOvertaken(each, each.gate);
    }
    await Promise.all(running.map((each) => this.#untilOvertaken(each, each.gate)));
    for (const [index, each] of running.entries()) {
      each.gate.open();
      // The next one that stands still goes on once this one has ended, or waits for a lock.
      if (standsStill(step[index]!)) await this.#untilOvertaken(each);
    }
    const ended = await Promise.all(running.map((each) => bounded(each.ended, step)));
    for (let retries = 0; retries < MOST_RETRIES; retries++) {
      const again = retried(ended);
      if (again.length === 0) break;
      const attempts = await Promise.all(again.map((action) => this.#start({ ...action, stop: null })));
      ended.push(...(await Promise.all(attempts.map((each) => bounded(each.ended, step)))));
    }
    return ended;
  }

  async #start(action: NumberedAction): Promise<Running<Ended>> {
    const name = `${this.#folder}-${++this.#actions}.0.1`;
    if (action.kind === 'application') {
      return startTransaction(this.#harness.application, this.#history.table, action, name);
    }
    const { stream, version, file } = action;
    const id = `${stream} ${version}`;
    const upload =
      this.#uploads.get(id) ?? this.#harness.put(stream, this.#folder, version, this.#history.files[file]!);
    this.#uploads.set(id, upload);
    return startAttempt(this.#harness, action, await upload, name);
  }

  /** Until it has ended, comes to a gate, or waits for a lock; what waits in another way is not waited for. */
  async #untilOvertaken({ name, ended }: Running<Ended>, gate?: Gate): Promise<void> {
    let done = false;
    const finish = () => {
      done = true;
    };
    const waits = [ended.then(finish, finish), ...(gate === undefined ? [] : [gate.reached.then(finish)])];
    for (const deadline = Date.now() + OVERTAKEN_AFTER_MS; !done && Date.now() < deadline; ) {
      await Promise.race([...waits, sleep(POLL_EVERY_MS)]);
      if (!done && (await this.#harness.isBlocked(name))) return;
    }
  }
}

function standsStill(action: NumberedAction): boolean {
  if (action.kind === 'application') return action.waitsBefore !== null;
  return action.stop?.fate === 'waits' || action.stop?.fate === 'orphaned';
}

/** Runs whose last attempt failed for a reason that may pass, though the history asked for no failure: the workflow retries. */
function retried(ended: readonly Ended[]): NumberedStart[] {
  const last = new Map<string, EndedAttempt[]>();
  for (const each of ended) {
    if (each.kind === 'start') last.set(each.runId, [...(last.get(each.runId) ?? []), each]);
  }
  return [...last.values()].flatMap((attempts) => {
    const { report, stopped, action } = attempts.at(-1)!;
    const wanted = !stopped || action.stop?.fate === 'waits';
    return wanted && report?.failure?.retryable ? [action] : [];
  });
}

function bounded<T>(work: Promise<T>, step: readonly NumberedAction[]): Promise<T> {
  const hanging = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const seconds = HANGS_AFTER_MS / 1000;
    hanging.reject(
      new Hanging(`This has not ended after ${seconds} s: ${step.map(describeAction).join(' | ')}`),
    );
  }, HANGS_AFTER_MS);
  return Promise.race([work, hanging.promise]).finally(() => clearTimeout(timer));
}
