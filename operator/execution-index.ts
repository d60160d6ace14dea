import { type ListExecutionsCommandInput, paginateListExecutions } from '@aws-sdk/client-sfn';
import type { Connection } from './connection.ts';
import { describeByLedger } from './describe-by-ledger.ts';
import { type ExecutionMemory, isSameState } from './execution-memory.ts';
import type { LedgerRow } from './ledger.ts';
import { bareExecution, type Execution, type ListedExecution, readExecution } from './read-execution.ts';

/** A page of Step Functions' list: the most for the first time, the default when only what is new is asked for. */
const FIRST_PAGE = 1000;
const LATER_PAGE = 100;
/** How many executions are read at a time: fast enough, and within what Step Functions allows for long. */
const AT_ONCE = 5;
/** Details that nobody has asked for so long are not read on. */
const ABANDONED_MS = 10_000;

interface Entry {
  listed: ListedExecution;
  execution: Execution;
  /** Whether all that a list needs is known of it. */
  final: boolean;
}

/** All executions as they are known by now. */
export interface IndexSnapshot {
  /** Newest first. */
  executions: Execution[];
  /** Of how many the details are still missing, in part at least. */
  unread: number;
  /** Whether older executions have not been listed yet. */
  incomplete: boolean;
  /** Why the ledger could not be read; null where it could, or where none is configured. */
  ledgerProblem: string | null;
}

/**
 * All executions of a state machine, kept up to date: to search, sort and count them, which Step Functions cannot. The
 * list of Step Functions says which there are; the ledger, where it can be read, what they have imported; the rest is
 * asked for one by one, newest first, while the first answers are there already.
 */
export class ExecutionIndex {
  readonly #memory: ExecutionMemory;
  readonly #entries = new Map<string, Entry>();
  #of: Connection | null = null;
  #listedAll = false;
  #ledgerProblem: string | null = null;
  #update: Promise<void> | null = null;
  #reading: Promise<void> | null = null;
  /** Of the details; in milliseconds. */
  #neededUntil = 0;

  constructor(memory: ExecutionMemory) {
    this.#memory = memory;
  }

  /** What is known after at most this time; the search goes on behind it. */
  async read(connection: Connection, patienceMs: number): Promise<IndexSnapshot> {
    const giveUp = AbortSignal.timeout(patienceMs);
    const patience = new Promise<void>((resolve) => giveUp.addEventListener('abort', () => resolve()));
    this.#startOver(connection);
    this.#neededUntil = Date.now() + patienceMs + ABANDONED_MS;
    await Promise.race([this.#updated(connection), patience]);
    if (!giveUp.aborted) await Promise.race([this.#readRest(connection), patience]);
    const entries = [...this.#entries.values()].sort(newestFirst);
    return {
      executions: entries.map(({ execution }) => inTime(execution)),
      unread: entries.filter(({ final }) => !final).length,
      incomplete: !this.#listedAll,
      ledgerProblem: this.#ledgerProblem,
    };
  }

  /** Another connection, such as to a local stack that was started anew, may have other executions. */
  #startOver(connection: Connection): void {
    if (this.#of === connection) return;
    this.#of = connection;
    this.#entries.clear();
    this.#listedAll = false;
    this.#update = null;
    this.#reading = null;
  }

  #updated(connection: Connection): Promise<void> {
    if (this.#update === null) {
      const update = this.#list(connection);
      this.#update = update;
      const forget = () => {
        if (this.#update === update) this.#update = null;
      };
      update.then(forget, forget);
    }
    return this.#update;
  }

  async #list(connection: Connection): Promise<void> {
    if (!this.#listedAll) {
      await this.#listPages(connection, { maxResults: FIRST_PAGE }, false);
      this.#listedAll = true;
      return;
    }
    // What is new, what a redrive has changed, and what was running.
    await Promise.all([
      this.#listPages(connection, { maxResults: LATER_PAGE }, true),
      this.#listPages(connection, { maxResults: FIRST_PAGE, redriveFilter: 'REDRIVEN' }, false),
    ]);
    await this.#endRunning(connection);
  }

  /** @param untilKnown whether a page whose last execution is known is the last one */
  async #listPages(
    connection: Connection,
    request: Omit<ListExecutionsCommandInput, 'stateMachineArn'>,
    untilKnown: boolean,
  ): Promise<void> {
    const { sfn: client, stateMachineArn } = connection;
    const pages = paginateListExecutions({ client }, { stateMachineArn, ...request });
    // While the ledger is asked about a page, the next one comes.
    let entered = Promise.resolve();
    for await (const { executions = [] } of pages) {
      const last = executions.at(-1);
      const known = last !== undefined && this.#entries.has(last.executionArn!);
      await entered;
      entered = this.#enter(connection, executions);
      if (untilKnown && known) break;
    }
    await entered;
  }

  /** Of executions that ran when they were listed last, and are on no page that was read since. */
  async #endRunning(connection: Connection): Promise<void> {
    const running = [...this.#entries.values()].filter(({ listed }) => listed.status === 'RUNNING');
    if (running.length === 0) return;
    const still = new Set<string>();
    const { sfn: client, stateMachineArn } = connection;
    const request = { stateMachineArn, statusFilter: 'RUNNING' as const };
    for await (const { executions = [] } of paginateListExecutions({ client }, request)) {
      for (const { executionArn } of executions) still.add(executionArn!);
    }
    for (const { listed } of running) {
      const { executionArn } = listed;
      if (still.has(executionArn!)) continue;
      const execution = await readExecution(connection, executionArn!);
      const ended: ListedExecution = {
        ...listed,
        status: execution.status as NonNullable<ListedExecution['status']>,
        stopDate: execution.endedAt === null ? undefined : new Date(execution.endedAt),
        redriveCount: execution.redrives,
      };
      this.#entries.set(executionArn!, { listed: ended, execution, final: true });
    }
  }

  async #enter(connection: Connection, listed: readonly ListedExecution[]): Promise<void> {
    const changed = listed.filter((each) => {
      const known = this.#entries.get(each.executionArn!);
      return known === undefined || !isSameState(known.listed, each);
    });
    const unknown: ListedExecution[] = [];
    for (const each of changed) {
      const remembered = this.#memory.recall(each);
      if (remembered === null) unknown.push(each);
      else this.#entries.set(each.executionArn!, { listed: each, execution: remembered, final: true });
    }
    const rows = await this.#askLedger(connection, unknown);
    for (const each of unknown) {
      const row = rows.get(each.executionArn!);
      const described = row === undefined ? null : describeByLedger(each, row);
      const entry = described ?? { execution: bareExecution(each), final: false };
      this.#entries.set(each.executionArn!, { listed: each, ...entry });
    }
  }

  async #askLedger(
    { ledger }: Connection,
    listed: readonly ListedExecution[],
  ): Promise<Map<string, LedgerRow>> {
    if (ledger === undefined) return new Map();
    try {
      const found = await ledger.find(listed);
      if (listed.length > 0) this.#ledgerProblem = null;
      return found;
    } catch (error) {
      // Several addresses of one host make an error without a message.
      const { message, code } = error as Error & { code?: string };
      this.#ledgerProblem = message || code || 'unknown';
      return new Map();
    }
  }

  /** Reads what the ledger does not tell; all that ask meanwhile wait for the same. */
  #readRest(connection: Connection): Promise<void> {
    if (this.#reading === null) {
      const reading = this.#readMissing(connection);
      this.#reading = reading;
      const forget = () => {
        if (this.#reading === reading) this.#reading = null;
      };
      reading.then(forget, forget);
    }
    return this.#reading;
  }

  async #readMissing(connection: Connection): Promise<void> {
    const tried = new Set<ListedExecution>();
    while (this.#of === connection && Date.now() < this.#neededUntil) {
      const batch = this.#newestMissing(tried);
      if (batch.length === 0) return;
      await Promise.all(
        batch.map(async ({ listed, execution: known }) => {
          tried.add(listed);
          const read = await this.#memory.read(connection, listed);
          // Of a failure, only the ledger counts the rows; of any, only it has the values.
          const values = known.values === undefined ? {} : { values: known.values };
          const execution = { ...read, ...values, counts: read.counts ?? known.counts };
          // One that runs and has not been validated yet is read again.
          const final = execution.status !== 'RUNNING' || execution.import !== null;
          if (this.#entries.get(listed.executionArn!)?.listed === listed)
            this.#entries.set(listed.executionArn!, { listed, execution, final });
        }),
      );
    }
  }

  /** What came while others were being read comes before them. */
  #newestMissing(tried: ReadonlySet<ListedExecution>): Entry[] {
    const missing = [...this.#entries.values()].filter(({ final, listed }) => !final && !tried.has(listed));
    return missing.sort(newestFirst).slice(0, AT_ONCE);
  }
}

function newestFirst(a: Entry, b: Entry): number {
  const later = b.listed.startDate!.getTime() - a.listed.startDate!.getTime();
  return later || (a.listed.name! < b.listed.name! ? 1 : -1);
}

/** Of one that runs, the duration is up to now. */
function inTime(execution: Execution): Execution {
  if (execution.status !== 'RUNNING') return execution;
  return { ...execution, seconds: (Date.now() - Date.parse(execution.startedAt)) / 1000 };
}
