// Loaded into the importer's process before it (`node --import`): at its end, tells what it used.
import { readFileSync, writeSync } from 'node:fs';

/** Where the parent listens: behind stdin, stdout and stderr. */
const USAGE_FD = 3;

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = {
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakBytes: peakBytes() ?? maxRSS * 1024,
  };
  writeSync(USAGE_FD, JSON.stringify(usage));
});

/**
 * The process's peak resident memory. Not `maxRSS` where Linux tells better: that starts with what the parent held
 * at the time of its fork.
 */
function peakBytes(): number | null {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
