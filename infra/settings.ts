import { z } from 'zod';
import { findCaFileProblem } from './database-ca.ts';
import { cpuUnits } from './fargate-sizes.ts';

/** What defaults depend on. */
export interface Situation {
  /** The chosen environment's name; null: there is none. */
  environment: string | null;
  /** Whether what is stored must outlive a mistake; else the whole environment may be thrown away. */
  production: boolean;
}

/** CloudWatch's choices of retention, in days; it refuses others. */
const logRetentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653];

/** An execution can be redriven so many days after its end; what it reads and wrote must still be there. */
export const REDRIVE_DAYS = 14;

function whole(least: number, most: number) {
  const remedy = `use a whole number from ${least} to ${most}`;
  return z.int(remedy).min(least, remedy).max(most, remedy);
}

function text(pattern: RegExp, remedy: string) {
  return z.string(remedy).regex(pattern, remedy);
}

function oneOf(choices: readonly number[]) {
  const remedy = `use one of ${choices.join(', ')}`;
  return z.number(remedy).refine((value) => choices.includes(value), remedy);
}

const yesOrNo = z.boolean('use true or false');

const acu = (least: number) => {
  const remedy = `Aurora counts capacity in halves, from ${least} to 256: use 1, 1.5, 2 …`;
  return z.number(remedy).min(least, remedy).max(256, remedy).multipleOf(0.5, remedy);
};

function group<T extends z.ZodRawShape>(settings: T) {
  return z.strictObject(settings, `write an object with some of ${Object.keys(settings).join(', ')}`);
}

function listOf(example: string): string {
  return `write a list, such as ["${example}"]`;
}

const id = (kind: string) =>
  text(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), `write its id, such as ${kind}-0123456789abcdef0`);

const arn = (service: string, resource: RegExp, example: string) =>
  text(
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource.source}$`),
    `write its whole ARN, such as arn:aws:${service}:eu-west-1:111122223333:${example}`,
  );

/** Scheme, host and port, as browsers say it; with one `*` where S3 takes one, and never all of the web. */
const webOrigin = text(
  /^(https:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?|http:\/\/(localhost|127\.0\.0\.1)(:(\d{1,5}|\*))?)$/,
  'write an origin as browsers send it, in lower case and without a slash at its end: https://app.example.com, https://*.example.com, or, to try things, http://localhost:3000',
);

const subnetIds = z
  .array(id('subnet'), listOf('subnet-0123456789abcdef0'))
  .min(1, listOf('subnet-0123456789abcdef0'));

const databaseName = text(
  /^[a-z][a-z0-9_]{0,62}$/,
  'use lower-case letters, digits and _, a letter first, at most 63',
);

/** Looked into at once: what is wrong with it would else show in the first import. */
const caFile = z.string('write the path of a PEM file').superRefine((file, context) => {
  const message = findCaFileProblem(file);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

const secretArn = arn('secretsmanager', /secret:.+-[A-Za-z0-9]{6}/, 'secret:imports-AbCdEf');
const keyArn = arn('kms', /key\/[A-Za-z0-9-]+/, 'key/1234abcd-12ab-34cd-56ef-1234567890ab');

/** A tag's value may be written as a number, which `-c csvImport.tags.team=42` makes of it. */
const tagValue = z
  .union([z.string(), z.number(), z.boolean()], 'write a text')
  .transform(String)
  .refine((value) => value.length <= 256, 'use at most 256 characters');

/** Everything that can be set, with its defaults in the given situation; docs/deploy.md explains each. */
export function settingsSchema({ environment, production }: Situation) {
  return z.strictObject({
    production: yesOrNo.default(production),
    stackName: text(
      /^[A-Za-z][A-Za-z0-9-]{0,99}$/,
      'use letters, digits and hyphens, a letter first, at most 100',
    ).default(environment === null ? 'CsvImport' : `CsvImport-${environment}`),
    uploads: group({
      bucketName: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'write the name of a bucket').optional(),
      kmsKeyArn: keyArn.optional(),
      oldVersionDays: whole(REDRIVE_DAYS, 3650).default(30),
      corsOrigins: z.array(webOrigin, listOf('https://app.example.com')).default(() => []),
    }).prefault({}),
    results: group({
      retentionDays: whole(REDRIVE_DAYS, 3650).default(production ? 90 : 30),
      rejectRetentionDays: whole(REDRIVE_DAYS, 3650).optional(),
    }).prefault({}),
    network: group({
      vpcId: id('vpc').optional(),
      importerSubnetIds: subnetIds.optional(),
      databaseSubnetIds: subnetIds.optional(),
      assignPublicIp: yesOrNo.optional(),
    }).prefault({}),
    database: group({
      name: databaseName.default('imports'),
      // Pauses an idle database, which then takes about 15 seconds to wake up.
      minCapacity: acu(0).default(0),
      maxCapacity: acu(1).default(8),
      readers: whole(0, 15).default(0),
      backupDays: whole(1, 35).default(production ? 14 : 1),
      deletionProtection: yesOrNo.optional(),
      existing: group({
        secretArn,
        securityGroupId: id('sg'),
        host: text(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'write a host name without port or scheme').optional(),
        port: whole(1, 65_535).optional(),
        name: z.string('write the name of a database').min(1, 'write the name of a database').optional(),
        kmsKeyArn: keyArn.optional(),
        resourceId: text(
          /^(cluster|db)-[A-Z0-9]+$/,
          'write its resource id, such as cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ',
        ).optional(),
      }).optional(),
      importerSecretArn: secretArn.optional(),
      importerSecretKmsKeyArn: keyArn.optional(),
      caFile: caFile.optional(),
    }).prefault({}),
    task: group({
      // One core scans and loads; more helps PostgreSQL's client a little.
      cpu: oneOf(cpuUnits).default(1024),
      memoryMiB: z.int('use a whole number of MiB').optional(),
      // Fargate gives 20 to every task; these are the sizes that one can ask for.
      ephemeralStorageGiB: whole(21, 200).optional(),
      // A fifth cheaper than x86.
      architecture: z.enum(['arm64', 'x86_64'], 'use "arm64" or "x86_64"').default('arm64'),
      spotPercent: whole(0, 100).default(0),
    }).prefault({}),
    smallUploads: group({
      maxBytes: whole(1, 100_000_000),
      maxConcurrency: whole(1, 1000).optional(),
      databaseUser: databaseName.default('csv_small_importer'),
    }).optional(),
    limits: group({
      // At 30 MB/s, the largest file (50 GiB) takes half an hour.
      timeLimitMinutes: whole(1, 10_080).default(240),
      maxAttempts: whole(1, 10).default(4),
      maxConcurrentRuns: whole(1, 1000).default(10),
      maxWaitHours: whole(1, 336).default(24),
    }).prefault({}),
    notifications: group({
      emails: z.array(z.email('write an e-mail address'), listOf('data@example.com')).default(() => []),
      topicArn: arn('sns', /[A-Za-z0-9_-]+/, 'imports').optional(),
    }).prefault({}),
    logRetentionDays: oneOf(logRetentions).default(production ? 90 : 7),
    removeData: yesOrNo.default(!production),
    runbookUrl: z.url({ protocol: /^https?$/, error: 'write a URL that begins with https://' }).optional(),
    tags: z
      .record(
        text(
          /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u,
          'a tag’s name has letters, digits, spaces and _.:/=+-@',
        ),
        tagValue,
        'write an object of texts, such as {"team":"data"}',
      )
      .default(() => ({})),
  });
}

export type Settings = z.infer<ReturnType<typeof settingsSchema>>;

/** The names of all settings with dots, in their order: `uploads.bucketName` and so on. */
export function listSettings(
  schema: z.ZodType = settingsSchema({ environment: null, production: true }),
): string[] {
  return fieldsOf(schema).flatMap(([name, field]) => {
    const inner = fieldsOf(field).length > 0 ? listSettings(field) : [];
    return inner.length > 0 ? inner.map((each) => `${name}.${each}`) : [name];
  });
}

/** The names of the settings of a group, such as `['task']`; of all groups at `[]`. */
export function namesAt(path: readonly PropertyKey[]): string[] {
  const root: z.ZodType = settingsSchema({ environment: null, production: true });
  const group = path.reduce<z.ZodType | undefined>(
    (at, key) => fieldsOf(at).find(([name]) => name === key)?.[1],
    root,
  );
  return fieldsOf(group).map(([name]) => name);
}

function fieldsOf(schema: z.ZodType | undefined): [string, z.ZodType][] {
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault) {
    return fieldsOf(schema.unwrap() as z.ZodType);
  }
  return [];
}
