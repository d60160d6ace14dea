/** Memory in MiB that Fargate gives to each number of CPU units (1,024 = one vCPU): from, to, in steps. */
const sizes: Record<number, { least: number; most: number; step: number }> = {
  512: { least: 1024, most: 4096, step: 1024 },
  1024: { least: 2048, most: 8192, step: 1024 },
  2048: { least: 4096, most: 16_384, step: 1024 },
  4096: { least: 8192, most: 30_720, step: 1024 },
  8192: { least: 16_384, most: 61_440, step: 4096 },
  16384: { least: 32_768, most: 122_880, step: 8192 },
};

/** CPU units that a task can have. A quarter of a vCPU is left out: starting the importer alone would take it long. */
export const cpuUnits = Object.keys(sizes).map(Number);

/** The least memory, in MiB, that a task of so many CPU units can have. */
export function leastMemory(cpu: number): number {
  return sizes[cpu]!.least;
}

/** What is wrong with the memory for a task of so many CPU units, as a remedy; null if nothing is. */
export function findMemoryProblem(cpu: number, memoryMiB: number): string | null {
  const { least, most, step } = sizes[cpu]!;
  if (memoryMiB >= least && memoryMiB <= most && memoryMiB % step === 0) return null;
  return `with task.cpu ${cpu}, use ${least} to ${most} in steps of ${step}`;
}
