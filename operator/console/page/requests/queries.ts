import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import type { ExecutionPage, ExecutionView, Overview, RejectsView, StackView } from '../../api.ts';
import type { ExecutionsFilter } from '../route.ts';
import { ask } from './ask.ts';
import { queryClient, useServerGone } from './connection.ts';

/** How often the stack is looked at: what it is made of hardly ever changes. */
const STACK_MS = 60_000;
/** How soon a server that was gone is asked again. */
const GONE_MS = 2000;
/** Polling until the server has said how often it may be asked: it can reach nothing then, maybe. */
const UNTOLD_POLL_MS = 5000;
/** What has ended is asked after this much less often: somebody may redrive it elsewhere. */
const ENDED_FACTOR = 5;

/** Executions on a page of the list. */
const PAGE_SIZE = 20;

/** What the console looks at. */
export function useStack() {
  const gone = useServerGone();
  return useQuery({
    queryKey: ['stack'],
    queryFn: ({ signal }) => ask<StackView>('/api/stack', { signal }),
    refetchInterval: ({ state }) => (gone ? GONE_MS : state.status === 'error' ? UNTOLD_POLL_MS : STACK_MS),
  });
}

function usePollMs(): number {
  return useStack().data?.pollMs ?? UNTOLD_POLL_MS;
}

/**
 * One page of the list of executions, newest first.
 *
 * @param enabled whether it is needed at all
 */
export function useExecutions(
  filter: ExecutionsFilter,
  after: string | null,
  limit = PAGE_SIZE,
  enabled = true,
) {
  const refetchInterval = usePollMs();
  return useQuery({
    queryKey: ['executions', filter, after, limit],
    queryFn: ({ signal }) =>
      ask<ExecutionPage>(`/api/executions?${query({ ...filter, after, limit: String(limit) })}`, { signal }),
    enabled,
    refetchInterval,
    placeholderData: keepPreviousData,
  });
}

/** All about one execution. */
export function useExecution(name: string | null) {
  const pollMs = usePollMs();
  return useQuery({
    queryKey: ['execution', name],
    queryFn: ({ signal }) => ask<ExecutionView>(pathOf(name!), { signal }),
    enabled: name !== null,
    refetchInterval: ({ state }) =>
      state.data?.execution.status === 'RUNNING' ? pollMs : pollMs * ENDED_FACTOR,
  });
}

/**
 * The rows that an execution refused.
 *
 * @param ended when it ended; a redrive may have refused others
 */
export function useRejects(name: string, ended: string | null) {
  return useQuery({
    queryKey: ['rejects', name, ended],
    queryFn: ({ signal }) => ask<RejectsView>(`${pathOf(name)}/rejects`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Figures of the time since then. */
export function useOverview(since: string) {
  const pollMs = usePollMs();
  return useQuery({
    queryKey: ['overview', since],
    queryFn: ({ signal }) => ask<Overview>(`/api/overview?${query({ since })}`, { signal }),
    refetchInterval: pollMs * ENDED_FACTOR,
    placeholderData: keepPreviousData,
  });
}

/** Redrives or stops an execution; what is shown is asked for anew then, whether it went well or not. */
export function useOrder(order: 'redrive' | 'stop', name: string) {
  return useMutation({
    mutationFn: () => ask<void>(`${pathOf(name)}/${order}`, { method: 'POST' }),
    onSettled: () => queryClient.invalidateQueries(),
  });
}

/** Where a reject file can be downloaded. */
export function rejectFileHref(name: string, file: 'rows.csv' | 'errors.csv'): string {
  return `${pathOf(name)}/files/${file}`;
}

function pathOf(name: string): string {
  return `/api/executions/${encodeURIComponent(name)}`;
}

function query(values: Record<string, string | null>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
