import { describe, expect, it } from 'vitest';
import {
  compareSequencers,
  deriveRunId,
  describeUpload,
  sortableSequencer,
} from '../../../contract/upload.ts';

const upload = { bucket: 'b', key: 'k', versionId: 'v1', etag: 'e', size: 1, sequencer: '' };

describe('deriveRunId', () => {
  it('is the same for the same import and object version, whatever else the event says', () => {
    expect(deriveRunId('orders', { ...upload, size: 9, sequencer: 'FF' })).toBe(
      deriveRunId('orders', upload),
    );
    expect(deriveRunId('orders', upload)).toMatch(/^orders-[0-9a-f]{32}$/);
  });

  it.each([{ key: 'k2' }, { bucket: 'b2' }, { versionId: 'v2' }])('differs for another %o', (change) => {
    expect(deriveRunId('orders', { ...upload, ...change })).not.toBe(deriveRunId('orders', upload));
  });

  it('tells versions apart by the ETag where there are no version ids', () => {
    const unversioned = { ...upload, versionId: '' };
    expect(deriveRunId('o', { ...unversioned, etag: 'e2' })).not.toBe(deriveRunId('o', unversioned));
  });

  it('cannot be made to collide by moving characters between bucket and key', () => {
    expect(deriveRunId('o', { ...upload, bucket: 'a","b', key: 'c' })).not.toBe(
      deriveRunId('o', { ...upload, bucket: 'a', key: 'b","c' }),
    );
  });
});

describe('sequencers', () => {
  it.each([
    ['005F', '005F00', 0],
    ['005F', '0060', -1],
    ['0060', '005FFF', 1],
    ['0A', '0a', 0],
    ['', '0A', 0],
  ])('%s against %s: %i', (a, b, order) => {
    expect(compareSequencers(a, b)).toBe(order);
  });

  it('pads to a width that no sequencer of S3 exceeds', () => {
    expect(sortableSequencer('0062E99A88DC407460')).toHaveLength(64);
  });
});

it('describeUpload makes control characters visible', () => {
  expect(describeUpload({ bucket: 'b', key: 'a\nb\u0000.csv' })).toBe('s3://b/a\\u000ab\\u0000.csv');
});
