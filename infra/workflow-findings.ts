import { type Stack, Validations } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ImportWorkflow } from '../statemachine/import-workflow.ts';
import { wildcard } from './findings.ts';
import type { Functions } from './functions.ts';
import type { ImportTask } from './import-task.ts';
import type { Storage } from './storage.ts';

/** Says why each wildcard in the state machine's role is there. */
export function acknowledgeWorkflow(
  stack: Stack,
  workflow: ImportWorkflow,
  parts: {
    tasks: readonly ImportTask[];
    functions: Functions;
    smallImport: IFunction | null;
    storage: Storage;
  },
): void {
  const { tasks, functions, smallImport, storage } = parts;
  Validations.of(workflow).acknowledge(
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'Log delivery and X-Ray take no narrower resource; ecs:StopTask and DescribeTasks, whose tasks have no names before they run, are held to the cluster by a condition.',
    },
    ...[
      functions.validateUpload,
      functions.readReport,
      functions.explainFailure,
      functions.failUntilRedriven,
      ...(smallImport === null ? [] : [smallImport]),
    ].map((each) => wildcard(stack, `${each.functionArn}:*`, 'Versions and aliases of that one function.')),
    ...tasks.map(({ anyRevisionArn }) =>
      wildcard(
        stack,
        anyRevisionArn,
        'Revisions of that one task definition: a deployment must not stop running executions.',
      ),
    ),
    wildcard(
      stack,
      storage.results.arnForObjects('reports/*/*.json'),
      'Reports are named by run and attempt, which are not known in advance.',
    ),
  );
}
