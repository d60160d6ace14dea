import { crc32, deflateRawSync } from 'node:zlib';

/** How an entry is written, and what is wrong with it. */
export interface ZipPart {
  name: string;
  content: Buffer | string;
  method?: number;
  flags?: number;
  /** Checksum and sizes behind the data; with or without a signature. */
  descriptor?: 'signed' | 'bare';
  zip64?: boolean;
  /** Written instead of the content’s own. */
  checksum?: number;
  unpacked?: number;
}

/** A ZIP archive as programs write it, or a broken one. */
export function makeZip(
  parts: readonly ZipPart[],
  options: { comment?: string; listed?: number } = {},
): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  for (const part of parts) {
    const offset = Buffer.concat(files).length;
    const content = Buffer.from(part.content);
    const method = part.method ?? 8;
    const data = method === 8 ? deflateRawSync(content) : content;
    const checksum = part.checksum ?? crc32(content);
    const sizes = { packed: data.length, unpacked: part.unpacked ?? content.length };
    const name = Buffer.from(part.name);
    const flags = (part.flags ?? 0) | (part.descriptor === undefined ? 0 : 8);
    const later = part.descriptor !== undefined;
    files.push(
      Buffer.concat([
        words(0x04034b50, [20, flags, method, 0, 0]),
        ...(later
          ? [fields(0, 0, 0, part.zip64)]
          : [fields(checksum, sizes.packed, sizes.unpacked, part.zip64)]),
        lengths(name, part.zip64),
        name,
        extra(later ? { packed: 0, unpacked: 0 } : sizes, part.zip64),
        data,
        ...(later ? [describe(part, checksum, sizes)] : []),
      ]),
    );
    directory.push(
      Buffer.concat([
        words(0x02014b50, [20, 20, flags, method, 0, 0]),
        fields(checksum, sizes.packed, sizes.unpacked, part.zip64),
        lengths(name, part.zip64),
        Buffer.alloc(10),
        uint32(offset),
        name,
        extra(sizes, part.zip64),
      ]),
    );
  }
  const listed = directory.slice(0, options.listed ?? directory.length);
  const comment = Buffer.from(options.comment ?? '');
  const end = Buffer.concat([
    words(0x06054b50, [0, 0, listed.length, listed.length]),
    uint32(Buffer.concat(listed).length),
    uint32(Buffer.concat(files).length),
    uint16(comment.length),
    comment,
  ]);
  return Buffer.concat([...files, ...listed, end]);
}

const uint16 = (value: number) => Buffer.from([value & 0xff, value >> 8]);
function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
const words = (signature: number, values: number[]) =>
  Buffer.concat([uint32(signature), ...values.map(uint16)]);
const fields = (checksum: number, packed: number, unpacked: number, zip64 = false) =>
  Buffer.concat([
    uint32(checksum),
    uint32(zip64 ? 0xffffffff : packed),
    uint32(zip64 ? 0xffffffff : unpacked),
  ]);
const lengths = (name: Buffer, zip64 = false) => Buffer.concat([uint16(name.length), uint16(zip64 ? 20 : 0)]);
const extra = ({ packed, unpacked }: { packed: number; unpacked: number }, zip64 = false) =>
  zip64 ? Buffer.concat([uint16(1), uint16(16), uint64(unpacked), uint64(packed)]) : Buffer.alloc(0);
const describe = (part: ZipPart, checksum: number, sizes: { packed: number; unpacked: number }) => {
  const size = part.zip64 === true ? uint64 : uint32;
  const signature = part.descriptor === 'signed' ? [uint32(0x08074b50)] : [];
  return Buffer.concat([...signature, uint32(checksum), size(sizes.packed), size(sizes.unpacked)]);
};
