import type { z } from 'zod';
import { ApiError } from './api-error.ts';

/** An operation of an API: takes a request's JSON and gives the answer's; throws ApiError. */
export type Operation = (request: unknown) => object;

/**
 * An operation that is carried out for requests of its shape only.
 *
 * @throws ApiError `ValidationException`, when it is called with another
 */
export function operation<T>(schema: z.ZodType<T>, carryOut: (request: T) => object): Operation {
  return (request) => {
    const parsed = schema.safeParse(request);
    if (parsed.success) return carryOut(parsed.data);
    const [issue] = parsed.error.issues;
    throw new ApiError('ValidationException', `${issue!.path.join('.')}: ${issue!.message}`);
  };
}
