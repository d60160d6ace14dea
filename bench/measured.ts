/** One measurement. */
export interface Measured {
  /** From the first statement to the commit; of the importer, all between its start and its report. */
  seconds: number;
  /** Of an own process: from its start to its end. */
  processSeconds: number | null;
  /** User and system time of the process that loads, without PostgreSQL and S3. */
  cpuSeconds: number | null;
  /** Peak resident memory of an own process. */
  peakBytes: number | null;
}

/** Measures work that is done in this process, which does nothing else meanwhile. */
export async function measure(work: () => Promise<unknown>): Promise<Measured> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, processSeconds: null, cpuSeconds: (user + system) / 1e6, peakBytes: null };
}
