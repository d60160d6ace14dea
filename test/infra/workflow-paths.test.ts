import { StateMachine } from 'aws-local-stepfunctions';
import { beforeAll, describe, expect, it } from 'vitest';
import { carryTimeout } from '../../local/workflow/local-definition.ts';
import { type Definition, definitionOf, makeStack } from './make-stack.ts';

// The definition carried out by the interpreter that the local stack uses, with stand-ins for AWS's services: what
// is tested are its paths and intrinsic functions.

let definition: Definition;
beforeAll(async () => {
  definition = definitionOf((await makeStack()).template);
  Object.assign(definition.States.RunImporter!, carryTimeout(definition.States.RunImporter!));
});

type Handler = (input: never) => unknown;
const key = 'uploads/customers/a "b" {} \\ 顧客\n+%20../.csv';
const customersRun = {
  import: 'customers',
  runId: 'customers-1',
  upload: { bucket: 'u', key, versionId: 'v', etag: 'e', size: 12, sequencer: '' },
  label: "s3://u/it's {} a, label",
  dryRun: false,
  taskFamily: 'CsvImport-importer',
  timeLimitSeconds: 600,
  capacityProvider: 'FARGATE_SPOT',
};
const validated = { run: customersRun, attempt: 1, polls: 0 };
const report = {
  outcome: 'imported',
  notice: { subject: '[customers] imported', text: "it's {} a text\nof two lines" },
  slotWait: null,
};

function taskFailed(cause: unknown): Error {
  const error = new Error(JSON.stringify(cause));
  error.name = 'States.TaskFailed';
  return error;
}

async function run(handlers: Record<string, Handler>, redriveCount = 0, startAt?: [string, object]) {
  const seen: [string, unknown][] = [];
  const watched = Object.fromEntries(
    Object.entries(handlers).map(([name, handle]) => [
      name,
      (input: never) => {
        seen.push([name, structuredClone(input)]);
        return handle(input);
      },
    ]),
  );
  // The interpreter takes a run's input for the execution's, so a redrive enters through a state that replaces it.
  const redrive = startAt && {
    StartAt: 'Redrive',
    States: { ...definition.States, Redrive: { Type: 'Pass', Result: startAt[1], Next: startAt[0] } },
  };
  const machine = new StateMachine({ ...definition, ...redrive } as never);
  const event = { detail: { object: { key } } };
  const { result } = machine.run(event as never, {
    overrides: {
      taskResourceLocalHandlers: watched as never,
      waitTimeOverrides: { BackOff: 0, WaitForSlot: 0 },
    },
    context: {
      Execution: {
        Id: 'arn:aws:states:local:0:execution:w:x',
        Name: 'x',
        RedriveCount: redriveCount,
      },
    },
  });
  const outcome = await result.then(
    (output) => ({ output }),
    (error: Error) => ({ error: error.cause as Error }),
  );
  return { outcome, seen, of: (name: string) => seen.filter(([state]) => state === name).map(([, i]) => i) };
}

const good: Record<string, Handler> = {
  ValidateUpload: () => ({ Payload: validated }),
  RunImporter: () => ({ TaskArn: 'arn:task' }),
  ReadReport: () => ({ Payload: { report } }),
  NotifySuccess: () => ({ MessageId: '1' }),
};

function failing(explained: object, importFailed: Handler): Record<string, Handler> {
  return {
    ...good,
    RunImporter: () => {
      throw taskFailed({ TaskArn: 'arn:task' });
    },
    ExplainFailure: () => ({ Payload: { ...validated, failure: explained } }),
    NotifyFailure: () => ({ MessageId: '2' }),
    ImportFailed: importFailed,
  };
}

const explained = {
  name: 'DatabaseUnavailable',
  blame: 'system',
  retry: false,
  backOffSeconds: 0,
  redriveCount: 0,
  importName: 'customers',
  subject: 'subject',
  text: 'text\nwith lines',
};

describe('the workflow, carried out', () => {
  it('hands the upload to the importer untouched and notifies with the report’s notice', async () => {
    const { outcome, seen, of } = await run(good);
    expect(outcome).toHaveProperty('output');
    expect(seen.map(([name]) => name)).toEqual(Object.keys(good));
    const [task] = of('RunImporter') as [{ Overrides: { ContainerOverrides: { Environment: unknown[] }[] } }];
    expect(task.Overrides.ContainerOverrides[0]!.Environment).toEqual(
      expect.arrayContaining([
        { Name: 'S3_KEY', Value: key },
        { Name: 'S3_SIZE', Value: '12' },
        { Name: 'DRY_RUN', Value: 'false' },
        { Name: 'ATTEMPT', Value: 'x.0.1' },
        { Name: 'S3_SEQUENCER', Value: '' },
        { Name: 'POLLS', Value: '0' },
      ]),
    );
    expect(task).toMatchObject({
      TaskDefinition: 'CsvImport-importer',
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT', Weight: 1 }],
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'ENABLED' } },
    });
    expect(of('ReadReport')).toMatchObject([{ Payload: { runId: 'customers-1', attempt: 'x.0.1' } }]);
    expect(of('NotifySuccess')).toMatchObject([
      {
        Subject: '[customers] imported',
        Message: "it's {} a text\nof two lines",
        MessageAttributes: {
          import: { StringValue: 'customers' },
          outcome: { StringValue: 'imported' },
        },
      },
    ]);
  });

  it('waits for a slot as long as the report says, and polls again as the next attempt', async () => {
    const slotWait = { reason: '1 run may load at once.', running: 1, ahead: 3, waitSeconds: 240 };
    let polls = 0;
    const { outcome, of } = await run({
      ...good,
      ReadReport: () => ({
        Payload: { report: polls++ < 2 ? { outcome: 'queued', notice: null, slotWait } : report },
      }),
    });
    expect(outcome).toHaveProperty('output');
    expect(definition.States.WaitForSlot).toMatchObject({ SecondsPath: '$.slotWait.waitSeconds' });
    const environments = (
      of('RunImporter') as [{ Overrides: { ContainerOverrides: [{ Environment: unknown[] }] } }]
    ).map(({ Overrides }) => Overrides.ContainerOverrides[0].Environment);
    expect(environments).toHaveLength(3);
    expect(environments[2]).toEqual(
      expect.arrayContaining([
        { Name: 'S3_KEY', Value: key },
        { Name: 'ATTEMPT', Value: 'x.0.3' },
        { Name: 'POLLS', Value: '2' },
      ]),
    );
    expect(of('NotifySuccess')).toHaveLength(1);
  });

  it.each([
    ['no report', () => ({ Payload: { report: {} } })],
    ['a report of its own kind', () => ({ Payload: { report: { rows: 3, notice: null, slotWait: null } } })],
  ])('is content with the exit code of an importer that leaves %s', async (_, ReadReport) => {
    const { NotifySuccess: _notify, ...rest } = good;
    const { outcome, of } = await run({
      ...rest,
      ReadReport,
      NotifyWithoutReport: () => ({ MessageId: '1' }),
    });
    expect(outcome).toHaveProperty('output');
    expect(of('NotifyWithoutReport')).toMatchObject([
      {
        Subject: '[customers] done',
        Message: expect.stringMatching(
          /^s3:\/\/u\/it's \{\} a, label: done, by import customers\. .*Run: customers-1\./,
        ),
        MessageAttributes: { import: { StringValue: 'customers' }, outcome: { StringValue: 'done' } },
      },
    ]);
  });

  it('waits and starts the importer again, as the next attempt, while ExplainFailure says so', async () => {
    let starts = 0;
    const { outcome, of } = await run({
      ...failing({ ...explained, retry: true, backOffSeconds: 1 }, () => null),
      RunImporter: () => {
        starts += 1;
        if (starts === 1) throw taskFailed({});
        return { TaskArn: 'arn:task' };
      },
      ExplainFailure: () => ({
        Payload: {
          ...validated,
          attempt: 2,
          failure: { ...explained, retry: true, backOffSeconds: 1 },
        },
      }),
    });
    expect(outcome).toHaveProperty('output');
    expect(starts).toBe(2);
    expect(JSON.stringify(of('RunImporter')[1])).toContain('"x.0.2"');
    expect(of('ReadReport')).toMatchObject([{ Payload: { runId: 'customers-1', attempt: 'x.0.2' } }]);
    expect(of('NotifyFailure')).toEqual([]);
  });

  it('notifies once and fails under the failure’s name when it gives up', async () => {
    const failure = Object.assign(new Error('why'), { name: 'DatabaseUnavailable' });
    const { outcome, of } = await run(
      failing(explained, () => {
        throw failure;
      }),
    );
    expect(outcome).toMatchObject({ error: { name: 'DatabaseUnavailable' } });
    expect(of('NotifyFailure')).toMatchObject([
      {
        Subject: 'subject',
        Message: 'text\nwith lines',
        MessageAttributes: {
          import: { StringValue: 'customers' },
          failure: { StringValue: 'DatabaseUnavailable' },
          blame: { StringValue: 'system' },
          outcome: { StringValue: 'failed' },
        },
      },
    ]);
    expect(of('ExplainFailure')).toMatchObject([
      {
        Payload: {
          state: { run: { runId: 'customers-1' }, error: { Error: 'States.TaskFailed' } },
          execution: { name: 'x', redriveCount: 0, input: { detail: { object: { key } } } },
        },
      },
    ]);
    expect(of('ImportFailed')).toMatchObject([{ Payload: { redriveCount: 0, failure: explained } }]);
  });

  it('starts over with the original event when ImportFailed is redriven', async () => {
    const redriven = { ...good, ImportFailed: () => ({ Payload: { redriveCount: 1 } }) };
    const { outcome, seen, of } = await run(redriven, 1, [
      'ImportFailed',
      { ...validated, failure: explained },
    ]);
    expect(outcome).toHaveProperty('output');
    expect(seen.map(([name]) => name)).toEqual(['ImportFailed', ...Object.keys(good)]);
    expect(of('ValidateUpload')).toMatchObject([{ Payload: { event: { detail: { object: { key } } } } }]);
    expect(of('ReadReport')).toMatchObject([{ Payload: { runId: 'customers-1', attempt: 'x.1.1' } }]);
  });

  it('ends well, and tells nobody, where ValidateUpload finds a marker', async () => {
    const ignored = Object.assign(new Error('{"errorMessage":"a marker"}'), { name: 'UploadIgnored' });
    const { outcome, seen } = await run({
      ValidateUpload: () => {
        throw ignored;
      },
    });
    expect(outcome).toMatchObject({ output: { error: { Error: 'UploadIgnored' } } });
    expect(seen.map(([name]) => name)).toEqual(['ValidateUpload']);
  });

  it('explains a refusal although there is no run', async () => {
    const refusal = Object.assign(new Error('{"errorType":"EmptyUpload"}'), { name: 'EmptyUpload' });
    const { of } = await run({
      ...failing({ ...explained, importName: 'none' }, () => {
        throw refusal;
      }),
      ValidateUpload: () => {
        throw refusal;
      },
    });
    expect(of('ExplainFailure')).toMatchObject([{ Payload: { state: { error: { Error: 'EmptyUpload' } } } }]);
    expect(of('RunImporter')).toEqual([]);
    expect(of('NotifyFailure')).toMatchObject([{ MessageAttributes: { import: { StringValue: 'none' } } }]);
  });
});
