// All buckets of a server, each in a folder of its own.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Bucket, type BucketSettings } from './bucket.ts';
import { noSuchBucket, S3Error } from './errors.ts';
import { listAndClean, readJson, writeJson } from './json-files.ts';
import { openSequencer } from './sequencer.ts';
import { bucketSchema } from './stored-json.ts';

/** Marks folders of buckets on their way in or out; no bucket's name can have it. */
const UNFINISHED = '~';

export class ObjectStore {
  readonly #directory: string;
  readonly #buckets = new Map<string, Bucket>();
  readonly #shared: { nextSequencer: () => string; announces: boolean };

  /** Opens what is in `directory`; with `announces`, objects wait for their event to be taken. */
  constructor(directory: string, announces: boolean) {
    this.#directory = join(directory, 'buckets');
    mkdirSync(this.#directory, { recursive: true });
    this.#shared = { nextSequencer: openSequencer(directory), announces };
    for (const name of listAndClean(this.#directory)) {
      const folder = join(this.#directory, name);
      if (name.endsWith(UNFINISHED)) {
        rmSync(folder, { recursive: true, force: true });
        continue;
      }
      // Without it, the bucket's making was interrupted.
      if (!existsSync(join(folder, 'bucket.json'))) continue;
      const settings =
        readJson<BucketSettings>(join(folder, 'bucket.json'), bucketSchema) ?? assumedSettings(name);
      this.#buckets.set(name, new Bucket(folder, settings, this.#shared));
    }
  }

  /** By name. */
  list(): Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  has(name: string): boolean {
    return this.#buckets.has(name);
  }

  /** @throws S3Error `NoSuchBucket` */
  get(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw noSuchBucket(name);
    return bucket;
  }

  /** @throws S3Error `InvalidBucketName`, `BucketAlreadyOwnedByYou` */
  async create(name: string): Promise<Bucket> {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..')) {
      throw new S3Error(
        'InvalidBucketName',
        `The bucket name "${name}" is not valid: use 3 to 63 lower-case letters, digits, hyphens and single dots, a letter or digit first and last.`,
        { BucketName: name },
      );
    }
    const taken = () =>
      new S3Error('BucketAlreadyOwnedByYou', 'The bucket exists already and is yours.', { BucketName: name });
    if (this.#buckets.has(name)) throw taken();
    const folder = join(this.#directory, name);
    const settings: BucketSettings = { name, versioning: 'Off', created: new Date().toISOString() };
    await mkdir(folder, { recursive: true });
    await writeJson(join(folder, 'bucket.json'), settings);
    // Two may have asked at once.
    if (this.#buckets.has(name)) throw taken();
    const bucket = new Bucket(folder, settings, this.#shared);
    this.#buckets.set(name, bucket);
    return bucket;
  }

  /** @throws S3Error `NoSuchBucket`, `BucketNotEmpty` */
  async delete(name: string): Promise<void> {
    const bucket = this.get(name);
    if (!bucket.index.isEmpty || !bucket.uploads.isEmpty) {
      throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty', {
        BucketName: name,
      });
    }
    this.#buckets.delete(name);
    const folder = join(this.#directory, name);
    await rename(folder, folder + UNFINISHED);
    await rm(folder + UNFINISHED, { recursive: true, force: true });
  }
}

/** Of a bucket whose own are unreadable: as if it kept versions, so that nothing is overwritten. */
function assumedSettings(name: string): BucketSettings {
  return { name, versioning: 'Enabled', created: new Date().toISOString() };
}
