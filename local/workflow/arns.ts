import { ApiError } from '../aws-json/api-error.ts';

const EXECUTION = /^arn:[^:]+:states:[^:]+:\d{12}:execution:[^:]+:[^:]+$/;
/** With a version's number or an alias behind it where it is qualified. */
const STATE_MACHINE = /^arn:[^:]+:states:[^:]+:\d{12}:stateMachine:[^:]+(:[^:]+)?$/;

/** @throws ApiError `InvalidArn` for what is no ARN of an execution */
export function checkExecutionArn(arn: string): void {
  if (!EXECUTION.test(arn)) throw invalid(arn);
}

/** @throws ApiError `InvalidArn` for what is no ARN of a state machine */
export function checkStateMachineArn(arn: string): void {
  if (!STATE_MACHINE.test(arn)) throw invalid(arn);
}

function invalid(arn: string): ApiError {
  return new ApiError('InvalidArn', `Invalid Arn: '${arn}'`);
}
