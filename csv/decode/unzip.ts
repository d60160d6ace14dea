import { crc32, createInflateRaw } from 'node:zlib';
import { ImportFailure } from '../../contract/failures.ts';
import { type ByteStream, closing } from '../byte-stream.ts';
import { CHUNK_BYTES } from './gunzip.ts';
import { PackedReader } from './packed-reader.ts';
import { checkLimits, type UnpackLimits } from './unpack-limits.ts';
import { checkDirectory } from './zip-directory.ts';
import { damaged, readEntry, readExactly, Signature, type ZipEntry } from './zip-records.ts';

const [STORED, DEFLATED] = [0, 8];
const methods: Readonly<Record<number, string>> = {
  9: 'Deflate64',
  12: 'BZip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'XZ',
  98: 'PPMd',
};

/**
 * Unpacks the only file of a ZIP archive as it comes. Folders and what macOS adds are passed over.
 *
 * @param size bytes of the archive
 * @throws ImportFailure `UndecodableFile` where it has no file or several, is encrypted, compressed by another method
 *   than Deflate, or damaged; `UploadTooLarge` as soon as more comes out than the limits allow
 */
export function unzip(source: ByteStream, size: number, limits: UnpackLimits): ByteStream {
  return closing(source, unpack(source, size, limits));
}

async function* unpack(source: ByteStream, size: number, limits: UnpackLimits): ByteStream {
  const reader = new PackedReader(source);
  const entries: ZipEntry[] = [];
  let found = false;
  while ((await signatureAt(reader)) === Signature.file) {
    const entry = await readEntry(reader);
    entries.push(entry);
    const isFile = !isBeside(entry);
    if (isFile && found) throw unsuitable('has several files', 'Upload each CSV file by itself');
    if (isFile) assertReadable(entry);
    found ||= isFile;
    for await (const chunk of readData(reader, entry, limits)) if (isFile) yield chunk;
  }
  if (!found) throw unsuitable('has no file in it', 'Pack the CSV file again');
  await checkDirectory(reader, size, entries);
}

async function signatureAt(reader: PackedReader): Promise<number> {
  const bytes = await reader.peek(4);
  return bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
}

/** Folders, and what the Finder of macOS packs with each file. */
const isBeside = ({ name }: ZipEntry) => /\/$|^__MACOSX\/|(^|\/)\.DS_Store$/.test(name);

function unsuitable(what: string, remedy: string): ImportFailure {
  return new ImportFailure('UndecodableFile', `The ZIP archive ${what}. ${remedy}.`);
}

function assertReadable({ isEncrypted, method, hasDescriptor }: ZipEntry): void {
  if (isEncrypted) throw unsuitable('is encrypted', 'Pack the CSV file without a password');
  if (method !== STORED && method !== DEFLATED) {
    const name = methods[method] ?? `method ${method}`;
    throw unsuitable(
      `is compressed by ${name}, which is not read`,
      'Pack the CSV file by Deflate, the usual method',
    );
  }
  if (method === STORED && hasDescriptor) {
    throw unsuitable(
      'holds its file uncompressed and without its size',
      'Pack the CSV file by another program',
    );
  }
}

/** The entry’s content; checks that it is as long as the archive says, and its checksum. */
async function* readData(
  reader: PackedReader,
  entry: ZipEntry,
  limits: UnpackLimits,
): AsyncGenerator<Buffer> {
  assertReadable(entry);
  const start = reader.taken;
  let [unpacked, checksum] = [0, 0];
  try {
    for await (const chunk of entry.method === DEFLATED ? inflate(reader) : stored(reader, entry)) {
      unpacked += chunk.length;
      checksum = crc32(chunk, checksum);
      checkLimits(unpacked, reader.taken, limits);
      yield chunk;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') !== true) throw error;
    const where = code === 'Z_BUF_ERROR' ? 'it ends early' : 'its compressed data is corrupt';
    throw damaged(`${where}, after byte ${reader.taken} at most (${message})`);
  }
  const packed = reader.taken - start;
  if (entry.hasDescriptor) await readDescriptor(reader, entry);
  if (entry.checksum !== checksum) throw damaged('the checksum is not that of the file in it');
  if (entry.unpacked !== unpacked || entry.packed !== packed) {
    throw damaged('the file in it is not as long as it says');
  }
}

const inflate = (reader: PackedReader) => reader.unpack(createInflateRaw({ chunkSize: CHUNK_BYTES }));

async function* stored(reader: PackedReader, { packed }: ZipEntry): AsyncGenerator<Buffer> {
  for (let left = packed; left > 0; ) {
    const bytes = await reader.next(left);
    if (bytes.length === 0) throw damaged(`it ends early, after byte ${reader.taken}`);
    left -= bytes.length;
    yield bytes;
  }
}

/** Takes checksum and sizes behind the data, with or without a signature before them. */
async function readDescriptor(reader: PackedReader, entry: ZipEntry): Promise<void> {
  const hasSignature = (await signatureAt(reader)) === Signature.descriptor;
  const from = hasSignature ? 4 : 0;
  const bytes = await readExactly(reader, from + (entry.isZip64 ? 20 : 12));
  entry.checksum = bytes.readUInt32LE(from);
  entry.packed = entry.isZip64 ? Number(bytes.readBigUInt64LE(from + 4)) : bytes.readUInt32LE(from + 4);
  entry.unpacked = entry.isZip64 ? Number(bytes.readBigUInt64LE(from + 12)) : bytes.readUInt32LE(from + 8);
}
