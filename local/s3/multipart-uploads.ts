// Multipart uploads that were begun and not yet completed, and the parts that have arrived.
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checksum, ChecksumAlgorithm } from './checksums.ts';
import type { DataFiles } from './data-files.ts';
import { S3Error } from './errors.ts';
import { listAndClean, readJson, writeJson } from './json-files.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { DataFile, StoredHeaders } from './object-version.ts';
import { partSchema, uploadSchema } from './stored-json.ts';

/** One part: its bytes are a file already. */
export interface UploadedPart {
  partNumber: number;
  /** MD5, lower-case hexadecimal. */
  etag: string;
  checksum: Checksum | null;
  file: DataFile;
  /** ISO 8601. */
  time: string;
}

/** What was decided when the upload was begun. */
export interface MultipartUpload {
  id: string;
  key: string;
  headers: StoredHeaders;
  metadata: Record<string, string>;
  /** Computed for each part and for the whole, if any. */
  checksum: { algorithm: ChecksumAlgorithm; type: Checksum['type'] } | null;
  /** ISO 8601. */
  initiated: string;
}

interface Entry {
  upload: MultipartUpload;
  parts: Map<number, UploadedPart>;
}

const UPLOAD_FILE = 'upload.json';

export class MultipartUploads {
  readonly #directory: string;
  readonly #data: DataFiles;
  readonly #entries = new Map<string, Entry>();
  readonly #locks = new KeyedLock();
  /** Whether some file was unreadable: which data files it names is not known then. */
  readonly isDamaged: boolean;

  /** Loads what is in `directory`; uploads that became objects already (`completed`) are removed. */
  constructor(directory: string, data: DataFiles, completed: ReadonlySet<string>) {
    this.#directory = directory;
    this.#data = data;
    let damaged = false;
    for (const id of listAndClean(directory).filter((name) => /^[0-9a-f]{64}$/.test(name))) {
      const folder = join(directory, id);
      const names = completed.has(id) ? [] : listAndClean(folder);
      if (!names.includes(UPLOAD_FILE)) {
        rmSync(folder, { recursive: true, force: true });
        continue;
      }
      const upload = readJson<MultipartUpload>(join(folder, UPLOAD_FILE), uploadSchema);
      if (upload === undefined) {
        damaged = true;
        continue;
      }
      const parts = new Map<number, UploadedPart>();
      for (const name of names.filter((other) => other !== UPLOAD_FILE)) {
        const part = readJson<UploadedPart>(join(folder, name), partSchema);
        if (part === undefined) {
          damaged = true;
          continue;
        }
        const bytes = statSync(data.pathOf(part.file.name), { throwIfNoEntry: false })?.size;
        if (bytes === part.file.size) parts.set(part.partNumber, part);
      }
      this.#entries.set(id, { upload, parts });
    }
    mkdirSync(directory, { recursive: true });
    this.isDamaged = damaged;
  }

  /** The names of the data files that parts consist of. */
  fileNames(): string[] {
    return [...this.#entries.values()].flatMap(({ parts }) =>
      [...parts.values()].map((part) => part.file.name),
    );
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  async begin(decided: Omit<MultipartUpload, 'id' | 'initiated'>): Promise<MultipartUpload> {
    const id = randomBytes(32).toString('hex');
    const upload = { ...decided, id, initiated: new Date().toISOString() };
    await mkdir(join(this.#directory, id));
    await writeJson(join(this.#directory, id, UPLOAD_FILE), upload);
    this.#entries.set(id, { upload, parts: new Map() });
    return upload;
  }

  /** All uploads under a prefix, by key and then by the time they were begun. */
  list(prefix: string, compare: (a: string, b: string) => number): MultipartUpload[] {
    return [...this.#entries.values()]
      .map(({ upload }) => upload)
      .filter((upload) => upload.key.startsWith(prefix))
      .sort((a, b) => compare(a.key, b.key) || compare(a.initiated, b.initiated) || compare(a.id, b.id));
  }

  /** @throws S3Error `NoSuchUpload` */
  get(key: string, id: string): MultipartUpload {
    return this.#entry(key, id).upload;
  }

  /** The parts of an upload in their order. */
  parts(key: string, id: string): UploadedPart[] {
    return [...this.#entry(key, id).parts.values()].sort((a, b) => a.partNumber - b.partNumber);
  }

  /** Takes a part, in place of an earlier one of its number. If this throws, the file is still the caller's. */
  async addPart(key: string, id: string, part: UploadedPart): Promise<void> {
    await this.exclusively(id, async () => {
      const { parts } = this.#entry(key, id);
      const replaced = parts.get(part.partNumber);
      await writeJson(join(this.#directory, id, `${part.partNumber}.json`), part);
      parts.set(part.partNumber, part);
      if (replaced !== undefined) await this.#data.remove([replaced.file]);
    });
  }

  /** Runs `work` while no part of the upload is being added and nothing else ends it. */
  exclusively<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.#locks.run(id, work);
  }

  /** Forgets an upload and removes its parts, except for the files in `kept`. Call it within `exclusively`. */
  async end(key: string, id: string, kept: ReadonlySet<string>): Promise<void> {
    const { parts } = this.#entry(key, id);
    this.#entries.delete(id);
    await rm(join(this.#directory, id), { recursive: true, force: true });
    const files = [...parts.values()].map((part) => part.file);
    await this.#data.remove(files.filter((file) => !kept.has(file.name)));
  }

  #entry(key: string, id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.upload.key !== key) {
      throw new S3Error(
        'NoSuchUpload',
        'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
        { UploadId: id },
      );
    }
    return entry;
  }
}
