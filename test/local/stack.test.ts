import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, it, onTestFinished } from 'vitest';
import { folderOutside, removePostgres } from '../../local/postgres.ts';
import { findRunningStack, startLocalStack } from '../../local/stack.ts';
import type { Assembly } from '../../local/synthesise.ts';
import { localAwsConfig } from '../../operator/local-stack.ts';
import { makeFolder } from './make-folder.ts';

const ports = { s3: 0, stepFunctions: 0, postgres: 0 };

function makeDirectory(): string {
  const directory = makeFolder();
  onTestFinished(() => removePostgres(directory));
  return directory;
}

/** A stack whose workflow is one task that hangs, unless the code says otherwise. */
function assemble(code: string): Assembly {
  const folder = makeFolder();
  writeFileSync(join(folder, 'main.mjs'), code);
  const task = {
    Type: 'Task',
    Resource: 'arn:aws:states:::ecs:runTask.sync',
    Parameters: { TaskDefinition: 'importer' },
    End: true,
  };
  return {
    stackName: 'Small',
    template: {
      Resources: {
        Uploads: {
          Type: 'AWS::S3::Bucket',
          Properties: { NotificationConfiguration: { EventBridgeConfiguration: {} } },
        },
        Machine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            RoleArn: 'role',
            DefinitionString: JSON.stringify({ StartAt: 'Run', States: { Run: task } }),
          },
        },
        Task: {
          Type: 'AWS::ECS::TaskDefinition',
          Properties: {
            Family: 'importer',
            ContainerDefinitions: [{ Name: 'c', Image: 'x:image', Command: ['node', 'main.mjs'] }],
          },
        },
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            EventPattern: { source: ['aws.s3'] },
            Targets: [{ Arn: { Ref: 'Machine' }, Id: 'T' }],
          },
        },
      },
      Outputs: { UploadBucketName: { Value: { Ref: 'Uploads' } }, ResultsBucketName: { Value: 'results' } },
    },
    fileAssets: new Map(),
    imageAssets: new Map([['image', folder]]),
  };
}

/** Whether the directory's PostgreSQL runs, wherever it had to be put. */
function isRunning(directory: string): boolean {
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return [join(directory, 'postgres'), folderOutside(directory)].some((part) => processes.includes(part));
}

it('a start that fails leaves nothing behind: no database, no lock, no file', async () => {
  const directory = makeDirectory();
  const assembly = assemble('');
  delete assembly.template.Resources.Machine;
  await expect(startLocalStack({ directory, ports, assembly, fsync: false })).rejects.toThrow(
    'Small has 0 state machines, not one.',
  );
  expect(isRunning(directory)).toBe(false);
  expect(existsSync(join(directory, 'stack.lock'))).toBe(false);
  const stack = await startLocalStack({ directory, ports, assembly: assemble(''), fsync: false });
  await stack.close();
});

it('a start that somebody breaks off stops the database that was still to come up', async () => {
  const directory = makeDirectory();
  const stop = new AbortController();
  const starting = startLocalStack({ directory, ports, assembly: assemble(''), signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(starting).rejects.toThrow('enough');
  expect(isRunning(directory)).toBe(false);
  expect(existsSync(join(directory, 'stack.lock'))).toBe(false);
});

it('a database of the user’s own that cannot be used is named, with the reason', async () => {
  const start = (databaseUrl: string) =>
    startLocalStack({ directory: makeDirectory(), ports, assembly: assemble(''), databaseUrl });
  await expect(start('localhost')).rejects.toThrow(/^DATABASE_URL: it is not a PostgreSQL URL/);
  await expect(start('postgres://me:secret@localhost:1/mine?schema=mine')).rejects.toThrow(
    /^DATABASE_URL: the parameter schema is not supported/,
  );
  await expect(start('postgres://me:secret@localhost:1/mine')).rejects.toThrow(
    /^The database of DATABASE_URL \(localhost:1\/mine\) cannot be used: .*ECONNREFUSED/,
  );
});

it('stops in order: importers write to the end, executions are interrupted, nothing is started any more', async () => {
  const directory = makeDirectory();
  const assembly = assemble(`
    console.log('up');
    setInterval(() => {}, 1000);
    process.on('SIGTERM', async () => {
      const answer = await fetch(process.env.AWS_ENDPOINT_URL_S3 + '/small-uploads/last-words', { method: 'PUT', body: 'x' });
      console.log('stored', answer.status);
      process.exit(143);
    });`);
  const statuses: string[] = [];
  const options = { directory, ports, assembly, fsync: false };
  const stack = await startLocalStack({
    ...options,
    onStatus: ({ status, failure }) => statuses.push(`${status} ${failure.error ?? ''}`),
  });
  expect(findRunningStack(directory)).toEqual(stack.description);
  const { endpoints, stateMachineArn, uploadBucket } = stack.description;
  const s3 = new S3Client({
    ...localAwsConfig,
    endpoint: endpoints.s3,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  await s3.send(new PutObjectCommand({ Bucket: uploadBucket, Key: 'k', Body: 'x' }));
  await expect.poll(stack.importers).toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await Promise.all([stack.close(), stack.close()]);
  expect(statuses).toEqual(['RUNNING ', 'FAILED LocalStackStopped']);
  expect(stack.importers()).toEqual([]);
  expect(existsSync(join(directory, 'stack.json')) || existsSync(join(directory, 'stack.lock'))).toBe(false);
  expect(isRunning(directory)).toBe(false);
  await expect(s3.send(new ListBucketsCommand())).rejects.toThrow();

  // What was stored while it stopped was not taken by anybody, so its event comes after the next start.
  const again = await startLocalStack({ ...options, assembly: assemble('') });
  const sfn = new SFNClient({ ...localAwsConfig, endpoint: again.description.endpoints.stepFunctions });
  const keys = async () => {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    const inputs = await Promise.all(
      executions.map(async ({ executionArn, status }) => {
        const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return `${JSON.parse(input!).detail.object.key} ${status}`;
      }),
    );
    return inputs.sort();
  };
  await expect.poll(keys).toEqual(['k FAILED', 'last-words SUCCEEDED']);
  await again.close();
});

it('starts beside files of others, and names the folder that it cannot use', async () => {
  const directory = makeDirectory();
  mkdirSync(join(directory, 'mine'));
  writeFileSync(join(directory, 'executions'), 'a file in the way');
  await expect(startLocalStack({ directory, ports, assembly: assemble(''), fsync: false })).rejects.toThrow(
    join(directory, 'executions'),
  );
  expect(isRunning(directory)).toBe(false);
  expect(existsSync(join(directory, 'mine'))).toBe(true);
});
