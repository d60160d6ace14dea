import { ApiError } from '../aws-json/api-error.ts';

/** AWS's own default and maximum of `maxResults`. */
export const MAX_RESULTS = { default: 100, maximum: 1000 };

export interface PageRequest {
  /** 0: the default. */
  maxResults: number;
  nextToken?: string | undefined;
}

/**
 * One page of a list. A token names the last item that was given out, so that what is added meanwhile neither
 * doubles nor drops an item.
 *
 * @param keyOf tells items apart
 * @param keep what of the list is asked for; a token stays good when its item no longer is
 * @throws ApiError `InvalidToken`
 */
export function paginate<T>(
  all: readonly T[],
  { maxResults, nextToken }: PageRequest,
  keyOf: (item: T) => string,
  keep: (item: T) => boolean = () => true,
): { items: T[]; nextToken?: string } {
  let start = 0;
  if (nextToken !== undefined) {
    start = all.findIndex((item) => keyOf(item) === nextToken) + 1;
    if (start === 0) throw new ApiError('InvalidToken', `Invalid Token: '${nextToken}'`);
  }
  const rest = all.slice(start).filter(keep);
  const items = rest.slice(0, maxResults || MAX_RESULTS.default);
  return { items, ...(items.length < rest.length ? { nextToken: keyOf(items.at(-1)!) } : {}) };
}
