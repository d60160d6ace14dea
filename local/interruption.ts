/** npm passes on a Ctrl-C that the terminal has sent to this process already: so soon after, it is the same one. */
const SAME_MS = 1000;

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Why a command stops early: somebody wants it to. */
export class Interrupted extends Error {
  /** 128 plus the signal's number, as a shell has it. */
  readonly exitCode: number;

  constructor(signal: keyof typeof exitCodes) {
    super(`stopped by ${signal}`);
    this.exitCode = exitCodes[signal];
  }
}

/**
 * Turns Ctrl-C, SIGTERM and a closed terminal into an abort with {@link Interrupted}, so that what has been started
 * can be stopped in order; a second one ends the process at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const name of Object.keys(exitCodes) as (keyof typeof exitCodes)[]) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        first = Date.now();
        controller.abort(new Interrupted(name));
      } else if (Date.now() - first > SAME_MS) {
        process.exit(exitCodes[name]);
      }
    });
  }
  // A closed terminal takes no more output, which must not keep anybody from stopping in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return controller.signal;
}

/** Rejects with the signal's reason as soon as it is aborted; what `work` still does is not waited for. */
export async function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  // Nobody may be waiting for it any more when it fails.
  work.catch(() => {});
  try {
    return await Promise.race([aborted.promise, work]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
