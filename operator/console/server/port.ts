import { OperatorError } from '../../operator-error.ts';

/** Where the console is served, unless told otherwise: beside the ports of the local stack. */
export const CONSOLE_PORT = 8090;

/**
 * The port that an option names; 0: any.
 *
 * @throws OperatorError
 */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new OperatorError(`--port ${text}: it must be a whole number up to 65535.`);
}
