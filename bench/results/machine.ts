import { cpus, release, totalmem, type } from 'node:os';
import type { BenchDatabase } from '../database.ts';
import type { Results } from './results.ts';

/** The machine that the figures are of. */
export function describeMachine({ version, settings }: BenchDatabase): Results['machine'] {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round((totalmem() / 1024 ** 3) * 10) / 10,
    system: `${type()} ${release()} ${process.arch}`,
    node: process.versions.node,
    postgres: version,
    settings,
  };
}
