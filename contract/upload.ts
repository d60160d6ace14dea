import { createHash } from 'node:crypto';
import { z } from 'zod';
import { visible } from './visible-text.ts';

/** One object version that somebody put under a prefix: what an import reads. Sizes are in bytes. */
export const uploadSchema = z.object({
  bucket: z.string().min(1),
  /** Verbatim, as EventBridge gives it: not URL-encoded, any characters, at most 1,024 bytes. */
  key: z.string().min(1),
  /** Empty where the bucket keeps no versions. */
  versionId: z.string(),
  /** Without quotes. */
  etag: z.string().min(1),
  size: z.number().int().nonnegative(),
  /** Orders the events of one key (see {@link compareSequencers}); empty where S3 gave none. */
  sequencer: z.string(),
});
export type Upload = z.infer<typeof uploadSchema>;

/** The part of S3's "Object Created" event on EventBridge that an import needs. */
export const uploadEventSchema = z.object({
  detail: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      size: z.number().int().nonnegative().optional(),
      etag: z.string().optional(),
      'version-id': z.string().optional(),
      sequencer: z.string().optional(),
    }),
  }),
});
export type UploadEvent = z.infer<typeof uploadEventSchema>;

/**
 * The identity of the work "load this upload by this import": the same for every retry, redrive and
 * duplicate event, so that they all meet in the same ledger row. 32 hexadecimal characters after the
 * import's name; safe in keys, lock names and logs.
 *
 * In a bucket without versions the sequencer is part of it: an ETag alone would take an upload of A, uploaded again
 * after B, for the first one, which is imported already.
 */
export function deriveRunId(importName: string, upload: Upload): string {
  const order = upload.versionId === '' && upload.sequencer !== '' ? [upload.sequencer] : [];
  const identity = JSON.stringify([importName, upload.bucket, upload.key, versionOf(upload), ...order]);
  return `${importName}-${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`;
}

/** What an uploader knows of a version of a key: the version id, or the ETag in a bucket without versions. */
export function versionOf(upload: Pick<Upload, 'versionId' | 'etag'>): string {
  return upload.versionId || upload.etag;
}

/** The text form in which sequencers of one key compare in their order: hexadecimal, right-padded with zeros. */
export function sortableSequencer(sequencer: string): string {
  return sequencer.toUpperCase().padEnd(64, '0');
}

/**
 * Orders two events of the same key: negative when `a` happened first, 0 when unknown or equal.
 * S3's rule: right-pad the shorter with zeros, then compare as text
 * (docs: "Event message structure", `sequencer`).
 */
export function compareSequencers(a: string, b: string): number {
  if (a === '' || b === '') return 0;
  const [left, right] = [sortableSequencer(a), sortableSequencer(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `s3://bucket/key`, with what is invisible in it made visible, for people. */
export function describeUpload(upload: { bucket: string; key: string }): string {
  return visible(`s3://${upload.bucket}/${upload.key}`);
}
