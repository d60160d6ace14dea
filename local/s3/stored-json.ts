// What the JSON files of a bucket must look like: a damaged one, or one of a later version, is left alone.
import { z } from 'zod';

const texts = z.record(z.string(), z.string());
const time = z.iso.datetime();
const checksum = z.object({ algorithm: z.string(), value: z.string(), type: z.string() }).nullable();
const dataFile = z.object({ name: z.string().regex(/^[0-9a-f]+$/), size: z.int().nonnegative() });
const committed = { key: z.string(), versionId: z.string(), sequencer: z.string(), time };

export const bucketSchema = z.object({
  name: z.string(),
  versioning: z.enum(['Off', 'Enabled', 'Suspended']),
  created: time,
});

export const versionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('deleteMarker'), ...committed }),
  z.object({
    kind: z.literal('object'),
    ...committed,
    size: z.int().nonnegative(),
    etag: z.string(),
    checksum,
    headers: texts,
    metadata: texts,
    files: z.array(dataFile),
    reason: z.string(),
    uploadId: z.string().nullable(),
  }),
]);

export const uploadSchema = z.object({
  id: z.string(),
  key: z.string(),
  headers: texts,
  metadata: texts,
  checksum: z.object({ algorithm: z.string(), type: z.string() }).nullable(),
  initiated: time,
});

export const partSchema = z.object({
  partNumber: z.int().positive(),
  etag: z.string(),
  checksum,
  file: dataFile,
  time,
});
