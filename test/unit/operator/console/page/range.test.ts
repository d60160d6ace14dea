import { describe, expect, it } from 'vitest';
import { toRange, toValue } from '../../../../../operator/console/page/executions/range.ts';

describe('the time range in the address', () => {
  it.each(['1h', '12h', '1d', '2w', '90m'])('%s comes back as it was', (since) => {
    expect(toRange(toValue({ since, until: null }))).toEqual({ since, until: null });
  });

  it('between two moments, too', () => {
    const range = { since: '2026-11-24T08:00:00.000Z', until: '2026-11-25T08:00:00.000Z' };
    expect(toRange(toValue(range))).toEqual(range);
  });

  it('takes units for which the address has no letter as days', () => {
    expect(toRange({ type: 'relative', amount: 2, unit: 'month' })).toEqual({ since: '60d', until: null });
  });

  it('may be open', () => {
    expect(toValue({ since: null, until: null })).toBeNull();
    expect(toRange(null)).toEqual({ since: null, until: null });
    expect(toValue({ since: '2026-11-24', until: null })).toMatchObject({ startDate: '2026-11-24' });
  });
});
