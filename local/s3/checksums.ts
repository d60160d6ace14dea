// The checksums of S3: computing them while bytes pass, and those of a multipart object from its parts.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { combineCrcs, crc32c, crc64nvme } from './crc.ts';
import { S3Error } from './errors.ts';

export const checksumAlgorithms = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** What is known of an object's content; `value` is base64, with `-<parts>` behind it if COMPOSITE. */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  value: string;
  type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** Anything that bytes can be fed to and that yields their digest at the end. */
export interface Digest {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

const bytesOf = (value: bigint, length: number) =>
  Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');

/** A digest of an S3 checksum algorithm. */
export function createDigest(algorithm: ChecksumAlgorithm): Digest {
  let narrow = 0;
  let wide = 0n;
  switch (algorithm) {
    case 'CRC32':
      return {
        update: (chunk) => {
          narrow = crc32(chunk, narrow);
        },
        digest: () => bytesOf(BigInt(narrow), 4),
      };
    case 'CRC32C':
      return {
        update: (chunk) => {
          narrow = crc32c(chunk, narrow);
        },
        digest: () => bytesOf(BigInt(narrow), 4),
      };
    case 'CRC64NVME':
      return {
        update: (chunk) => {
          wide = crc64nvme(chunk, wide);
        },
        digest: () => bytesOf(wide, 8),
      };
    default: {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
    }
  }
}

/** The header that carries a checksum: `x-amz-checksum-crc32` and so on. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The XML element that carries a checksum: `ChecksumCRC32` and so on. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/**
 * Reads the name of an algorithm as a client gives it.
 *
 * @throws S3Error `InvalidRequest` for one that is unknown here.
 */
export function readAlgorithm(name: string): ChecksumAlgorithm {
  const found = checksumAlgorithms.find((algorithm) => algorithm === name.toUpperCase());
  if (found !== undefined) return found;
  throw new S3Error(
    'InvalidRequest',
    `Checksum algorithm "${name}" is unknown to this local server: use one of ${checksumAlgorithms.join(', ')}.`,
  );
}

/** Only CRCs of parts can be combined to that of the whole. */
export function isCrc(algorithm: ChecksumAlgorithm): algorithm is 'CRC32' | 'CRC32C' | 'CRC64NVME' {
  return algorithm.startsWith('CRC');
}

/** The checksum of the object that the parts make, by the upload's type; parts' values are base64. */
export function combineParts(
  algorithm: ChecksumAlgorithm,
  type: Checksum['type'],
  parts: readonly { checksum: string; size: number }[],
): Checksum {
  const values = parts.map((part) => Buffer.from(part.checksum, 'base64'));
  if (type === 'COMPOSITE' || !isCrc(algorithm)) {
    const digest = createDigest(algorithm);
    for (const value of values) digest.update(value);
    return { algorithm, value: `${digest.digest().toString('base64')}-${parts.length}`, type: 'COMPOSITE' };
  }
  const whole = values
    .map((value) => BigInt(`0x${value.toString('hex')}`))
    .reduce((before, next, index) => combineCrcs(algorithm, before, next, parts[index]!.size));
  const value = bytesOf(whole, algorithm === 'CRC64NVME' ? 8 : 4).toString('base64');
  return { algorithm, value, type: 'FULL_OBJECT' };
}
