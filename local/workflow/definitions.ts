import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalTemplate, StateMachineDefinition } from '../template.ts';
import type { Execution } from './execution.ts';

/** What a state machine was at some time. */
export interface Revision {
  /** Names the revision; made of what it says. */
  id: string;
  definition: StateMachineDefinition;
  roleArn: string;
  /** When the local stack first saw it, in milliseconds. */
  since: number;
}

/**
 * The definitions that executions began with, one file each: a redrive goes on with the execution's own, whatever was
 * changed since, as on AWS. ("Redriven executions use the same state machine definition", RedriveExecution)
 */
export class Definitions {
  /** Today's. */
  readonly current: Revision;
  readonly #revisions = new Map<string, Revision>();

  constructor(folder: string, { definition, roleArn }: LocalTemplate['stateMachine']) {
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      const revision = readRevision(join(folder, file));
      if (revision !== null) this.#revisions.set(revision.id, revision);
    }
    const id = createHash('sha256')
      .update(JSON.stringify([definition, roleArn]))
      .digest('hex')
      .slice(0, 16);
    const known = this.#revisions.get(id);
    this.current = known ?? { id, definition, roleArn, since: Date.now() };
    if (known !== undefined) return;
    // In one step: a file that a crash has cut off would keep the stack from starting.
    writeFileSync(join(folder, `${id}.new`), JSON.stringify(this.current));
    renameSync(join(folder, `${id}.new`), join(folder, `${id}.json`));
    this.#revisions.set(id, this.current);
  }

  /** What the execution began with; today's for one from before definitions were kept. */
  of({ revisionId }: Execution): Revision {
    return this.#revisions.get(revisionId ?? '') ?? this.current;
  }

  /** Whether what the execution began with is known: not of one from before definitions were kept. */
  has({ revisionId }: Execution): boolean {
    return this.#revisions.has(revisionId ?? '');
  }

  /** When the state machine came to be, in milliseconds. */
  get creationDate(): number {
    return Math.min(...[...this.#revisions.values()].map(({ since }) => since));
  }
}

/** A definition; null, with a warning, for a damaged file: its executions are redriven from their beginning. */
function readRevision(file: string): Revision | null {
  try {
    const revision = JSON.parse(readFileSync(file, 'utf8')) as Revision;
    if (file.endsWith(`${revision.id}.json`) && typeof revision.definition.States === 'object')
      return revision;
  } catch {
    // Said below.
  }
  process.emitWarning(
    `Local Step Functions: ${file} is damaged: restore it, or delete it. Executions that began with that definition are redriven from their beginning, with today's.`,
  );
  return null;
}
