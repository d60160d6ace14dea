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
    // Such as `Linux 6.12 x64`: what follows is the distribution's affair.
    system: `${type()} ${release().split('.', 2).join('.')} ${process.arch}`,
    node: process.versions.node,
    postgres: version,
    settings,
  };
}
