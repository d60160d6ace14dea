import type { Config } from './derived-defaults.ts';
import { findMemoryProblem } from './fargate-sizes.ts';
import { REDRIVE_DAYS } from './settings.ts';

/** A setting that is fine by itself, but not with the others. */
export interface Conflict {
  /** Its name with dots. */
  setting: string;
  remedy: string;
}

/** What does not go together in a configuration. */
export function findConflicts(config: Config): Conflict[] {
  const { uploads, results, network, database, task, limits, removeData, smallUploads } = config;
  const conflicts: Conflict[] = [];
  const refuse = (when: boolean, setting: string, remedy: string) => {
    if (when) conflicts.push({ setting, remedy });
  };

  const memoryProblem = findMemoryProblem(task.cpu, task.memoryMiB);
  if (memoryProblem !== null) refuse(true, 'task.memoryMiB', memoryProblem);

  refuse(
    uploads.kmsKeyArn !== undefined && uploads.bucketName === undefined,
    'uploads.kmsKeyArn',
    'it is the key of an existing bucket: give uploads.bucketName, too, or leave it out',
  );
  refuse(
    uploads.corsOrigins.length > 0 && uploads.bucketName !== undefined,
    'uploads.corsOrigins',
    'the stack changes nothing of an existing bucket: leave it out, and give the bucket the rule that docs/integrate.md shows',
  );
  refuse(
    uploads.oldVersionDays < REDRIVE_DAYS + limits.maxWaitHours / 24,
    'uploads.oldVersionDays',
    `a run may wait for limits.maxWaitHours (${limits.maxWaitHours}) and be redriven ${REDRIVE_DAYS} days later, and reads the version that it began with: use at least ${Math.ceil(REDRIVE_DAYS + limits.maxWaitHours / 24)}`,
  );
  refuse(
    results.rejectRetentionDays > results.retentionDays,
    'results.rejectRetentionDays',
    `use at most results.retentionDays (${results.retentionDays})`,
  );

  if (network.vpcId === undefined) {
    for (const name of ['importerSubnetIds', 'databaseSubnetIds'] as const) {
      refuse(
        network[name] !== undefined,
        `network.${name}`,
        'a new VPC has subnets of its own: give network.vpcId, too, or leave it out',
      );
    }
    refuse(
      !network.assignPublicIp,
      'network.assignPublicIp',
      'a new VPC has no NAT gateway, so the importer needs a public address (nobody can connect to it): leave it out, or use an existing VPC',
    );
    refuse(
      database.existing !== undefined,
      'network.vpcId',
      'with database.existing, give the VPC of that database, and network.importerSubnetIds in it',
    );
  } else {
    refuse(
      network.importerSubnetIds === undefined,
      'network.importerSubnetIds',
      'with network.vpcId, name the subnets of the importer: private ones with a NAT gateway or endpoints',
    );
    refuse(
      database.existing === undefined && (network.databaseSubnetIds?.length ?? 0) < 2,
      'network.databaseSubnetIds',
      'a new database in an existing VPC needs two subnets in different zones: name them, or use database.existing',
    );
  }

  refuse(
    database.minCapacity > database.maxCapacity,
    'database.minCapacity',
    `use at most database.maxCapacity (${database.maxCapacity})`,
  );
  refuse(
    database.deletionProtection && removeData,
    'database.deletionProtection',
    'with removeData, use false: the database could not be removed',
  );
  refuse(
    database.existing !== undefined && database.importerSecretArn !== undefined,
    'database.importerSecretArn',
    'database.existing.secretArn is the importer’s login already: put this ARN there',
  );
  refuse(
    database.importerSecretKmsKeyArn !== undefined && database.importerSecretArn === undefined,
    'database.importerSecretKmsKeyArn',
    'it is the key of that secret: give database.importerSecretArn, too, or leave it out',
  );
  if (smallUploads === undefined) return conflicts;
  const { existing } = database;
  refuse(
    smallUploads.maxConcurrency > limits.maxConcurrentRuns,
    'smallUploads.maxConcurrency',
    `use at most limits.maxConcurrentRuns (${limits.maxConcurrentRuns}): more would only wait for slots`,
  );
  refuse(
    limits.maxAttempts < 2,
    'limits.maxAttempts',
    'with smallUploads, use at least 2: an upload that is too much for the function is tried again as a task',
  );
  refuse(
    existing !== undefined && existing.resourceId === undefined,
    'database.existing.resourceId',
    'with smallUploads, give the resource id of that database: the function logs in to it by IAM',
  );
  for (const name of ['host', 'name'] as const) {
    refuse(
      existing !== undefined && existing[name] === undefined,
      `database.existing.${name}`,
      'with smallUploads, give it here: the function cannot read it from the secret',
    );
  }
  return conflicts;
}
