import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Execution } from './execution.ts';

/** How an execution ends that the local stack left in the middle. */
export const STACK_STOPPED = {
  error: 'LocalStackStopped',
  cause:
    'The local stack was stopped while this execution was running. Redrive it: it goes on with the state it was in.',
};

/** All executions of one state machine, kept in a folder. */
export class Executions {
  readonly #folder: string;
  readonly #arnPrefix: string;
  readonly #byName = new Map<string, Execution>();
  /** Their names are taken all the same. */
  readonly #damaged = new Set<string>();

  /** Reads what is there; executions without an end were interrupted and are failed now. */
  constructor(folder: string, stateMachineArn: string) {
    this.#folder = folder;
    this.#arnPrefix = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:`;
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder)) {
      if (!file.endsWith('.jsonl')) continue;
      const name = file.slice(0, -'.jsonl'.length);
      try {
        const execution = Execution.read(this.#arnPrefix + name, join(folder, file));
        if (execution.events.length > 0) this.#byName.set(name, execution);
      } catch (error) {
        this.#damaged.add(name);
        process.emitWarning(
          `Local Step Functions: ${join(folder, file)} is damaged (${(error as Error).message}), so its execution is left out: restore the file, or delete it. Its upload can be imported again by uploading it again.`,
        );
      }
    }
  }

  /** Whether there is an execution of this name that cannot be read. */
  isDamaged(name: string): boolean {
    return this.#damaged.has(name);
  }

  /** Fails what was interrupted; returns those executions. */
  failInterrupted(): Execution[] {
    const interrupted = [...this.#byName.values()].filter(({ status }) => status === 'RUNNING');
    for (const execution of interrupted) {
      execution.append({ type: 'ExecutionFailed', executionFailedEventDetails: STACK_STOPPED });
    }
    return interrupted;
  }

  /** Begins an execution; its first event is on the disk when this returns. */
  create(name: string, started: { input: string; roleArn: string }, revisionId: string): Execution {
    // The name as it is: what a name may not hold, a file's name may not hold either, and 80 characters fit.
    const execution = new Execution(this.#arnPrefix + name, join(this.#folder, `${name}.jsonl`));
    execution.append({ type: 'ExecutionStarted', revisionId, executionStartedEventDetails: started });
    this.#byName.set(name, execution);
    return execution;
  }

  find(arn: string): Execution | undefined {
    return arn.startsWith(this.#arnPrefix) ? this.#byName.get(arn.slice(this.#arnPrefix.length)) : undefined;
  }

  byName(name: string): Execution | undefined {
    return this.#byName.get(name);
  }

  /** Newest first. */
  list(): Execution[] {
    return [...this.#byName.values()].sort((a, b) => b.startDate - a.startDate || (a.name < b.name ? 1 : -1));
  }
}
