import { ImportFailure } from '../../contract/failures.ts';
import type { PackedReader } from './packed-reader.ts';
import { damaged, readDirectoryEntry, readExactly, Signature, type ZipEntry } from './zip-records.ts';

const [END, END_64, LOCATOR_64] = [0x06054b50, 0x06064b50, 0x07064b50];

/** Archives have 44 bytes and rarely some more. */
const MOST_END_64 = 64 * 1024;

/** Takes the directory at the archive’s end, which must list the entries that were read, and be all that follows. */
export async function checkDirectory(
  reader: PackedReader,
  size: number,
  entries: readonly ZipEntry[],
): Promise<void> {
  const start = reader.taken;
  let listed = 0;
  for (;;) {
    const bytes = await reader.peek(4);
    if (bytes.length < 4) throw damaged(`its directory is missing or cut off, after byte ${reader.taken}`);
    const signature = bytes.readUInt32LE(0);
    if (signature === Signature.directory) {
      assertSame(await readDirectoryEntry(reader), entries[listed++]);
    } else if (signature === END_64) {
      const header = await readExactly(reader, 12);
      const length = Number(header.readBigUInt64LE(4));
      if (length > MOST_END_64) throw damaged('the end of its directory is too long');
      await readExactly(reader, length);
    } else if (signature === LOCATOR_64) {
      await readExactly(reader, 20);
    } else if (signature === END) {
      break;
    } else throw damaged(`something else than its directory stands at byte ${start + 1}`);
  }
  if (listed !== entries.length) throw damaged('its directory does not list the files in it');
  const end = await readExactly(reader, 22);
  await readExactly(reader, end.readUInt16LE(20));
  if (reader.taken < size) {
    throw new ImportFailure(
      'UndecodableFile',
      `The ZIP archive ends at byte ${reader.taken}, but ${size - reader.taken} more bytes follow. Pack the CSV file again and upload it again.`,
    );
  }
}

function assertSame(listed: ZipEntry, read: ZipEntry | undefined): void {
  const isSame =
    read !== undefined &&
    listed.name === read.name &&
    listed.offset === read.offset &&
    listed.method === read.method &&
    listed.checksum === read.checksum &&
    listed.packed === read.packed &&
    listed.unpacked === read.unpacked;
  if (!isSame) throw damaged('its directory and the files in it do not agree');
}
