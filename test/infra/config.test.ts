import { describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { projectContext } from '../../infra/project-context.ts';

const existing = {
  secretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-AbCdEf',
  securityGroupId: 'sg-0123456789abcdef0',
};
const network = {
  vpcId: 'vpc-0123456789abcdef0',
  importerSubnetIds: ['subnet-0123456789abcdef0'],
};

describe('the configuration', () => {
  it('has a default for everything, and cdk.json is valid', () => {
    expect(readConfig({})).toMatchObject({
      environment: null,
      stackName: 'CsvImport',
      limits: { maxAttempts: 4 },
      removeData: false,
    });
    expect(() => readConfig(projectContext())).not.toThrow();
  });

  it('is careful by default, and disposable for dev and for what is not production', () => {
    const careful = { removeData: false, logRetentionDays: 90, database: { deletionProtection: true } };
    const disposable = { removeData: true, logRetentionDays: 7, database: { deletionProtection: false } };
    expect(readConfig({})).toMatchObject({ production: true, ...careful });
    for (const environment of ['prod', 'staging']) expect(readConfig({ environment })).toMatchObject(careful);
    expect(readConfig({ environment: 'dev' })).toMatchObject({ production: false, ...disposable });
    const csvImport = { environments: { trial: { production: false }, dev: { production: true } } };
    expect(readConfig({ csvImport, environment: 'trial' })).toMatchObject(disposable);
    expect(readConfig({ csvImport, environment: 'dev' })).toMatchObject(careful);
  });

  it('names the stack by its environment', () => {
    expect(readConfig({ environment: 'dev' })).toMatchObject({
      environment: 'dev',
      stackName: 'CsvImport-dev',
    });
    for (const none of [undefined, null, '']) {
      expect(readConfig({ environment: none })).toMatchObject({ environment: null, stackName: 'CsvImport' });
    }
  });

  it('never gives two environments one stack by a name that they have in common', () => {
    const csvImport = { stackName: 'Shop', environments: { dev: {}, prod: { stackName: 'Imports' } } };
    expect(readConfig({ csvImport }).stackName).toBe('Shop');
    expect(readConfig({ csvImport, environment: 'dev' }).stackName).toBe('Shop-dev');
    expect(readConfig({ csvImport, environment: 'prod' }).stackName).toBe('Imports');
    expect(readConfig({ environment: 'dev', 'csvImport.stackName': 'Mine' }).stackName).toBe('Mine');
  });

  it('merges an environment over the common settings; null takes back what is common', () => {
    const csvImport = {
      task: { cpu: 2048 },
      tags: { team: 'data' },
      notifications: { emails: ['a@example.com', 'b@example.com'] },
      network,
      database: { existing },
      environments: {
        dev: {
          task: { spotPercent: 100 },
          tags: { stage: 'dev' },
          network: null,
          database: { existing: null },
        },
        prod: { notifications: { emails: ['ops@example.com'] } },
      },
    };
    expect(readConfig({ csvImport, environment: 'dev' })).toMatchObject({
      task: { cpu: 2048, spotPercent: 100 },
      tags: { team: 'data', stage: 'dev' },
      network: { assignPublicIp: true },
      database: { name: 'imports' },
    });
    expect(readConfig({ csvImport, environment: 'dev' }).network.vpcId).toBeUndefined();
    expect(readConfig({ csvImport, environment: 'prod' })).toMatchObject({
      task: { cpu: 2048, spotPercent: 0 },
      notifications: { emails: ['ops@example.com'] },
      database: { existing },
    });
    expect(readConfig({ csvImport })).toMatchObject({ environment: null, database: { existing } });
  });

  it('may come as JSON text from the command line', () => {
    expect(readConfig({ csvImport: '{"task":{"cpu":2048}}' })).toMatchObject({ task: { cpu: 2048 } });
  });

  it('takes single settings from the command line, over the file’s', () => {
    const context = {
      csvImport: { task: { cpu: 512 }, environments: { dev: { limits: { maxAttempts: 2 } } } },
      environment: 'dev',
      'csvImport.task.cpu': '2048',
      'csvImport.limits.maxAttempts': '3',
      'csvImport.removeData': 'false',
      'csvImport.database.name': 'shop',
      'csvImport.notifications.emails': '["ops@example.com"]',
      'csvImport.tags.cost-centre': '42',
    };
    expect(readConfig(context)).toMatchObject({
      task: { cpu: 2048, memoryMiB: 4096 },
      limits: { maxAttempts: 3 },
      removeData: false,
      database: { name: 'shop' },
      notifications: { emails: ['ops@example.com'] },
      tags: { 'cost-centre': '42' },
    });
    expect(readConfig({ 'csvImport.task': '{"cpu":2048}', 'csvImport.task.spotPercent': '10' }).task).toEqual(
      readConfig({ 'csvImport.task.spotPercent': '10', 'csvImport.task': '{"cpu":2048}' }).task,
    );
  });

  it.each([
    'https://app.example.com/',
    'http://app.example.com',
    'app.example.com',
    'https://App.example.com',
    '*',
  ])('refuses the origin %j with setting, value and remedy', (origin) => {
    const csvImport = { uploads: { corsOrigins: ['https://example.com', origin] } };
    expect(() => readConfig({ csvImport })).toThrow(
      `setting "uploads.corsOrigins.1", value "${origin}": write an origin as browsers send it`,
    );
  });

  it('takes origins with a port, of all subdomains, and of this machine', () => {
    const corsOrigins = [
      'https://example.com',
      'https://app-1.example.com:8443',
      'https://*.example.com',
      'http://localhost',
      'http://localhost:*',
      'http://127.0.0.1:3000',
    ];
    expect(readConfig({ csvImport: { uploads: { corsOrigins } } }).uploads).toMatchObject({ corsOrigins });
  });

  it('gives what follows from other settings', () => {
    expect(readConfig({ csvImport: { task: { cpu: 4096 } } }).task.memoryMiB).toBe(8192);
    expect(readConfig({ csvImport: { results: { retentionDays: 20 } } }).results.rejectRetentionDays).toBe(
      20,
    );
    expect(readConfig({ csvImport: { removeData: true } }).database.deletionProtection).toBe(false);
    expect(readConfig({ csvImport: { network, database: { existing } } }).network.assignPublicIp).toBe(false);
  });

  it.each([
    [{ taskMemory: 1 }, 'setting "taskMemory": there is no such setting; there are production, stackName,'],
    [{ task: { memory: 1 } }, 'setting "task.memory": there is no such setting; there are cpu, memoryMiB,'],
    [
      { database: { existing: { ...existing, url: '' } } },
      'setting "database.existing.url": there is no such',
    ],
    [{ task: { cpu: 300 } }, 'setting "task.cpu", value 300: use one of 512, 1024, 2048, 4096'],
    [
      { task: { cpu: 2048, memoryMiB: 2048 } },
      'setting "task.memoryMiB", value 2048: with task.cpu 2048, use 4096 to 16384 in steps of 1024',
    ],
    [{ task: { memoryMiB: 2500 } }, 'setting "task.memoryMiB", value 2500: with task.cpu 1024, use 2048'],
    [{ task: { ephemeralStorageGiB: 20 } }, 'value 20: use a whole number from 21 to 200'],
    [{ task: { spotPercent: 101 } }, 'setting "task.spotPercent", value 101: use a whole number from 0 to'],
    [{ task: { architecture: 'x86' } }, 'value "x86": use "arm64" or "x86_64"'],
    [{ task: 2048 }, 'setting "task", value 2048: write an object with some of cpu, memoryMiB'],
    [
      { notifications: { emails: ['a@example.com', 'nobody'] } },
      'setting "notifications.emails.1", value "nobody": write an e-mail address',
    ],
    [{ notifications: { emails: 'a@example.com' } }, 'value "a@example.com": write a list, such as ["data@'],
    [
      { notifications: { topicArn: 'arn:aws:sns:eu-west-1:111122223333:imports.fifo' } },
      'write its whole ARN, such as arn:aws:sns:',
    ],
    [
      { database: { minCapacity: 9 } },
      'setting "database.minCapacity", value 9: use at most database.maxCap',
    ],
    [{ database: { maxCapacity: 1.2 } }, 'value 1.2: Aurora counts capacity in halves'],
    [{ database: { name: 'Shop' } }, 'value "Shop": use lower-case letters'],
    [
      { database: { existing: { secretArn: existing.secretArn } } },
      '"database.existing.securityGroupId", missing',
    ],
    [{ database: { existing } }, 'setting "network.vpcId", missing: with database.existing, give the VPC of'],
    [{ database: { existing: { ...existing, secretArn: 'shop' } } }, 'value "shop": write its whole ARN'],
    [
      { network, database: { existing, importerSecretArn: existing.secretArn } },
      'setting "database.importerSecretArn", value "arn:',
    ],
    [
      { database: { importerSecretKmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd' } },
      'give database.importerSecretArn, too, or leave it out',
    ],
    [{ database: { deletionProtection: true }, removeData: true }, 'with removeData, use false'],
    [{ network: { vpcId: 'my-vpc' } }, 'value "my-vpc": write its id, such as vpc-0123456789abcdef0'],
    [
      { network: { vpcId: network.vpcId } },
      'setting "network.importerSubnetIds", missing: with network.vpcId',
    ],
    [
      { network },
      'setting "network.databaseSubnetIds", missing: a new database in an existing VPC needs two',
    ],
    [
      { network: { importerSubnetIds: network.importerSubnetIds } },
      'give network.vpcId, too, or leave it out',
    ],
    [{ network: { assignPublicIp: false } }, 'value false: a new VPC has no NAT gateway'],
    [{ logRetentionDays: 31 }, 'setting "logRetentionDays", value 31: use one of 1, 3, 5'],
    [
      { results: { retentionDays: 3 } },
      'setting "results.retentionDays", value 3: use a whole number from 14',
    ],
    [
      { results: { retentionDays: 20, rejectRetentionDays: 21 } },
      'value 21: use at most results.retentionDays (20)',
    ],
    [
      { uploads: { oldVersionDays: 14 } },
      'value 14: a run may wait for limits.maxWaitHours (24) and be redriven 14 days later',
    ],
    [{ uploads: { bucketName: 'My_Bucket' } }, 'value "My_Bucket": write the name of a bucket'],
    [
      { uploads: { kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd' } },
      'it is the key of an existing bucket: give uploads.bucketName, too',
    ],
    [
      { uploads: { corsOrigins: 'https://example.com' } },
      'write a list, such as ["https://app.example.com"]',
    ],
    [
      { uploads: { bucketName: 'mine', corsOrigins: ['https://example.com'] } },
      'leave it out, and give the bucket the rule that docs/integrate.md shows',
    ],
    [{ stackName: '1st' }, 'setting "stackName", value "1st": use letters, digits and hyphens'],
    [{ limits: { maxAttempts: 'four' } }, 'setting "limits.maxAttempts", value "four": use a whole number'],
    [{ production: 'no' }, 'setting "production", value "no": use true or false'],
    [{ tags: { 'aws:team': 'x' } }, 'aws:team'],
    [
      { environments: ['dev'] },
      'setting "environments", value ["dev"]: write an object of settings for each',
    ],
    ['{taskCpu', 'value {taskCpu: write it as JSON'],
    ['42', 'value "42": write an object, such as {"task"'],
  ])('refuses %o with setting, value and remedy', (csvImport, message) => {
    expect(() => readConfig({ csvImport })).toThrow(message);
  });

  it.each([
    [{ environment: 'Dev' }, 'Context "environment", value "Dev": use lower-case letters, digits'],
    [
      { environment: 'prd', csvImport: { environments: { dev: {}, prod: {} } } },
      'for environment "prd": there is no such environment; there are dev, prod',
    ],
    [{ csvImport: { environment: 'dev' } }, 'choose it on the command line, such as -c environment=dev'],
    [
      { 'csvImport.environments.dev.removeData': 'false' },
      'setting "environments": declare them in cdk.json',
    ],
    [
      { 'csvImport.task.cpus': '1' },
      'setting "task.cpus": there is no such setting; there are cpu, memoryMiB',
    ],
    [{ 'csvImport.task.cpu': '1' }, 'setting "task.cpu", value 1: use one of 512'],
    [
      { 'csvimport.task.cpu': '1024' },
      'Context "csvimport.task.cpu": write csvImport or csvImport.<setting>',
    ],
    [
      { environment: 'dev', csvImport: { environments: { dev: { task: { cpu: 1 } } } } },
      'for environment "dev": setting "task.cpu", value 1',
    ],
  ])('refuses the context %o', (context, message) => {
    expect(() => readConfig(context)).toThrow(message);
  });

  it('tells all that is wrong at once', () => {
    const csvImport = { task: { cpu: 1, spotPercent: -1 }, database: { readers: 16 } };
    expect(() => readConfig({ csvImport })).toThrow(/task\.cpu.*\n.*task\.spotPercent.*\n|database\.readers/);
  });
});
