import type { Template } from 'aws-cdk-lib/assertions';

/** One statement of an IAM policy in a template. */
export interface Statement {
  Sid?: string;
  Action: string | string[];
  Resource: unknown;
  Effect: string;
  Condition?: unknown;
}

/** The statements of the roles whose policies' logical ids match. */
export function statementsOf(template: Template, logicalId: RegExp): Statement[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => logicalId.test(id))
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement as Statement[]);
}

/** All that those roles may do, sorted. */
export function actionsOf(template: Template, logicalId: RegExp): string[] {
  return statementsOf(template, logicalId)
    .flatMap(({ Action }) => Action)
    .sort();
}
