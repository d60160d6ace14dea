import type { PassThrough } from 'node:stream';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload as MultipartUpload } from '@aws-sdk/lib-storage';
import type { Progress, Report } from '../../contract/report.ts';
import { storageFailure } from '../../contract/storage-failure.ts';
import { storageKeys } from '../../contract/storage-keys.ts';

/** What the importer writes into the results bucket. Every method throws `StorageUnavailable`, `AccessDenied` or `UnexpectedError`. */
export class ResultsStore {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  async writeReport(report: Report): Promise<void> {
    await this.#putJson(storageKeys.report(report.runId, report.attempt), report);
  }

  async writeProgress(progress: Progress): Promise<void> {
    await this.#putJson(storageKeys.progress(progress.runId, progress.attempt), progress);
  }

  /** Stores a stream under a key; nothing is there before the stream has ended well. */
  async writeStream(key: string, body: PassThrough): Promise<void> {
    const upload = new MultipartUpload({
      client: this.#s3,
      params: { Bucket: this.#bucket, Key: key, Body: body, ContentType: 'text/csv' },
      // One part at a time: two files are written at once, and memory is bounded.
      queueSize: 1,
    });
    await this.#explained(key, upload.done());
  }

  async #putJson(key: string, content: unknown): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: JSON.stringify(content, null, 2),
      ContentType: 'application/json',
    });
    await this.#explained(key, this.#s3.send(command));
  }

  async #explained(key: string, sent: Promise<unknown>): Promise<void> {
    try {
      await sent;
    } catch (error) {
      const object = `s3://${this.#bucket}/${key}`;
      const denied = `S3 refuses the importer s3:PutObject on ${object}.`;
      throw storageFailure(error, { doing: 'Writing', object, denied });
    }
  }
}
