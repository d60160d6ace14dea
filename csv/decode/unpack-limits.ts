import { ImportFailure } from '../../contract/failures.ts';

export interface UnpackLimits {
  /** The most that may come out, in bytes. */
  maxBytes: number;
  /** The most that may come out for each byte that went in. */
  maxRatio: number;
}

/** A ratio means something from here on: a small file of blank lines may well be packed to nothing. */
const RATIO_FROM_BYTES = 1024 * 1024;

/** @throws ImportFailure `UploadTooLarge` where more came out than the limits allow */
export function checkLimits(unpacked: number, packed: number, { maxBytes, maxRatio }: UnpackLimits): void {
  if (unpacked > maxBytes) {
    throw new ImportFailure(
      'UploadTooLarge',
      `The file unpacks to more than ${maxBytes} bytes, the import’s maxBytes.`,
    );
  }
  if (unpacked > RATIO_FROM_BYTES && unpacked > packed * maxRatio) {
    throw new ImportFailure(
      'UploadTooLarge',
      `The first ${packed} bytes of the file unpack to more than ${maxRatio} times as much (${unpacked} bytes), the import’s maxRatio. If the file is as it should be, raise maxRatio in the import’s definition.`,
    );
  }
}
