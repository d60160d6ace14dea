import type { Progress } from '../contract/report.ts';
import { visible } from '../contract/visible-text.ts';
import { startsImporter } from '../contract/workflow-data.ts';
import pc from './colours.ts';

/** Where an import is shown while it goes on. */
export interface ImportView {
  uploaded(key: string): void;
  /** Anything else that there is to say. */
  said(text: string): void;
  state(name: string): void;
  progress(progress: Progress): void;
  /** Leaves the line of the bar. */
  end(): void;
}

/** What is needed of a terminal or a file; `process.stdout` has it. */
export interface Output {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Characters of the bar itself, where the line has room for it. */
const BAR = 24;
/** Below this a bar says nothing. */
const LEAST_BAR = 8;
/** Without a terminal a line every so often says how far it is. */
const PLAIN_EVERY_MS = 2000;
/** Erases the line and goes to its beginning. (ECMA-48, EL) */
const CLEAR = '\r\u001b[2K';

/**
 * Shows states and progress: a bar on a terminal, lines elsewhere. Our own, since the bars of the prompt libraries
 * take over the keyboard, and Ctrl-C would end the process without stopping what it has started.
 *
 * @param beforeProgress what is shown until the importer tells its progress; a container of one's own may never do so
 */
export function createImportView(output: Output = process.stdout, beforeProgress = 'starting'): ImportView {
  return output.isTTY === true ? terminalView(output, beforeProgress) : plainView(output);
}

function terminalView(output: Output, beforeProgress: string): ImportView {
  let loading = false;
  let last: Progress | null = null;
  // A terminal that does not tell its width says 0.
  const draw = () => output.write(CLEAR + barLine(last, output.columns || 80, beforeProgress));
  /** The bar stays, where it says how much there was; without any progress it goes. */
  const endBar = () => {
    if (!loading) return;
    loading = false;
    output.write(last === null ? CLEAR : '\n');
    last = null;
  };
  const line = (text: string) => {
    endBar();
    output.write(`${pc.green('◇')} ${text}\n`);
  };
  return {
    uploaded: (key) => line(`uploaded as ${pc.bold(visible(key))}`),
    said: line,
    state(name) {
      line(visible(name));
      if (!startsImporter(name)) return;
      loading = true;
      draw();
    },
    progress(progress) {
      if (!loading) return;
      last = progress;
      draw();
    },
    end: endBar,
  };
}

/** One line, no longer than the terminal is wide: a longer one would break and not be erased. */
function barLine(progress: Progress | null, columns: number, beforeProgress: string): string {
  const text = progress === null ? beforeProgress : describeProgress(progress);
  const room = Math.min(BAR, columns - 1 - text.length - '  '.length);
  if (room < LEAST_BAR) return text.slice(0, columns - 1);
  const share = progress === null ? 0 : Math.min(1, progress.bytesRead / Math.max(1, progress.bytesTotal));
  const full = Math.floor(share * room);
  return `${pc.green('█'.repeat(full))}${pc.dim('░'.repeat(room - full))}  ${text}`;
}

function plainView(output: Output): ImportView {
  let lastLine = '';
  let lastAt = 0;
  return {
    uploaded: (key) => output.write(`uploaded as ${visible(key)}\n`),
    said: (text) => output.write(`${text}\n`),
    state: (name) => output.write(`${visible(name)}\n`),
    progress(progress) {
      const line = describeProgress(progress);
      const now = Date.now();
      if (line === lastLine || (progress.phase !== 'done' && now - lastAt < PLAIN_EVERY_MS)) return;
      [lastLine, lastAt] = [line, now];
      output.write(`  ${line}\n`);
    },
    end() {},
  };
}

/** `loading · 12,000 rows · 85,000 rows/s · 0.9 of 1.8 MB · 1 s left`. */
export function describeProgress(progress: Progress): string {
  const { phase, rowsRead, rowsRejected, bytesRead, bytesTotal } = progress;
  const seconds = Math.max(0.001, (Date.parse(progress.updatedAt) - Date.parse(progress.startedAt)) / 1000);
  const left = bytesRead === 0 ? null : (seconds * (bytesTotal - bytesRead)) / bytesRead;
  return [
    visible(phase),
    `${rowsRead.toLocaleString('en')} rows`,
    ...(rowsRead === 0 || (phase !== 'loading' && phase !== 'checking')
      ? []
      : [`${Math.round(rowsRead / seconds).toLocaleString('en')} rows/s`]),
    `${megabytes(bytesRead)} of ${megabytes(bytesTotal)} MB`,
    ...(rowsRejected > 0 ? [`${rowsRejected.toLocaleString('en')} rejected`] : []),
    ...(phase === 'loading' && left !== null ? [`${Math.ceil(left)} s left`] : []),
  ].join(' · ');
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
