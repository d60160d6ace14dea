// What is kept of one version of a key: its JSON on disk, and the same in memory.
import type { Checksum } from './checksums.ts';

/** How an object came to be, in the words of S3's events. */
export type CreationReason = 'PutObject' | 'CompleteMultipartUpload' | 'CopyObject';

/** A file in the bucket's data folder; objects of multipart uploads consist of several. Size in bytes. */
export interface DataFile {
  name: string;
  size: number;
}

/** Headers that are kept with an object and come back with it, e.g. `content-type`. */
export type StoredHeaders = Record<string, string>;

/** What the writer of an object decides. */
export interface ObjectDraft {
  kind: 'object';
  key: string;
  /** In bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  checksum: Checksum | null;
  headers: StoredHeaders;
  /** Names without `x-amz-meta-`. */
  metadata: Record<string, string>;
  files: readonly DataFile[];
  reason: CreationReason;
  /** The multipart upload that it came from, so that a repeated completion is recognised. */
  uploadId: string | null;
}

/** What the bucket adds when a version becomes visible. */
interface Committed {
  /** `null` (the text) where the bucket keeps no versions. */
  versionId: string;
  /** Orders the versions of a bucket. */
  sequencer: string;
  /** ISO 8601, to the second: HTTP dates know no fractions, and conditions compare with them. */
  time: string;
}

export type StoredObject = ObjectDraft & Committed;
export type DeleteMarker = { kind: 'deleteMarker'; key: string } & Committed;
export type ObjectVersion = StoredObject | DeleteMarker;

/** The version id of objects in buckets without versions. */
export const NULL_VERSION = 'null';
