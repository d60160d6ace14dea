import { z } from 'zod';
import { resultsSchema } from '../../bench/results/results.ts';
import { readDoc } from './markdown.ts';

// The arithmetic behind docs/cost.md and docs/scale.md: prices and assumptions from docs/cost.json, speed from
// docs/benchmarks.json, numbers of things from the template.

const pricedSchema = z.record(
  z.string(),
  z.strictObject({
    usd: z.number().positive(),
    /** Read on AWS's own page, on pages of others that quote it, or from memory. */
    source: z.enum(['AWS', 'others', 'memory']),
    what: z.string(),
  }),
);
const valuesSchema = z.record(z.string(), z.strictObject({ value: z.number(), what: z.string() }));

export const costs = z
  .strictObject({
    pricesKnownAt: z.string(),
    region: z.string(),
    prices: pricedSchema,
    assumptions: valuesSchema,
    measured: valuesSchema,
  })
  .parse(JSON.parse(readDoc('docs/cost.json')));

export const benchmarks = resultsSchema.parse(JSON.parse(readDoc('docs/benchmarks.json')));

export function price(name: string): number {
  return known(costs.prices, name).usd;
}

export function assumed(name: string): number {
  return known(costs.assumptions, name).value;
}

function measured(name: string): number {
  return known(costs.measured, name).value;
}

/** Bytes that the database writes to its log for a byte of a file. */
export function walPerByte(): number {
  return measured('walPerByte');
}

function known<T>(record: Record<string, T>, name: string): T {
  const found = record[name];
  if (found === undefined) throw new Error(`docs/cost.json has no "${name}".`);
  return found;
}

const HOUR = 3600;
/** What AWS counts a month as. */
export const MONTH_HOURS = 730;
/** Fargate bills at least that long. */
export const LEAST_TASK_SECONDS = 60;
/** See task/source/object-reader.ts and task/results/progress-journal.ts. */
const RANGE_BYTES = 4 * 1024 * 1024;
const PROGRESS_SECONDS = 2;

/** Seconds and CPU seconds, for a start and for a GB, of one way to import the reference file. */
export function speedOf(name = 'append-file') {
  const run = benchmarks.runs.find(({ file }) => file.name === 'reference')!;
  const { median, bytes } = run.results.find((result) => result.name === name)!;
  const start = run.startUp!;
  return {
    startSeconds: start.processSeconds!,
    secondsPerGb: (median.processSeconds! - start.processSeconds!) / (bytes / 1e9),
    cpuSecondsPerGb: (median.cpuSeconds! - start.cpuSeconds!) / (bytes / 1e9),
  };
}

/** Seconds that the importer runs for a file, its start included. */
export function importSeconds(gb: number, way?: string): number {
  const { startSeconds, secondsPerGb } = speedOf(way);
  return startSeconds + gb * secondsPerGb;
}

/** Seconds that Fargate bills for it. */
export function taskSeconds(gb: number, way?: string): number {
  return Math.max(LEAST_TASK_SECONDS, assumed('pullSeconds') + importSeconds(gb, way));
}

export interface TaskSize {
  vcpu: number;
  gb: number;
  architecture: 'Arm' | 'X86';
  spot: boolean;
}
export const usualTask: TaskSize = { vcpu: 1, gb: 2, architecture: 'Arm', spot: false };

/** Dollars for an hour of a task, without its address. */
export function taskHour({ vcpu, gb, architecture, spot }: TaskSize): number {
  const full = vcpu * price(`fargate${architecture}VcpuHour`) + gb * price(`fargate${architecture}GbHour`);
  return full * (spot ? assumed('spotShare') : 1);
}

export function addressHour(): number {
  return price('publicIpv4Hour');
}

/** Dollars of one successful import without the database, by what they are for. */
export function importCost(gb: number, transitions: number, task = usualTask): Record<string, number> {
  const hours = taskSeconds(gb) / HOUR;
  const seconds = importSeconds(gb);
  return {
    Fargate: hours * taskHour(task),
    'public IPv4 address': hours * addressHour(),
    'Step Functions': transitions * price('transition'),
    // ValidateUpload and ReadReport.
    Lambda: 2 * (price('lambdaRequest') + assumed('lambdaSeconds') * 0.5 * price('lambdaArmGbSecond')),
    'S3 requests':
      (Math.ceil((gb * 1e9) / RANGE_BYTES) + 2) * price('s3Get') +
      (2 + Math.ceil(seconds / PROGRESS_SECONDS)) * price('s3Put'),
    'EventBridge, SNS, X-Ray':
      price('event') + price('snsPublish') + assumed('mails') * price('snsEmail') + price('trace'),
    logs: (assumed('logBytes') / 1e9) * price('logGb'),
    'between zones': gb * assumed('zoneShare') * price('zoneGb'),
  };
}

/** Seconds of the function for small uploads, with its start or, as for most of many files, without. */
export function functionSeconds(gb: number, cold = false): number {
  const start = cold ? measured('functionStartSeconds') : 0;
  return start + measured('functionSeconds') + gb * speedOf().secondsPerGb;
}

/** Dollars of one import in the function: no task and no address, and one state more. */
export function smallImportCost(gb: number, transitions: number): Record<string, number> {
  const { Fargate: _task, 'public IPv4 address': _address, ...others } = importCost(gb, transitions + 1);
  const invocation = price('lambdaRequest') + functionSeconds(gb) * lambdaSecond();
  return { ...others, Lambda: others.Lambda! + invocation };
}

/** Dollars that the database takes to load it: capacity and storage's writes. */
export function loadCost(gb: number): Record<string, number> {
  return {
    'database: capacity': (importSeconds(gb) / HOUR) * assumed('acusWhileLoading') * price('acuHour'),
    'database: writes': ((gb * 1e9 * walPerByte()) / 4096) * price('auroraIo'),
  };
}

export function total(parts: Record<string, number>): number {
  return Object.values(parts).reduce((sum, each) => sum + each, 0);
}

/** The importer in a Lambda function of one vCPU, which has 1,769 MB; null where the file takes too long for one. */
export function lambdaOnly(gb: number): number | null {
  const seconds = importSeconds(gb);
  return seconds > LAMBDA_SECONDS ? null : price('lambdaRequest') + seconds * lambdaSecond() + price('event');
}
export const LAMBDA_SECONDS = 900;
export function lambdaSecond(): number {
  return (1769 / 1024) * price('lambdaArmGbSecond');
}

/** A Glue job; the database is the slow part, so that it takes as long as ours, unless its CPU is too small. */
export function glue(gb: number, dpus: number): number {
  const { cpuSecondsPerGb } = speedOf();
  const seconds = Math.max(importSeconds(gb), (gb * cpuSecondsPerGb) / (4 * dpus));
  return (Math.max(60, seconds) / HOUR) * dpus * price('glueDpuHour');
}

/** Dollars a month of the smallest workers that are always on. */
export const workers = {
  fargate: () => MONTH_HOURS * (taskHour({ ...usualTask, vcpu: 0.25, gb: 0.5 }) + addressHour()),
  ec2: () => MONTH_HOURS * (price('t4gSmallHour') + addressHour()) + 8 * price('ebsGbMonth'),
};
