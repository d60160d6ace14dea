import type { Problem } from '../../api.ts';

/** The console's server does not answer at all: it was stopped, most likely. */
export class ServerGone extends Error {
  override readonly name = 'ServerGone';
}

/** The server answered that something is wrong; `message` says what, and what to do. */
export class Refusal extends Error {
  override readonly name: string;
  /** HTTP's. */
  readonly status: number;

  constructor(status: number, name: string, message: string) {
    super(message);
    this.status = status;
    this.name = name;
  }
}

/**
 * Asks the console's server.
 *
 * @returns the answer's JSON; undefined for an empty one
 * @throws ServerGone or Refusal
 */
export async function ask<T>(path: string, options: RequestInit = {}): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, options);
    text = await response.text();
  } catch (error) {
    // Who has gone on to another question is not told that the server is gone.
    if (options.signal?.aborted) throw error;
    throw new ServerGone((error as Error).message);
  }
  if (!response.ok) throw readRefusal(response.status, text);
  return text === '' ? (undefined as T) : (JSON.parse(text) as T);
}

/** What a server says that refuses; something between it and the page may speak no JSON. */
export function readRefusal(status: number, text: string): Refusal {
  try {
    const { error } = JSON.parse(text) as Problem;
    return new Refusal(status, error.name, error.message);
  } catch {
    return new Refusal(status, `HTTP ${status}`, text.slice(0, 500));
  }
}
