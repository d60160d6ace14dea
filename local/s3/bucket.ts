// One bucket: making versions visible, hiding and removing them, each step whole on disk before it shows.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { visible } from '../../contract/visible-text.ts';
import { BucketIndex } from './bucket-index.ts';
import { DataFiles } from './data-files.ts';
import { listAndClean, readJson, writeJson } from './json-files.ts';
import { KeyedLock } from './keyed-lock.ts';
import { MultipartUploads } from './multipart-uploads.ts';
import {
  type DeleteMarker,
  NULL_VERSION,
  type ObjectDraft,
  type ObjectVersion,
  type StoredObject,
} from './object-version.ts';
import { versionSchema } from './stored-json.ts';

/** S3's three states of a bucket: versions were never kept, are kept, are no longer kept. */
export type Versioning = 'Off' | 'Enabled' | 'Suspended';

export interface BucketSettings {
  name: string;
  versioning: Versioning;
  /** ISO 8601. */
  created: string;
}

/** Checked while nobody else can change the key; throws to refuse. */
export type CurrentCheck = (current: ObjectVersion | undefined) => void;

/** Ends the names of versions whose event nobody has taken yet, see {@link Bucket.markAnnounced}. */
const UNANNOUNCED = '.new.json';

export class Bucket {
  readonly settings: BucketSettings;
  readonly index = new BucketIndex();
  readonly data: DataFiles;
  readonly uploads: MultipartUploads;
  readonly #directory: string;
  readonly #nextSequencer: () => string;
  /** Whether new objects wait for their event to be taken. */
  readonly #announces: boolean;
  readonly #locks = new KeyedLock();
  /** Versions whose event nobody has taken yet. */
  readonly #unannounced = new Set<ObjectVersion>();

  /** Opens the bucket in `directory` (with its `bucket.json` there) and cleans up after a kill. */
  constructor(
    directory: string,
    settings: BucketSettings,
    { nextSequencer, announces }: { nextSequencer: () => string; announces: boolean },
  ) {
    this.#directory = directory;
    this.settings = settings;
    this.#nextSequencer = nextSequencer;
    this.#announces = announces;
    const dataDirectory = join(directory, 'data');
    for (const folder of ['data', 'versions', 'uploads']) {
      mkdirSync(join(directory, folder), { recursive: true });
    }
    this.data = new DataFiles(dataDirectory);
    const { versions, named, isDamaged } = this.#loadVersions();
    this.index.load(versions);
    this.uploads = new MultipartUploads(
      join(directory, 'uploads'),
      this.data,
      new Set(versions.flatMap((version) => (version.kind === 'object' ? (version.uploadId ?? []) : []))),
    );
    // Bytes are only removed when it is certain that nothing names them.
    if (isDamaged || this.uploads.isDamaged) return;
    const known = new Set([...named, ...this.uploads.fileNames()]);
    for (const name of listAndClean(dataDirectory)) {
      if (!known.has(name)) rmSync(join(dataDirectory, name), { force: true });
    }
  }

  get name(): string {
    return this.settings.name;
  }

  async setVersioning(versioning: Versioning): Promise<void> {
    const settings = { ...this.settings, versioning };
    await writeJson(join(this.#directory, 'bucket.json'), settings);
    this.settings.versioning = versioning;
  }

  /**
   * Makes an object of files that are completely written; the newest version of its key from then on.
   * The files are the bucket's after that; if this throws, they are still the caller's.
   */
  async commit(draft: ObjectDraft, check: CurrentCheck): Promise<StoredObject> {
    return this.#locks.run(draft.key, async () => {
      check(this.index.currentOf(draft.key));
      const version: StoredObject = { ...draft, ...this.#stamp() };
      if (this.#announces) this.#unannounced.add(version);
      await this.#show(version);
      return version;
    });
  }

  /**
   * What DELETE without a version does: hides the key behind a delete marker, which is returned, or removes the
   * object where the bucket never kept versions.
   */
  async deleteCurrent(key: string, check: CurrentCheck): Promise<DeleteMarker | undefined> {
    return this.#locks.run(key, async () => {
      const current = this.index.currentOf(key);
      check(current);
      if (this.settings.versioning === 'Off') {
        if (current !== undefined) await this.#drop(current);
        return undefined;
      }
      const marker: DeleteMarker = { kind: 'deleteMarker', key, ...this.#stamp() };
      await this.#show(marker);
      return marker;
    });
  }

  /** Removes one version for good and returns it; undefined if there was none. */
  async deleteVersion(
    key: string,
    versionId: string,
    check: CurrentCheck,
  ): Promise<ObjectVersion | undefined> {
    return this.#locks.run(key, async () => {
      const version = this.findVersion(key, versionId);
      check(version);
      if (version !== undefined) await this.#drop(version);
      return version;
    });
  }

  findVersion(key: string, versionId: string): ObjectVersion | undefined {
    return this.index.versionsOf(key).find((version) => version.versionId === versionId);
  }

  /** The objects whose event nobody has taken yet, oldest first. */
  unannounced(): StoredObject[] {
    return [...this.#unannounced]
      .filter((version) => version.kind === 'object')
      .sort((a, b) => (a.sequencer < b.sequencer ? -1 : 1));
  }

  isAnnounced(version: StoredObject): boolean {
    return !this.#unannounced.has(version);
  }

  /** Records that an object's event was taken, so that it is not told again after a restart. */
  async markAnnounced(version: StoredObject): Promise<void> {
    await this.#locks.run(version.key, async () => {
      if (!this.#unannounced.has(version)) return;
      const from = this.#pathOf(version);
      this.#unannounced.delete(version);
      // Removed meanwhile: then there is nothing left to record.
      if (!this.index.versionsOf(version.key).includes(version)) return;
      try {
        await rename(from, this.#pathOf(version));
      } catch (error) {
        this.#unannounced.add(version);
        throw error;
      }
    });
  }

  #stamp() {
    return {
      versionId:
        this.settings.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : NULL_VERSION,
      sequencer: this.#nextSequencer(),
      time: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(),
    };
  }

  async #show(version: ObjectVersion): Promise<void> {
    const replaced = this.findVersion(version.key, version.versionId);
    try {
      await writeJson(this.#pathOf(version), version);
    } catch (error) {
      this.#unannounced.delete(version);
      throw error;
    }
    this.index.add(version);
    if (replaced === undefined) return;
    // The new version is there by now, so this is no failure; what is left is removed at the next start.
    await this.#drop(replaced).catch((error: Error) => process.emitWarning(`Local S3: ${error.message}`));
  }

  async #drop(version: ObjectVersion): Promise<void> {
    // First the name, then the bytes: after a kill in between, the bytes belong to nobody and are removed.
    await rm(this.#pathOf(version), { force: true });
    this.index.remove(version);
    this.#unannounced.delete(version);
    if (version.kind === 'object') await this.data.remove(version.files);
  }

  /** Keys may hold anything and be longer than file names, so their hash names the file. */
  #pathOf(version: ObjectVersion): string {
    const hash = createHash('sha256').update(version.key).digest('hex');
    const ending = this.#unannounced.has(version) ? UNANNOUNCED : '.json';
    return join(this.#directory, 'versions', `${hash}.${version.sequencer}${ending}`);
  }

  /** The versions that can be shown; the data files that some version names; whether a version cannot be read. */
  #loadVersions() {
    const directory = join(this.#directory, 'versions');
    const newest = new Map<string, ObjectVersion>();
    const incomplete: ObjectVersion[] = [];
    let isDamaged = false;
    for (const name of listAndClean(directory).filter((other) => other.endsWith('.json'))) {
      const version = readJson<ObjectVersion>(join(directory, name), versionSchema);
      if (version === undefined) {
        isDamaged = true;
        continue;
      }
      if (!this.#isWhole(version, join(directory, name))) {
        incomplete.push(version);
        continue;
      }
      if (name.endsWith(UNANNOUNCED)) this.#unannounced.add(version);
      // Killed while it was being replaced, a version lies beside its successor of the same id.
      const identity = `${version.versionId}/${version.key}`;
      const other = newest.get(identity);
      const [older, newer] =
        other === undefined || other.sequencer < version.sequencer ? [other, version] : [version, other];
      newest.set(identity, newer);
      if (older === undefined) continue;
      rmSync(this.#pathOf(older), { force: true });
      this.#unannounced.delete(older);
    }
    const versions = [...newest.values()];
    const named = [...versions, ...incomplete]
      .flatMap((version) => (version.kind === 'object' ? version.files : []))
      .map((file) => file.name);
    return { versions, named, isDamaged };
  }

  /** Whether the bytes are all there; they may not be after the machine lost power. */
  #isWhole(version: ObjectVersion, file: string): boolean {
    if (version.kind === 'deleteMarker') return true;
    const missing = version.files.find(
      ({ name, size }) => statSync(this.data.pathOf(name), { throwIfNoEntry: false })?.size !== size,
    );
    if (missing === undefined) return true;
    process.emitWarning(
      visible(
        `Local S3: s3://${this.name}/${version.key} is left out, its data is incomplete (${this.data.pathOf(missing.name)}): put it again, and delete ${file}.`,
      ),
    );
    return false;
  }
}
