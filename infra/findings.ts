import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A finding of cdk-nag that is meant to be as it is. */
export interface Acknowledgment {
  id: string;
  reason: string;
}

/** Says why a policy names a resource with a wildcard, in the words of cdk-nag's rule for that. */
export function wildcard(scope: IConstruct, resource: string, reason: string): Acknowledgment {
  return { id: `AwsSolutions-IAM5[Resource::${flatten(Stack.of(scope).resolve(resource))}]`, reason };
}

/** An ARN as cdk-nag writes it: `<logical id.attribute>` for references. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('${', '<').replaceAll('}', '>');
  const [name, content] = Object.entries(value as object)[0]!;
  if (name === 'Fn::Join') return (content[1] as unknown[]).map(flatten).join(content[0]);
  return `<${[content].flat().join('.')}>`;
}
