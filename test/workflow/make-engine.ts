import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import type { StateDefinition } from '../../local/template.ts';
import type { TaskBinding } from '../../local/workflow/bindings.ts';
import { Engine } from '../../local/workflow/engine.ts';
import type { Execution } from '../../local/workflow/execution.ts';

export const MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Machine';
export const INVOKE = 'arn:aws:states:::lambda:invoke';

export type States = Record<string, StateDefinition>;

/** A binding that takes whatever a state gives it. */
export type Binding = (parameters: Record<string, unknown>, signal: AbortSignal) => Promise<unknown>;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder for executions, removed with the test file's end. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'csv-import-workflow-'));
  folders.push(folder);
  return folder;
}

export function makeMachine(states: States, more: { TimeoutSeconds?: number } = {}) {
  return {
    name: 'Machine',
    arn: MACHINE_ARN,
    roleArn: 'arn:aws:iam::000000000000:role/machine',
    definition: { StartAt: Object.keys(states)[0]!, States: states, ...more },
  };
}

/** An engine whose Tasks all call `invoke`; closed when the test ends. Nothing waits longer than 50 ms. */
export function makeEngine(
  states: States,
  invoke: Binding = async () => null,
  { folder = makeFolder(), TimeoutSeconds }: { folder?: string; TimeoutSeconds?: number } = {},
): Engine {
  const engine = new Engine({
    stateMachine: makeMachine(states, TimeoutSeconds === undefined ? {} : { TimeoutSeconds }),
    folder,
    bindings: { 'lambda:invoke': invoke as TaskBinding },
    maxWaitSeconds: 0.05,
  });
  // Each execution that a test waits for listens.
  engine.setMaxListeners(0);
  onTestFinished(() => engine.close());
  return engine;
}

/** A Task state that gives its whole input to the binding. */
export function task(more: Partial<StateDefinition>): StateDefinition {
  return { Type: 'Task', Resource: INVOKE, Parameters: { 'input.$': '$' }, TimeoutSeconds: 60, ...more };
}

/** Waits for the execution's (next) end. */
export async function untilEnded(engine: Engine, execution: Execution): Promise<Execution> {
  if (execution.status === 'RUNNING') {
    await new Promise<void>((resolve) => {
      engine.on('status', (changed) => {
        if (changed === execution && changed.status !== 'RUNNING') resolve();
      });
    });
  }
  return execution;
}

/** Waits until the execution is in a state. */
export function untilEntered(engine: Engine, state: string): Promise<void> {
  return new Promise((resolve) => {
    engine.on('state', (_, name) => {
      if (name === state) resolve();
    });
  });
}

export function typesOf(execution: Execution): string[] {
  return execution.events.map(({ type }) => type);
}
