import type { AwsJsonApi } from '../aws-json/server.ts';
import type { LocalTemplate } from '../template.ts';
import type { Engine } from './engine.ts';
import { createExecutionOperations, createMachineOperations } from './operations.ts';

/** The Step Functions API for one state machine. */
export function stepFunctionsApi(engine: Engine, stateMachine: LocalTemplate['stateMachine']): AwsJsonApi {
  return {
    target: 'AWSStepFunctions',
    version: '1.0',
    operations: {
      ...createExecutionOperations(engine, stateMachine),
      ...createMachineOperations(engine, stateMachine),
    },
  };
}
