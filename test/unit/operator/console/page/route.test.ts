import { describe, expect, it } from 'vitest';
import {
  hrefOf,
  hrefs,
  noFilter,
  parseRoute,
  type Route,
} from '../../../../../operator/console/page/route.ts';

describe('the address of the page', () => {
  const routes: Exclude<Route, { page: 'unknown' }>[] = [
    { page: 'overview', since: '1d' },
    { page: 'overview', since: '1w' },
    { page: 'executions', filter: noFilter, number: 1 },
    {
      page: 'executions',
      filter: {
        ...{ import: 'a&b=c', status: 'failed', blame: 'file', search: '顧客 100%', sort: 'rows' },
        ...{ since: '2026-11-24T08:00Z', until: '2026-11-25T08:00Z', order: 'ascending' },
      },
      number: 12,
    },
    { page: 'execution', name: 'november 11/24?%.csv', state: null },
    { page: 'execution', name: 'a', state: 'Run importer?' },
    { page: 'upload', import: null },
    { page: 'upload', import: 'customers' },
  ];

  it.each(routes)('%j comes back as it was', (route) => {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  });

  it('is short where nothing is asked for', () => {
    expect(hrefs.overview).toBe('#/');
    expect(hrefs.executions()).toBe('#/executions');
    expect(hrefs.executions({ status: 'failed' })).toBe('#/executions?status=failed');
    expect(hrefs.upload()).toBe('#/upload');
  });

  it('may be empty, mistyped or broken', () => {
    expect(parseRoute('')).toEqual({ page: 'overview', since: '1d' });
    expect(parseRoute('#/nowhere')).toEqual({ page: 'unknown' });
    expect(parseRoute('#/executions?page=-1')).toEqual({ page: 'executions', filter: noFilter, number: 1 });
    expect(parseRoute('#/executions/%E3%81')).toEqual({ page: 'execution', name: '%E3%81', state: null });
  });
});
