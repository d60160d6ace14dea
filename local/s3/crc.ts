// The two CRCs that Node lacks (CRC-32C and CRC-64/NVME), and how CRCs of parts become that of the whole.

const POLYNOMIAL_32 = 0xedb88320n;
const POLYNOMIAL_32C = 0x82f63b78n;
const POLYNOMIAL_64_NVME = 0x9a6c9329ac4bc9b5n;

/** Reflected table of one byte's effect, for a polynomial of at most 64 bits. */
function byteTable(polynomial: bigint): bigint[] {
  return Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    return value;
  });
}

const table32c = Uint32Array.from(byteTable(POLYNOMIAL_32C), Number);
/** The 64-bit table as two halves: BigInt arithmetic per byte would be a hundred times slower. */
const table64 = byteTable(POLYNOMIAL_64_NVME);
const table64High = Uint32Array.from(table64, (value) => Number(value >> 32n));
const table64Low = Uint32Array.from(table64, (value) => Number(value & 0xffffffffn));

/** CRC-32C (Castagnoli) of the bytes, going on from the CRC of those before. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let at = 0; at < bytes.length; at++) crc = table32c[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** CRC-64/NVME of the bytes, going on from the CRC of those before. */
export function crc64nvme(bytes: Uint8Array, before = 0n): bigint {
  let high = ~Number(before >> 32n);
  let low = ~Number(before & 0xffffffffn);
  for (let at = 0; at < bytes.length; at++) {
    const entry = (low ^ bytes[at]!) & 0xff;
    low = table64Low[entry]! ^ ((low >>> 8) | (high << 24));
    high = table64High[entry]! ^ (high >>> 8);
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
}

const fields = {
  CRC32: { polynomial: POLYNOMIAL_32, width: 32n },
  CRC32C: { polynomial: POLYNOMIAL_32C, width: 32n },
  CRC64NVME: { polynomial: POLYNOMIAL_64_NVME, width: 64n },
} as const;

/** The product of two polynomials modulo the field's, in the reflected form that the CRCs use. */
function multiply(a: bigint, b: bigint, polynomial: bigint, width: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = width - 1n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}

/** The CRC of two adjoining pieces from the CRC of each and the second one's length in bytes. */
export function combineCrcs(
  algorithm: keyof typeof fields,
  first: bigint,
  second: bigint,
  secondLength: number,
): bigint {
  const { polynomial, width } = fields[algorithm];
  // first · x^(8 · length) + second, with the power by repeated squaring.
  let power = 1n << (width - 1n);
  let square = 1n << (width - 1n - 8n);
  for (let rest = BigInt(secondLength); rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = multiply(power, square, polynomial, width);
    square = multiply(square, square, polynomial, width);
  }
  return multiply(power, first, polynomial, width) ^ second;
}
