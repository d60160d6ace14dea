// Telling whoever started the server of each object that came to be.
import type { Bucket } from './bucket.ts';
import { S3Error } from './errors.ts';
import { type CreationReason, NULL_VERSION, type StoredObject } from './object-version.ts';

/** An object came to be: what S3's "Object Created" event tells. */
export interface ObjectCreated {
  bucket: string;
  /** Verbatim. */
  key: string;
  /** In bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  /** Empty where the bucket keeps no versions. */
  versionId: string;
  /** Hexadecimal, of one length, growing with each object of the server, through restarts too. */
  sequencer: string;
  reason: CreationReason;
  time: Date;
}

/** Takes an event; the client's answer waits for the promise, and a rejection becomes its 500. */
export type ObjectCreatedListener = (event: ObjectCreated) => void | Promise<void>;

export class Announcer {
  readonly #listener: ObjectCreatedListener | undefined;
  readonly #running = new Map<StoredObject, Promise<void>>();

  constructor(listener: ObjectCreatedListener | undefined) {
    this.#listener = listener;
  }

  /**
   * Hands the object's event over, if that was not done before. An event that is not taken is on record with its
   * object and is told again after a restart, or when the client completes the same multipart upload again.
   *
   * @throws S3Error `InternalError` if the listener does not take it.
   */
  async announce(bucket: Bucket, version: StoredObject): Promise<void> {
    const listener = this.#listener;
    if (listener === undefined || bucket.isAnnounced(version)) return;
    let running = this.#running.get(version);
    if (running === undefined) {
      running = this.#emit(listener, bucket, version).finally(() => this.#running.delete(version));
      this.#running.set(version, running);
    }
    await running;
  }

  async #emit(listener: ObjectCreatedListener, bucket: Bucket, version: StoredObject): Promise<void> {
    try {
      await listener({
        bucket: bucket.name,
        key: version.key,
        size: version.size,
        etag: version.etag,
        versionId: version.versionId === NULL_VERSION ? '' : version.versionId,
        sequencer: version.sequencer,
        reason: version.reason,
        time: new Date(version.time),
      });
    } catch (error) {
      throw new S3Error(
        'InternalError',
        `The object is stored, but its event was not taken: ${(error as Error)?.message ?? error}. Send it again, or restart the server, which tells the event again.`,
      );
    }
    await bucket.markAnnounced(version);
  }
}
