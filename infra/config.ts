import { z } from 'zod';
import { ImportFailure } from '../contract/failures.ts';

/** Fargate's sizes: memory in MiB that each number of CPU units (1,024 = one vCPU) can have. */
const fargateMemory: Record<number, { min: number; max: number; step: number }> = {
  512: { min: 1024, max: 4096, step: 1024 },
  1024: { min: 2048, max: 8192, step: 1024 },
  2048: { min: 4096, max: 16384, step: 1024 },
  4096: { min: 8192, max: 30720, step: 1024 },
};

/** CloudWatch's choices of retention, in days; others are refused by it. */
const logRetentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653];

const acu = z.number().min(0).max(256).multipleOf(0.5, 'Aurora counts capacity in halves: use 0.5, 1, 1.5 …');

const configSchema = z
  .strictObject({
    /** Name of the CloudFormation stack. */
    stackName: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, 'use letters, digits and hyphens, a letter first, at most 100')
      .default('CsvImport'),
    /** Mails every notification there, once the recipient has confirmed. */
    notifyEmail: z.email('write an e-mail address, or leave it out').optional(),
    /** The importer's CPU units. One core scans and loads; more helps PostgreSQL's client a little. */
    taskCpu: z.number().default(1024),
    /** The importer's memory in MiB. It needs 200; 2,048 is the least that Fargate gives to a whole vCPU. */
    taskMemoryMiB: z.number().default(2048),
    /** One attempt's time limit in minutes. At 30 MB/s, the largest file (50 GiB) takes half an hour. */
    importTimeoutMinutes: z.number().int().min(1).max(10_080).default(240),
    /** Starts of the importer in one round of an execution, the first included. */
    maxAttempts: z.number().int().min(1).max(10).default(4),
    /** The database that is created in the cluster. */
    databaseName: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and _, a letter first, at most 63')
      .default('imports'),
    /** Aurora capacity units; 0 pauses an idle database, which then takes about 15 seconds to wake up. */
    databaseMinCapacity: acu.default(0),
    databaseMaxCapacity: acu.min(1, 'use at least 1').default(8),
    /** How long reports and reject files are kept, in days. A redrive can come up to 14 days after a failure. */
    resultRetentionDays: z.number().int().min(14).default(90),
    logRetentionDays: z
      .number()
      .refine((days) => logRetentions.includes(days), `use one of ${logRetentions.join(', ')}`)
      .default(30),
    /** Whether `cdk destroy` deletes the database, and the buckets if they are empty. */
    removeData: z.boolean().default(false),
  })
  .superRefine((config, context) => {
    const memory = fargateMemory[config.taskCpu];
    if (memory === undefined) {
      const sizes = Object.keys(fargateMemory).join(', ');
      context.addIssue({ code: 'custom', path: ['taskCpu'], message: `use one of ${sizes}` });
    } else if (
      config.taskMemoryMiB < memory.min ||
      config.taskMemoryMiB > memory.max ||
      config.taskMemoryMiB % memory.step !== 0
    ) {
      context.addIssue({
        code: 'custom',
        path: ['taskMemoryMiB'],
        message: `with taskCpu ${config.taskCpu}, use ${memory.min} to ${memory.max} in steps of ${memory.step}`,
      });
    }
    if (config.databaseMinCapacity > config.databaseMaxCapacity) {
      context.addIssue({
        code: 'custom',
        path: ['databaseMinCapacity'],
        message: `use at most databaseMaxCapacity (${config.databaseMaxCapacity})`,
      });
    }
  });

/** What can be chosen about a deployment; cdk.json's context `csvImport` holds it. */
export type Config = z.infer<typeof configSchema>;

/**
 * Checks the context value `csvImport`: an object from cdk.json, or JSON text from
 * `cdk deploy -c csvImport='{"taskCpu":2048}'`. Missing fields get their defaults.
 *
 * @throws ImportFailure `DefinitionInvalid`, naming each field, the value found and the remedy.
 */
export function readConfig(context: unknown): Config {
  const parsed = configSchema.safeParse(typeof context === 'string' ? fromText(context) : (context ?? {}));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(configSchema.shape).join(', ');
      return issue.keys.map((key) => `field "${key}": there is no such field; there are ${known}`);
    }
    const field = issue.path.join('.') || 'csvImport';
    return [`field "${field}", value ${JSON.stringify(valueAt(context, issue.path))}: ${issue.message}`];
  });
  throw invalid(problems.join('\n'));
}

function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`value ${text}: write it as JSON, such as -c csvImport='{"taskCpu":2048}' (${error})`);
  }
}

function valueAt(context: unknown, path: PropertyKey[]): unknown {
  const object = typeof context === 'string' ? fromText(context) : context;
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], object);
}

function invalid(problems: string): ImportFailure {
  return new ImportFailure('DefinitionInvalid', `Configuration csvImport (cdk.json, "context"): ${problems}`);
}
