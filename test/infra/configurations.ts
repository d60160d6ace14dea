import { join } from 'node:path';
import { defineImport, type ImportDefinition } from '../../contract/definition/define-import.ts';
import customers from '../../imports/customers.ts';
import stock from '../../samples/own-importer.ts';

/** What somebody may have in an account already, as settings that use all of it. */
export const existingEverything = {
  uploads: {
    bucketName: 'company-uploads',
    kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/11111111-aaaa-bbbb-cccc-000000000001',
  },
  network: {
    vpcId: 'vpc-0aaaaaaaaaaaaaaa1',
    importerSubnetIds: ['subnet-0aaaaaaaaaaaaaaa1', 'subnet-0aaaaaaaaaaaaaaa2'],
  },
  database: {
    existing: {
      secretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/importer-AbCdEf',
      securityGroupId: 'sg-0aaaaaaaaaaaaaaa1',
      host: 'shop.cluster-abc.eu-west-1.rds.amazonaws.com',
      port: 5433,
      name: 'shop',
      kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/11111111-aaaa-bbbb-cccc-000000000002',
    },
    caFile: join(import.meta.dirname, '../fixtures/tls/server.crt'),
  },
  notifications: { topicArn: 'arn:aws:sns:eu-west-1:111122223333:data-team' },
};

/** A new database in a network that exists, with a login of its own for the importer. */
export const existingNetwork = {
  network: {
    ...existingEverything.network,
    databaseSubnetIds: ['subnet-0bbbbbbbbbbbbbbb1', 'subnet-0bbbbbbbbbbbbbbb2'],
  },
  database: {
    readers: 1,
    importerSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:importer-AbCdEf',
    importerSecretKmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/11111111-aaaa-bbbb-cccc-000000000003',
  },
};

/** The setting, as its page shows it. */
export const smallUploads = { smallUploads: { maxBytes: 8_000_000 } };

/** What small uploads need beside: the id of the existing database. */
export const existingWithId = {
  ...existingEverything,
  database: {
    ...existingEverything.database,
    existing: { ...existingEverything.database.existing, resourceId: 'cluster-ABCDEFGH' },
  },
};

/** Imports that bring a container: from a folder, from a private repository, from somebody else's registry. */
export const ownContainers = [
  stock,
  defineImport({
    name: 'private-orders',
    prefix: 'uploads/orders/',
    container: {
      image: `444455556666.dkr.ecr.eu-west-1.amazonaws.com/shop/orders@sha256:${'0f'.repeat(32)}`,
      command: ['php', 'artisan', 'import:orders'],
    },
  }),
  defineImport({
    name: 'public',
    prefix: 'uploads/public/',
    container: {
      image: 'python:3.13-slim',
      command: ['python', '-m', 'importer'],
      environment: { LEVEL: '3' },
    },
  }),
];

/** Deployments that differ as much as they can: each must be one that an account's owner accepts. */
export const configurations: Record<
  string,
  { config?: object; environment?: string; imports?: ImportDefinition[] }
> = {
  'by default': {},
  'dev, disposable': { environment: 'dev' },
  prod: {
    environment: 'prod',
    config: {
      notifications: { emails: ['data@example.com'] },
      tags: { team: 'data' },
      uploads: { corsOrigins: ['https://app.example.com'] },
    },
  },
  'existing everything, with containers of one’s own': {
    config: existingEverything,
    imports: [customers, ...ownContainers],
  },
  'a new database in an existing network': { config: existingNetwork },
  'x86 on Spot with a large disk': {
    config: { task: { cpu: 4096, architecture: 'x86_64', spotPercent: 80, ephemeralStorageGiB: 100 } },
  },
  'small uploads in a function': { config: smallUploads },
  'small uploads into existing everything': { config: { ...existingWithId, ...smallUploads } },
  'containers of one’s own': { imports: [customers, ...ownContainers] },
};
