import type { Reporter, TestModule } from 'vitest/node';

const SHOWN = 10;

/** Prints the test files that took longest: where a run that has become slow should be looked into first. */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const timed = modules.map((module) => {
      const { duration, setupDuration, prepareDuration, collectDuration } = module.diagnostic();
      return {
        name: module.relativeModuleId,
        seconds: (duration + setupDuration + prepareDuration + collectDuration) / 1_000,
      };
    });
    if (timed.length <= SHOWN) return;
    const slowest = timed.toSorted((one, other) => other.seconds - one.seconds).slice(0, SHOWN);
    console.log(`\nThe ${SHOWN} slowest of ${timed.length} test files:`);
    for (const { name, seconds } of slowest) console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
  }
}
