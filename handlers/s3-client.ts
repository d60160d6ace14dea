import { S3Client } from '@aws-sdk/client-s3';

/**
 * A request's time limits, in milliseconds. Without them the SDK waits for ever for an S3 that is reached and says
 * nothing, and the function's own time limit ends it, without a word of S3. Three tries and their pauses take less
 * than 20 of its 30 seconds; S3 answers these requests, for heads and small objects, within a tenth of a second.
 */
export const requestLimits = { connectionTimeout: 2_000, requestTimeout: 5_000, socketTimeout: 5_000 };
export const maxAttempts = 3;

/** The functions' client of S3: it gives up before the function is. */
export function createS3Client(limits = requestLimits): S3Client {
  // Else a request that is too late is only warned of.
  return new S3Client({ maxAttempts, requestHandler: { ...limits, throwOnRequestTimeout: true } });
}
