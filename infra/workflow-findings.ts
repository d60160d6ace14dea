import { type Stack, Validations } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { ImportWorkflow } from '../statemachine/import-workflow.ts';
import type { Functions } from './functions.ts';
import type { ImporterTask } from './importer-task.ts';
import type { Storage } from './storage.ts';

/** Says why each wildcard in the state machine's role is there. */
export function acknowledgeWorkflow(
  stack: Stack,
  workflow: ImportWorkflow,
  parts: { importer: ImporterTask; functions: Functions; storage: Storage },
): void {
  const { importer, functions, storage } = parts;
  const logicalId = (resource: unknown) => stack.getLogicalId(resource as CfnFunction | CfnBucket);
  Validations.of(workflow).acknowledge(
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'Log delivery, X-Ray and ecs:StopTask/DescribeTasks, whose tasks have no names before they run, take no narrower resource.',
    },
    ...[functions.validateUpload, functions.explainFailure, functions.failUntilRedriven].map((each) => ({
      id: `AwsSolutions-IAM5[Resource::<${logicalId(each.node.defaultChild)}.Arn>:*]`,
      reason: 'Versions and aliases of that one function.',
    })),
    {
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:task-definition/${importer.taskDefinition.family}:*]`,
      reason: 'Revisions of that one task definition: a deployment must not stop running executions.',
    },
    {
      id: `AwsSolutions-IAM5[Resource::<${logicalId(storage.results.node.defaultChild)}.Arn>/reports/*/*.json]`,
      reason: 'Reports are named by run and attempt, which are not known in advance.',
    },
  );
}
