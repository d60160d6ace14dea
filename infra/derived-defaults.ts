import { leastMemory } from './fargate-sizes.ts';
import type { Settings } from './settings.ts';

/** A deployment, everything chosen and checked; docs/deploy.md explains each setting. */
export type Config = ReturnType<typeof withDerivedDefaults>;

/** Those defaults that follow from other settings. */
export function withDerivedDefaults(environment: string | null, settings: Settings) {
  const { task, results, database, network, limits, smallUploads } = settings;
  return {
    /** Its name, from `-c environment=dev`; null: there is only one. */
    environment,
    ...settings,
    task: { ...task, memoryMiB: task.memoryMiB ?? leastMemory(task.cpu) },
    // The slots are for all runs: more functions at once would only wait for them.
    smallUploads: smallUploads && {
      ...smallUploads,
      maxConcurrency: smallUploads.maxConcurrency ?? limits.maxConcurrentRuns,
    },
    // Reject files hold people's data: they are for correcting a file, not for keeping.
    results: {
      ...results,
      rejectRetentionDays: results.rejectRetentionDays ?? Math.min(30, results.retentionDays),
    },
    database: { ...database, deletionProtection: database.deletionProtection ?? !settings.removeData },
    // The public subnets of a network of our own have no NAT gateway; an existing one has its own way out.
    network: { ...network, assignPublicIp: network.assignPublicIp ?? network.vpcId === undefined },
  };
}
