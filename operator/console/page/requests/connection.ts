import { QueryCache, QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { ServerGone } from './ask.ts';

let gone = false;
const listeners = new Set<() => void>();

function setGone(now: boolean): void {
  if (now === gone) return;
  gone = now;
  for (const listener of listeners) listener();
}

/** Whether the console's server did not answer when it was asked last. */
export function useServerGone(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => gone,
  );
}

/** Everything that the page asks its server goes through it. Whoever is asked again and again need not be retried. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onSuccess: () => setGone(false),
    onError: (error) => {
      if (error instanceof ServerGone) setGone(true);
    },
  }),
  // `always`: the server is on this machine, which may well be offline.
  defaultOptions: {
    queries: { retry: false, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});
