import type { Problem } from '../../api.ts';

/** The console's server does not answer. It was probably stopped. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
}

/** An error response of the server; `message` says what is wrong and what to do. */
export class ApiError extends Error {
  override readonly name: string;
  /** The HTTP status. */
  readonly status: number;

  constructor(status: number, name: string, message: string) {
    super(message);
    this.status = status;
    this.name = name;
  }
}

/**
 * Sends a request to the console's server.
 *
 * @returns the JSON of the response; undefined if it is empty
 * @throws ServerUnreachable or ApiError
 */
export async function fetchJson<T>(path: string, options: RequestInit = {}): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, options);
    text = await response.text();
  } catch (error) {
    // A request that the page itself aborted says nothing about the server.
    if (options.signal?.aborted) throw error;
    throw new ServerUnreachable((error as Error).message);
  }
  if (!response.ok) throw readApiError(response.status, text);
  return text === '' ? (undefined as T) : (JSON.parse(text) as T);
}

/** Parses an error response. A proxy in between may answer with something other than JSON. */
export function readApiError(status: number, text: string): ApiError {
  try {
    const { error } = JSON.parse(text) as Problem;
    return new ApiError(status, error.name, error.message);
  } catch {
    return new ApiError(status, `HTTP ${status}`, text.slice(0, 500));
  }
}
