// A process with an execution that stays in its second state; persistence.test.ts kills it.
import type { TaskBinding } from '../../local/workflow/bindings.ts';
import { Engine } from '../../local/workflow/engine.ts';

const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { 'input.$': '$' } };
const invoke = async ({ input }: { input: unknown }) =>
  input === 'before' ? new Promise(() => {}) : 'before';
const engine = new Engine({
  stateMachine: {
    name: 'Machine',
    arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Machine',
    roleArn: 'arn:aws:iam::000000000000:role/machine',
    definition: {
      StartAt: 'Before',
      States: { Before: { ...task, Next: 'Work' }, Work: { ...task, End: true } },
    },
  },
  folder: process.argv[2]!,
  bindings: { 'lambda:invoke': invoke as TaskBinding },
  maxWaitSeconds: 1,
});
engine.start('killed', '{}');
setInterval(() => {}, 1000);
