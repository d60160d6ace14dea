import { QueryCache, QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { ServerUnreachable } from './fetch-json.ts';

let unreachable = false;
const listeners = new Set<() => void>();

function setUnreachable(now: boolean): void {
  if (now === unreachable) return;
  unreachable = now;
  for (const listener of listeners) listener();
}

/** Whether the last request to the console's server got no answer. */
export function useServerUnreachable(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => unreachable,
  );
}

/** Makes all of the page's requests. No retries: queries poll anyway. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onSuccess: () => setUnreachable(false),
    onError: (error) => {
      if (error instanceof ServerUnreachable) setUnreachable(true);
    },
  }),
  // `always`: the server is on this machine, which may be offline.
  defaultOptions: {
    queries: { retry: false, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});
