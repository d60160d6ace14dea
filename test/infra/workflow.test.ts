import { beforeAll, describe, expect, it } from 'vitest';
import { importerEnvironmentSchema } from '../../contract/environment.ts';
import { optionalStates, stateNames } from '../../contract/workflow-data.ts';
import { type Definition, definitionOf, makeStack } from './make-stack.ts';

let definition: Definition;
beforeAll(async () => {
  definition = definitionOf((await makeStack()).template);
});

const state = (name: string) => definition.States[name]!;
const retried = (name: string) => state(name).Retry?.flatMap((retry) => retry.ErrorEquals) ?? [];

/** The states' types and transitions. */
function drawn({ States }: Definition): Record<string, (string | null)[]> {
  return Object.fromEntries(
    Object.entries(States).map(([name, each]) => [
      name,
      [
        each.Type,
        each.Next ?? null,
        ...(each.Choices ?? []).map((choice) => choice.Next),
        ...(each.Default === undefined ? [] : [each.Default]),
        ...(each.Catch ?? []).map((caught) => `catch ${caught.Next}`),
      ],
    ]),
  );
}

describe('the workflow', () => {
  it('has the states and transitions that docs/architecture.md draws, and no others', () => {
    expect(drawn(definition)).toEqual({
      ValidateUpload: ['Task', 'RunImporter', 'catch UploadIgnored', 'catch ExplainFailure'],
      UploadIgnored: ['Succeed', null],
      RunImporter: ['Task', 'ReadReport', 'catch ExplainFailure'],
      ReadReport: ['Task', 'CheckOutcome'],
      CheckOutcome: ['Choice', null, 'Requeue', 'NotifySuccess', 'NotifyWithoutReport'],
      Requeue: ['Pass', 'WaitForSlot'],
      WaitForSlot: ['Wait', 'RunImporter'],
      NotifyWithoutReport: ['Task', 'ImportSucceeded'],
      NotifySuccess: ['Task', 'ImportSucceeded', 'catch NotifyWithoutReport'],
      ImportSucceeded: ['Succeed', null],
      ExplainFailure: ['Task', 'RetryOrGiveUp'],
      RetryOrGiveUp: ['Choice', null, 'BackOff', 'NotifyFailure'],
      BackOff: ['Wait', 'RunImporter'],
      NotifyFailure: ['Task', 'ImportFailed'],
      ImportFailed: ['Task', 'ValidateUpload'],
    });
    expect(definition.StartAt).toBe(stateNames.validateUpload);
    expect(Object.keys(definition.States).sort()).toEqual(
      Object.values(stateNames)
        .filter((name) => !optionalStates.includes(name))
        .sort(),
    );
  });

  it('gives every Task a time limit, and the execution one that outlasts all attempts', () => {
    for (const [name, { Type, TimeoutSeconds }] of Object.entries(definition.States)) {
      if (Type === 'Task' && name !== 'RunImporter') expect(TimeoutSeconds, name).toBeGreaterThan(0);
    }
    expect(state('RunImporter').TimeoutSecondsPath).toBe('$.run.timeLimitSeconds');
    // Four attempts of four hours, and a day to wait for a slot.
    expect(definition.TimeoutSeconds).toBeGreaterThan(4 * 14_400 + 86_400);
  });

  it('retries with full jitter wherever it retries', () => {
    for (const [name, each] of Object.entries(definition.States)) {
      for (const { JitterStrategy, MaxAttempts } of each.Retry ?? []) {
        if (MaxAttempts > 0) expect(JitterStrategy, name).toBe('FULL');
      }
    }
  });

  it('reads the execution’s input in ValidateUpload, so that a redrive starts over', () => {
    expect(state('ValidateUpload').Parameters).toMatchObject({
      Payload: { 'event.$': '$$.Execution.Input', 'executionArn.$': '$$.Execution.Id' },
    });
    expect(state('ValidateUpload').ResultSelector).toEqual({
      'run.$': '$.Payload.run',
      attempt: 1,
      polls: 0,
    });
    expect(retried('ValidateUpload')).toContain('StorageUnavailable');
  });

  it('catches everything of ValidateUpload and RunImporter and keeps the data beside the error', () => {
    for (const name of ['ValidateUpload', 'RunImporter']) {
      expect(state(name).Catch!.at(-1)).toEqual({
        ErrorEquals: ['States.ALL'],
        ResultPath: '$.error',
        Next: 'ExplainFailure',
      });
    }
  });

  it('overrides exactly the environment of the contract', () => {
    const { Overrides } = state('RunImporter').Parameters as unknown as {
      Overrides: { ContainerOverrides: { Name: string; Environment: Record<string, string>[] }[] };
    };
    const [container, ...others] = Overrides.ContainerOverrides;
    expect(others).toEqual([]);
    expect(container!.Name).toBe('importer');
    const names = container!.Environment.map(({ Name }) => Name);
    expect(names.toSorted()).toEqual(Object.keys(importerEnvironmentSchema.shape).sort());
    const key = container!.Environment.find(({ Name }) => Name === 'S3_KEY');
    // Through no intrinsic function: those are not exact with backslashes and braces.
    expect(key).toEqual({ Name: 'S3_KEY', 'Value.$': '$.run.upload.key' });
  });

  it('waits for the importer and retries only what did not start', () => {
    expect(state('RunImporter').Resource).toMatch(/:states:::ecs:runTask\.sync$/);
    expect(retried('RunImporter')).toEqual(
      expect.arrayContaining(['ECS.AmazonECSException', 'AmazonECS.Unknown']),
    );
    for (const tooMuch of ['States.ALL', 'States.TaskFailed', 'States.Timeout']) {
      expect(retried('RunImporter')).not.toContain(tooMuch);
    }
  });

  it('reads no text of an importer by an intrinsic function: what that is like, nothing could catch', () => {
    expect(JSON.stringify(definition)).not.toContain('States.StringToJson');
    expect(state('ReadReport').Resource).toMatch(/:states:::lambda:invoke$/);
  });

  it('lets ImportFailed fail: it catches nothing', () => {
    expect(state('ImportFailed').Catch).toBeUndefined();
  });

  it('reads and names the report of the attempt that ran, even when ReadReport is redriven', () => {
    expect(state('ReadReport').Parameters!.Payload).toMatchObject({
      'runId.$': '$.run.runId',
      'attempt.$': "States.Format('{}.{}.{}', $$.Execution.Name, $.task.redriveCount, $.attempt)",
    });
    expect(state('RunImporter').ResultSelector).toMatchObject({
      'redriveCount.$': '$$.Execution.RedriveCount',
    });
  });

  it('uses nothing that the local interpreter lacks', () => {
    const text = JSON.stringify(definition);
    expect(text).not.toContain('$$.State');
    expect(text).not.toMatch(/JSONata|HeartbeatSeconds|DISTRIBUTED/);
  });
});
