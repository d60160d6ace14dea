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

  it('tells uploads of the same bytes apart by the sequencer there, and duplicates of one event not', () => {
    const first = { ...upload, versionId: '', sequencer: '005A' };
    expect(deriveRunId('o', { ...first })).toBe(deriveRunId('o', first));
    expect(deriveRunId('o', { ...first, sequencer: '005B' })).not.toBe(deriveRunId('o', first));
  });

  it('is the one of the releases before where an event that was made by hand has no sequencer', () => {
    expect(deriveRunId('o', { ...upload, versionId: '' })).toBe('o-e71799e15aac45e19ba6648cae90df58');
    expect(deriveRunId('o', { ...upload, sequencer: '005A' })).toBe('o-096de84d849623dbc336712df5f7b3a5');
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
