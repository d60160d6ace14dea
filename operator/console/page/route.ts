/** Where the page stands. It is kept in the address behind the `#`, so that links and the back button work. */
export type Route =
  | { page: 'overview'; since: string }
  | { page: 'executions'; filter: ExecutionsFilter; number: number }
  | { page: 'execution'; name: string; state: string | null }
  | { page: 'upload'; import: string | null }
  | { page: 'unknown' };

/** Values are those of `GET /api/executions`; null: whatever it is. */
export interface ExecutionsFilter {
  import: string | null;
  status: string | null;
  blame: string | null;
  search: string | null;
  since: string | null;
  until: string | null;
  sort: string | null;
  /** Of what is sorted by; `descending` where it is null. */
  order: string | null;
}

/** What the overview looks at unless asked otherwise. */
const OVERVIEW_SINCE = '1d';

export const noFilter: ExecutionsFilter = {
  import: null,
  status: null,
  blame: null,
  search: null,
  since: null,
  until: null,
  sort: null,
  order: null,
};

/** The route behind an address's `#`. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const asked = new URLSearchParams(query);
  const [page, name] = path.split('/').filter((part) => part !== '');
  if (page === undefined) return { page: 'overview', since: asked.get('since') ?? OVERVIEW_SINCE };
  if (page === 'upload') return { page, import: asked.get('import') };
  if (page !== 'executions') return { page: 'unknown' };
  if (name !== undefined) {
    return { page: 'execution', name: decode(name), state: asked.get('state') };
  }
  const filter = { ...noFilter };
  for (const field of Object.keys(noFilter) as (keyof ExecutionsFilter)[]) filter[field] = asked.get(field);
  const number = Number(asked.get('page') ?? '1');
  return { page, filter, number: Number.isInteger(number) && number > 0 ? number : 1 };
}

/** The address of a route: what {@link parseRoute} reads. */
export function hrefOf(route: Exclude<Route, { page: 'unknown' }>): string {
  switch (route.page) {
    case 'overview':
      return address('', { since: route.since === OVERVIEW_SINCE ? null : route.since });
    case 'executions':
      return address('executions', {
        ...route.filter,
        page: route.number === 1 ? null : String(route.number),
      });
    case 'execution':
      return address(`executions/${encodeURIComponent(route.name)}`, { state: route.state });
    case 'upload':
      return address('upload', { import: route.import });
  }
}

/** Addresses that many places link to. */
export const hrefs = {
  overview: hrefOf({ page: 'overview', since: OVERVIEW_SINCE }),
  executions: (filter: Partial<ExecutionsFilter> = {}) =>
    hrefOf({ page: 'executions', filter: { ...noFilter, ...filter }, number: 1 }),
  execution: (name: string) => hrefOf({ page: 'execution', name, state: null }),
  upload: (importName: string | null = null) => hrefOf({ page: 'upload', import: importName }),
};

function address(path: string, query: Record<string, string | null>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== null);
  const text = new URLSearchParams(given).toString();
  return `#/${path}${text === '' ? '' : `?${text}`}`;
}

/** A name that somebody has typed wrongly is no reason to show nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
