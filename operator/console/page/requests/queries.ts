import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import type {
  ExecutionPage,
  ExecutionView,
  LogView,
  Overview,
  RedrivePlanView,
  RedriveResult,
  RejectsView,
  StackView,
  StateView,
} from '../../api.ts';
import type { ExecutionsFilter } from '../route.ts';
import { queryClient, useServerUnreachable } from './connection.ts';
import { fetchJson } from './fetch-json.ts';

/** How often the stack is read: it rarely changes. */
const STACK_MS = 60_000;
/** How often to try a server that does not answer. */
const UNREACHABLE_POLL_MS = 2000;
/** The interval until the server has sent its own: it may not reach AWS yet. */
const DEFAULT_POLL_MS = 5000;
/** Ended executions are polled less often by this factor: somebody may redrive one elsewhere. */
const ENDED_FACTOR = 5;

/** How often to ask while the server searches: its answers are from memory. */
const SEARCHING_POLL_MS = 1000;

/** Executions on a page of the list. */
const PAGE_SIZE = 20;

/** The stack that the console shows. */
export function useStack() {
  const unreachable = useServerUnreachable();
  return useQuery({
    queryKey: ['stack'],
    queryFn: ({ signal }) => fetchJson<StackView>('/api/stack', { signal }),
    refetchInterval: ({ state }) =>
      unreachable ? UNREACHABLE_POLL_MS : state.status === 'error' ? DEFAULT_POLL_MS : STACK_MS,
  });
}

function usePollMs(): number {
  return useStack().data?.pollMs ?? DEFAULT_POLL_MS;
}

/**
 * One page of the list of executions.
 *
 * @param number of the page, from 1
 * @param enabled whether it is needed at all
 */
export function useExecutions(filter: ExecutionsFilter, number = 1, limit = PAGE_SIZE, enabled = true) {
  const pollMs = usePollMs();
  return useQuery({
    queryKey: ['executions', filter, number, limit],
    queryFn: ({ signal }) => {
      const asked = { ...filter, page: String(number), limit: String(limit) };
      return fetchJson<ExecutionPage>(`/api/executions?${query(asked)}`, { signal });
    },
    enabled,
    refetchInterval: ({ state }) => (isSearching(state.data) ? SEARCHING_POLL_MS : pollMs),
    placeholderData: keepPreviousData,
  });
}

/** Whether the server still looks for what belongs to this answer. */
function isSearching(answer: Pick<ExecutionPage, 'search'> | undefined): boolean {
  return answer !== undefined && (answer.search.incomplete || answer.search.unread > 0);
}

/** All about one execution. */
export function useExecution(name: string | null) {
  const pollMs = usePollMs();
  return useQuery({
    queryKey: ['execution', name],
    queryFn: ({ signal }) => fetchJson<ExecutionView>(pathOf(name!), { signal }),
    enabled: name !== null,
    refetchInterval: ({ state }) =>
      state.data?.execution.status === 'RUNNING' ? pollMs : pollMs * ENDED_FACTOR,
  });
}

/** All visits of a state of an execution. */
export function useStateView(name: string, state: string, running: boolean) {
  const pollMs = usePollMs();
  return useQuery({
    queryKey: ['state', name, state],
    queryFn: ({ signal }) =>
      fetchJson<StateView>(`${pathOf(name)}/states/${encodeURIComponent(state)}`, { signal }),
    refetchInterval: running ? pollMs : pollMs * ENDED_FACTOR,
  });
}

/**
 * What the importers of an execution have logged.
 *
 * @param enabled whether it is needed at all
 */
export function useLog(name: string, running: boolean, enabled: boolean) {
  const pollMs = usePollMs();
  return useQuery({
    queryKey: ['log', name],
    queryFn: ({ signal }) => fetchJson<LogView>(`${pathOf(name)}/log`, { signal }),
    enabled,
    refetchInterval: running ? pollMs : pollMs * ENDED_FACTOR,
  });
}

/**
 * The rows that an execution rejected.
 *
 * @param ended when it ended; a redrive may have refused others
 */
export function useRejects(name: string, ended: string | null) {
  return useQuery({
    queryKey: ['rejects', name, ended],
    queryFn: ({ signal }) => fetchJson<RejectsView>(`${pathOf(name)}/rejects`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Figures of the time since then. */
export function useOverview(since: string) {
  const pollMs = usePollMs();
  return useQuery({
    queryKey: ['overview', since],
    queryFn: ({ signal }) => fetchJson<Overview>(`/api/overview?${query({ since })}`, { signal }),
    refetchInterval: ({ state }) => (isSearching(state.data) ? SEARCHING_POLL_MS : pollMs * ENDED_FACTOR),
    placeholderData: keepPreviousData,
  });
}

/** Redrives or stops an execution, then reloads what is shown, even after a failure. */
export function useExecutionAction(action: 'redrive' | 'stop', name: string) {
  return useMutation({
    mutationFn: () => fetchJson<void>(`${pathOf(name)}/${action}`, { method: 'POST' }),
    onSettled: () => queryClient.invalidateQueries(),
  });
}

/** Which of these executions a redrive would restart. */
export function useRedrivePlan(names: readonly string[], blame: 'system' | 'any') {
  return useQuery({
    queryKey: ['redrive-plan', names, blame],
    queryFn: ({ signal }) =>
      fetchJson<RedrivePlanView>('/api/redrive-plan', { ...postJson({ names, blame }), signal }),
    placeholderData: keepPreviousData,
  });
}

/** Redrives executions, then reloads what is shown. */
export function useRedrives() {
  return useMutation({
    mutationFn: (names: readonly string[]) =>
      fetchJson<RedriveResult[]>('/api/redrives', postJson({ names })),
    onSettled: () =>
      queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'redrive-plan' }),
  });
}

function postJson(body: unknown): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
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
