import { Aws } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';

const console = (service: string) =>
  `https://${Aws.REGION}.console.aws.amazon.com/${service}/home?region=${Aws.REGION}`;

/** The list of a state machine's executions. */
export function executionsUrl({ stateMachineArn }: IStateMachine): string {
  return `${console('states')}#/statemachines/view/${stateMachineArn}`;
}

/** A log group whose name CloudFormation makes, so that nothing in it needs escapes. */
export function logGroupUrl({ logGroupName }: ILogGroup): string {
  return `${console('cloudwatch')}#logsV2:log-groups/log-group/${logGroupName}`;
}

export function dashboardUrl(dashboardName: string): string {
  return `${console('cloudwatch')}#dashboards/dashboard/${dashboardName}`;
}
