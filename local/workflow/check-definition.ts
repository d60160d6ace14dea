import { StateMachine } from 'aws-local-stepfunctions';
import type { StateDefinition, StateMachineDefinition } from '../template.ts';
import { bindingName } from './bindings.ts';

/** What is run here. The interpreter knows Map and Parallel too, but history and redrive know one state at a time. */
const STATE_TYPES = ['Task', 'Choice', 'Wait', 'Pass', 'Succeed', 'Fail'];
/** Parts of the context object that the interpreter does not fill. */
const UNKNOWN_CONTEXT = /\$\$\.(State|Task|Map)\b[.\w]*/;

/**
 * Refuses, before anything is run, a definition that would run differently here than on AWS.
 *
 * @param bindings names of the resources that can be run, such as `lambda:invoke`
 * @throws Error naming the state and what of it cannot be run
 */
export function checkDefinition(definition: StateMachineDefinition, bindings: readonly string[]): void {
  if (usesJsonata(definition)) throw new Error('The local stack cannot run JSONata, only JSONPath.');
  for (const [name, state] of Object.entries(definition.States)) {
    const problem = findProblem(state, bindings);
    if (problem !== null) throw new Error(`The local stack cannot run state ${name}: ${problem}.`);
  }
  // Throws for what is against the language itself.
  new StateMachine(definition as never, { validationOptions: { checkArn: false } });
}

function findProblem(state: StateDefinition, bindings: readonly string[]): string | null {
  if (!STATE_TYPES.includes(state.Type)) {
    return `its type is ${state.Type}; known are ${STATE_TYPES.join(', ')}`;
  }
  if (usesJsonata(state)) return 'it is written in JSONata, and only JSONPath is known';
  if ('HeartbeatSeconds' in state || 'HeartbeatSecondsPath' in state) return 'it has a heartbeat';
  const unknown = UNKNOWN_CONTEXT.exec(JSON.stringify(state));
  if (unknown !== null) return `it reads ${unknown[0]} of the context object, which is not filled here`;
  if (state.Type === 'Task' && !bindings.includes(bindingName(state.Resource!))) {
    return `its resource is ${state.Resource}; known are ${bindings.join(', ')}`;
  }
  return null;
}

function usesJsonata(part: object): boolean {
  return (part as { QueryLanguage?: string }).QueryLanguage === 'JSONata';
}
