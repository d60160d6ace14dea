import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../operator/results.ts';
import { executionName } from '../../../operator/start.ts';

describe('the name of a started execution', () => {
  const at = new Date('2026-11-24T08:15:30.123Z');
  const id = '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed';

  it('says which file and when', () => {
    expect(executionName('uploads/customers/2026 11.csv', at, id)).toBe(
      '2026-11-csv-20261124T081530Z-1b9d6bcd',
    );
  });

  it.each(['uploads/顧客.csv', `uploads/${'x'.repeat(1000)}`, 'a/', 'a/*?"<>|&$#:;', '..'])(
    '%j: one that Step Functions takes, and CloudWatch can log',
    (key) => {
      expect(executionName(key, at, id)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
    },
  );
});

describe('an address in S3', () => {
  it('has any key', () => {
    expect(parseAddress('s3://b/a/b c#?.csv')).toEqual({ bucket: 'b', key: 'a/b c#?.csv' });
  });
  it.each(['s3://b', 's3://b/', 'b/k', 'https://b/k', ''])('%j is none', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});
