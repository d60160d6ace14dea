import { ImportFailure } from '../../contract/failures.ts';
import type { PackedReader } from './packed-reader.ts';

/** What stands before a file in a ZIP archive. */
export interface ZipEntry {
  name: string;
  /** Where its header begins in the archive. */
  offset: number;
  method: number;
  isEncrypted: boolean;
  /** Whether checksum and sizes follow the data. */
  hasDescriptor: boolean;
  isZip64: boolean;
  checksum: number;
  packed: number;
  unpacked: number;
}

export const Signature = { file: 0x04034b50, directory: 0x02014b50, descriptor: 0x08074b50 } as const;

export function damaged(what: string): ImportFailure {
  return new ImportFailure(
    'UndecodableFile',
    `The ZIP archive is damaged: ${what}. Pack the CSV file again and upload it again.`,
  );
}

/** Takes so many bytes. */
export async function readExactly(reader: PackedReader, bytes: number): Promise<Buffer> {
  const found = await reader.read(bytes);
  if (found.length < bytes) throw damaged(`it ends early, after byte ${reader.taken}`);
  return found;
}

/** Takes the header that stands before a file. */
export async function readEntry(reader: PackedReader): Promise<ZipEntry> {
  const offset = reader.taken;
  const header = await readExactly(reader, 30);
  return finishEntry(reader, header, { offset, fields: 6, names: 26, comment: 0 });
}

/** Takes an entry of the directory at the archive’s end. */
export async function readDirectoryEntry(reader: PackedReader): Promise<ZipEntry> {
  const header = await readExactly(reader, 46);
  const comment = header.readUInt16LE(32);
  return finishEntry(reader, header, { offset: header.readUInt32LE(42), fields: 8, names: 28, comment });
}

async function finishEntry(
  reader: PackedReader,
  header: Buffer,
  at: { offset: number; fields: number; names: number; comment: number },
): Promise<ZipEntry> {
  const flags = header.readUInt16LE(at.fields);
  const name = await readExactly(reader, header.readUInt16LE(at.names));
  const extra = await readExactly(reader, header.readUInt16LE(at.names + 2));
  await readExactly(reader, at.comment);
  const [packed, unpacked] = [header.readUInt32LE(at.fields + 12), header.readUInt32LE(at.fields + 16)];
  const wide = findExtra(extra, ZIP64);
  return {
    name: name.toString('utf8'),
    method: header.readUInt16LE(at.fields + 2),
    isEncrypted: (flags & 0x41) !== 0,
    hasDescriptor: (flags & 0x08) !== 0,
    isZip64: wide !== null,
    checksum: header.readUInt32LE(at.fields + 8),
    ...sizesOf(wide, { packed, unpacked, offset: at.offset }),
  };
}

const ZIP64 = 0x0001;
const IN_EXTRA = 0xffffffff;

function findExtra(extra: Buffer, id: number): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return null;
}

/** What does not fit into 32 bits stands in the extra field, in this order. */
function sizesOf(wide: Buffer | null, narrow: { packed: number; unpacked: number; offset: number }) {
  const values = { unpacked: narrow.unpacked, packed: narrow.packed, offset: narrow.offset };
  let at = 0;
  for (const name of ['unpacked', 'packed', 'offset'] as const) {
    if (values[name] !== IN_EXTRA || wide === null || at + 8 > wide.length) continue;
    values[name] = Number(wide.readBigUInt64LE(at));
    at += 8;
  }
  return values;
}
