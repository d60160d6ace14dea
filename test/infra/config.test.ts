import { describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { projectContext } from '../../infra/project-context.ts';

describe('the configuration', () => {
  it('has a default for every field, and cdk.json is valid', () => {
    expect(readConfig(undefined)).toMatchObject({
      stackName: 'CsvImport',
      maxAttempts: 4,
      removeData: false,
    });
    expect(() => readConfig(projectContext().csvImport)).not.toThrow();
  });

  it('may come as JSON text from the command line', () => {
    expect(readConfig('{"taskCpu":2048,"taskMemoryMiB":4096}')).toMatchObject({ taskCpu: 2048 });
  });

  it.each([
    [{ taskMemory: 1 }, 'field "taskMemory": there is no such field; there are stackName,'],
    [{ taskCpu: 300 }, 'field "taskCpu", value 300: use one of 512, 1024, 2048, 4096'],
    [
      { taskCpu: 2048 },
      'field "taskMemoryMiB", value undefined: with taskCpu 2048, use 4096 to 16384 in steps of 1024',
    ],
    [{ taskMemoryMiB: 2500 }, 'field "taskMemoryMiB", value 2500: with taskCpu 1024, use 2048 to 8192'],
    [{ notifyEmail: 'nobody' }, 'field "notifyEmail", value "nobody": write an e-mail address'],
    [{ databaseMinCapacity: 9 }, 'field "databaseMinCapacity", value 9: use at most databaseMaxCapacity (8)'],
    [
      { databaseMaxCapacity: 1.2 },
      'field "databaseMaxCapacity", value 1.2: Aurora counts capacity in halves',
    ],
    [{ logRetentionDays: 31 }, 'field "logRetentionDays", value 31: use one of 1, 3, 5'],
    [{ resultRetentionDays: 3 }, 'field "resultRetentionDays", value 3'],
    [{ stackName: '1st' }, 'field "stackName", value "1st": use letters, digits and hyphens'],
    [{ maxAttempts: 'four' }, 'field "maxAttempts", value "four"'],
    ['{taskCpu', 'value {taskCpu: write it as JSON'],
  ])('refuses %o with field, value and remedy', (context, message) => {
    expect(() => readConfig(context)).toThrow(message);
  });
});
