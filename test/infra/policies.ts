import type { Template } from 'aws-cdk-lib/assertions';

/** One statement of an IAM policy in a template. */
export interface Statement {
  Sid?: string;
  Action: string | string[];
  Resource: unknown;
  Effect: string;
  Condition?: unknown;
}

/**
 * The statements of the roles whose policies' logical ids match.
 *
 * @throws Error where there are none: what a role may not do would be shown by any role that is misspelt
 */
export function statementsOf(template: Template, logicalId: RegExp): Statement[] {
  const statements = Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => logicalId.test(id))
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement as Statement[]);
  if (statements.length === 0) throw new Error(`The template has no policy ${logicalId}.`);
  return statements;
}

/** All that those roles may do, sorted. */
export function actionsOf(template: Template, logicalId: RegExp): string[] {
  return statementsOf(template, logicalId)
    .flatMap(({ Action }) => Action)
    .sort();
}
