import { describeAction } from './describe.ts';
import type { History } from './history.ts';
import type { Committed, HistoryHarness, LedgerEntry } from './history-harness.ts';
import { type Event, explain, type State, tableText } from './model.ts';
import { checkResults } from './results.ts';
import type { EndedAttempt, EndedTransaction } from './running.ts';
import { type FileRow, hasTooManyRejects, importOf } from './world.ts';

/** Says at each quiet point whether table, ledger and results are what they may be. */
export class Judge {
  readonly #harness: HistoryHarness;
  readonly #history: History;
  readonly #attempts: EndedAttempt[] = [];
  /** Everything that is known, as far as it is not ambiguous what came first. */
  #states: readonly State[];
  #seen = 0;

  constructor(harness: HistoryHarness, history: History) {
    this.#harness = harness;
    this.#history = history;
    this.#states = [{ table: history.before, streams: {} }];
  }

  /**
   * @param ended what was under way at once, and has ended
   * @throws Error
   */
  async check(ended: readonly (EndedAttempt | EndedTransaction)[]): Promise<void> {
    const attempts = ended.filter((each) => each.kind === 'start');
    this.#attempts.push(...attempts);
    const left = await this.#harness.sessionsLeft();
    if (left.length > 0) fail(`Sessions or locks are left: ${JSON.stringify(left)}`, ended);

    const [committed, table, ledger, waiting] = await Promise.all([
      this.#harness.committedSince(this.#seen),
      this.#harness.readTable(this.#history.table),
      this.#harness.readLedger(),
      this.#harness.waitingRuns(),
    ]);
    this.#seen = Math.max(this.#seen, ...committed.map(({ number }) => number));
    for (const each of attempts) this.#checkEnd(each, committed, ended);

    const chains = [...this.#chains(attempts, committed), ...this.#transactions(ended)];
    const before = this.#states;
    const explained = explain(before, chains, table);
    if ('reasons' in explained) {
      const told = [
        'No serial order explains what is there.',
        `The table held: ${tableText(before[0]!.table) || 'nothing'}`,
        ...chains.map((chain) => `Happened: ${chain.map(describeEvent).join(', then ') || 'nothing'}`),
        `The table holds: ${tableText(table) || 'nothing'}`,
        ...explained.reasons.slice(0, 12).map((reason) => `Not so, since ${reason}`),
      ];
      fail(told.join('\n'), ended);
    }
    this.#states = explained.states;
    this.#checkLedger(ledger, waiting, attempts, ended);
    await checkResults(this.#harness, this.#attempts).catch((error: Error) => fail(error.message, ended));
  }

  #checkEnd(
    { report, action, name, stopped, error, runId }: EndedAttempt,
    committed: readonly Committed[],
    ended: readonly (EndedAttempt | EndedTransaction)[],
  ): void {
    const tell = (what: string) => fail(`${what} (${describeAction(action)})`, ended);
    if (report === null) {
      if (!stopped) tell(`An attempt left no report: ${error}`);
      return;
    }
    const { failure, outcome } = report;
    if (failure?.blame === 'file' && !hasTooManyRejects(action.stream, this.#rowsOf(action.file))) {
      tell(`The file is good, but the attempt failed: ${failure.name}: ${failure.message}`);
    }
    if (failure?.blame === 'system' && (!stopped || action.stop?.fate === 'waits')) {
      const isLast = ended.findLast((each) => each.kind === 'start' && each.runId === runId);
      const passes = failure.retryable && isLast?.kind === 'start' && isLast.name !== name;
      if (!passes) tell(`Nothing befell the attempt, but it failed: ${failure.name}: ${failure.message}`);
    }
    if (outcome === 'queued') tell('The attempt went away to wait, and nothing else runs');
    if (outcome !== 'imported') return;
    const word = committed.find((each) => each.kind === 'imported' && each.attempt === name);
    if (word === undefined) tell('The report says imported, and the ledger does not');
    if (JSON.stringify(word!.counts, keysInOrder) !== JSON.stringify(report.counts, keysInOrder)) {
      tell(
        `The report counts ${JSON.stringify(report.counts)}, but the ledger ${JSON.stringify(word!.counts)}`,
      );
    }
  }

  /** What each attempt did, in its order. */
  #chains(attempts: readonly EndedAttempt[], committed: readonly Committed[]): Event[][] {
    return attempts.map(({ action, name, report }) => {
      const { stream, version, file } = action;
      const of = { stream, version, rows: this.#rowsOf(file) };
      const own = committed.filter((each) => each.attempt === name);
      const batches = own.filter(({ kind }) => kind === 'batch');
      const chain: Event[] = batches.map(({ first, counts }) => ({
        kind: 'batch',
        first: first!,
        counts,
        ...of,
      }));
      const word = own.find(({ kind }) => kind === 'imported');
      if (word !== undefined) {
        const whole = importOf(stream).commit === 'file';
        chain.push({ kind: 'imported', whole, counts: word.counts, ...of });
      } else if (report?.outcome === 'already-imported' || report?.outcome === 'superseded') {
        chain.push({ kind: report.outcome, ...of });
      } else if (report?.failure?.blame === 'file') {
        chain.push({ kind: 'rejected', ...of });
      }
      return chain;
    });
  }

  #transactions(ended: readonly (EndedAttempt | EndedTransaction)[]): Event[][] {
    const keyed = this.#history.table === 'accounts';
    return ended.flatMap((each) =>
      each.kind === 'application' && each.committed
        ? [[{ kind: 'application', statements: each.action.statements, keyed }]]
        : [],
    );
  }

  #checkLedger(
    ledger: readonly LedgerEntry[],
    waiting: readonly string[],
    attempts: readonly EndedAttempt[],
    ended: readonly (EndedAttempt | EndedTransaction)[],
  ): void {
    const wasKilled = (runId: string) => {
      const last = this.#attempts.findLast((each) => each.runId === runId);
      return last?.stopped === true && last.action.stop?.fate === 'killed';
    };
    const waits = waiting.filter((runId) => !wasKilled(runId));
    if (waits.length > 0) fail('A run that has ended is still entered as waiting', ended);
    for (const { runId, status, failure } of ledger) {
      const its = attempts.filter((each) => each.runId === runId);
      const ofRun = this.#attempts.find((each) => each.runId === runId)!;
      const tell = (what: string) => fail(`${what} (${describeAction(ofRun.action)})`, ended);
      if ((status === 'running' || status === 'queued') && !wasKilled(runId)) {
        tell(`Nothing runs, but the ledger says ${status}`);
      }
      if ((status === 'failed') !== (failure !== null) && !wasKilled(runId)) {
        tell(`The ledger says ${status}, and the failure is ${failure}`);
      }
      const { stream, version } = ofRun.action;
      const isIn = this.#states.every(({ streams }) => streams[stream]?.imported.includes(version));
      const isOut = this.#states.every(({ streams }) => !streams[stream]?.imported.includes(version));
      if ((status === 'imported' && isOut) || (status !== 'imported' && isIn)) {
        tell(`The ledger says ${status}, but the rows are ${isIn ? '' : 'not '}in`);
      }
      const [only, ...others] = its;
      const outcome = only?.report?.outcome;
      // An attempt that fails afterwards takes nothing back.
      const endedWell =
        status === 'imported' ||
        (status === 'already-imported' &&
          this.#attempts.some(
            (each) =>
              each.runId === runId &&
              // It has committed, and never heard of it.
              (each.report?.outcome === status || (each.stopped && each.action.stop?.fate === 'reply lost')),
          ));
      if (outcome !== undefined && others.length === 0 && !endedWell && status !== outcome) {
        tell(`The ledger says ${status}, but the report ${outcome}`);
      }
    }
  }

  #rowsOf(file: number): readonly FileRow[] {
    return this.#history.files[file]!;
  }
}

function describeEvent(event: Event): string {
  if (event.kind === 'application') return 'the application’s transaction';
  const counts = 'counts' in event ? ` ${describeCounts(event.counts)}` : '';
  return `${event.stream} version ${event.version} ${event.kind}${counts}`;
}

function describeCounts(counts: object): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return `(${some.map(([name, count]) => `${name} ${count}`).join(', ')})`;
}

/** Makes objects with the same members the same text. */
function keysInOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @throws Error with how everything of the step ended */
function fail(what: string, ended: readonly (EndedAttempt | EndedTransaction)[]): never {
  const ends = ended.map((each) => {
    if (each.kind === 'application') {
      return `${describeAction(each.action)}: ${each.committed ? 'committed' : 'rolled back'}`;
    }
    const { report, error } = each;
    const end =
      report === null
        ? `no report (${error})`
        : `${report.outcome}${report.failure === null ? '' : ` ${report.failure.name}`}`;
    return `${describeAction(each.action)}: ${end}`;
  });
  throw new Error([what, 'In the step:', ...ends.map((end) => `- ${end}`)].join('\n'));
}
