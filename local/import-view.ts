import { log, progress as progressBar } from '@clack/prompts';
import pc from 'picocolors';
import type { Progress } from '../contract/report.ts';
import { stateNames } from '../contract/workflow-data.ts';
import type { ImportWatcher } from './import-file.ts';

/** Steps of the bar: it shows bytes, in thousandths of the file. */
const STEPS = 1000;
/** Without a terminal a line every so often says how far it is. */
const PLAIN_EVERY_MS = 2000;

/** Shows states and progress: a bar on a terminal, lines elsewhere. */
export function createImportView(): ImportWatcher & { end(): void } {
  return process.stdout.isTTY === true && process.env.CI === undefined ? terminalView() : plainView();
}

function terminalView(): ImportWatcher & { end(): void } {
  let bar: ReturnType<typeof progressBar> | undefined;
  let shown = 0;
  let last = '';
  const endBar = () => {
    bar?.stop(last);
    bar = undefined;
  };
  return {
    uploaded: (key) => log.step(`Uploaded as ${pc.bold(key)}`),
    state(name) {
      endBar();
      log.step(name);
      if (name !== stateNames.runImporter) return;
      shown = 0;
      last = 'starting';
      bar = progressBar({ max: STEPS, style: 'block' });
      bar.start(last);
    },
    progress(progress) {
      if (bar === undefined) return;
      last = describeProgress(progress);
      const step = Math.floor((STEPS * progress.bytesRead) / Math.max(1, progress.bytesTotal));
      bar.advance(Math.max(0, step - shown), last);
      shown = Math.max(shown, step);
    },
    end: endBar,
  };
}

function plainView(): ImportWatcher & { end(): void } {
  let lastLine = '';
  let lastAt = 0;
  return {
    uploaded: (key) => console.log(`uploaded as ${key}`),
    state: (name) => console.log(name),
    progress(progress) {
      const line = describeProgress(progress);
      const now = Date.now();
      if (line === lastLine || (progress.phase !== 'done' && now - lastAt < PLAIN_EVERY_MS)) return;
      [lastLine, lastAt] = [line, now];
      console.log(`  ${line}`);
    },
    end() {},
  };
}

/** `12,000 rows · 85,000 rows/s · 1.8 of 1.8 MB · 0 s left`. */
export function describeProgress(progress: Progress): string {
  const seconds = Math.max(0.001, (Date.parse(progress.updatedAt) - Date.parse(progress.startedAt)) / 1000);
  const { rowsRead, rowsRejected, bytesRead, bytesTotal } = progress;
  const left = bytesRead === 0 ? null : (seconds * (bytesTotal - bytesRead)) / bytesRead;
  return [
    progress.phase,
    `${rowsRead.toLocaleString('en')} rows`,
    `${Math.round(rowsRead / seconds).toLocaleString('en')} rows/s`,
    `${megabytes(bytesRead)} of ${megabytes(bytesTotal)} MB`,
    ...(rowsRejected > 0 ? [pc.yellow(`${rowsRejected.toLocaleString('en')} rejected`)] : []),
    ...(left === null || progress.phase === 'done' ? [] : [`${Math.ceil(left)} s left`]),
  ].join(' · ');
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
