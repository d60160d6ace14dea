import { ImportFailure } from './failures.ts';

/** What was asked of S3, for the messages. */
export interface StorageRequest {
  doing: 'Reading' | 'Writing';
  /** The object, as people know it. */
  object: string;
  /** Who is refused what where the answer is 403. */
  denied: string;
}

/** Answers by which S3 says that the same request may be taken the next time; most of them have a status of 400. */
const passingAnswers = new Set([
  'BadDigest',
  'ConditionalRequestConflict',
  'IncompleteBody',
  'OperationAborted',
  'RequestTimeout',
]);

/**
 * What an error of the SDK means for the run. Of a HEAD the status is all that S3 says; without a status S3 did not
 * answer, or its answer broke off.
 */
export function storageFailure(error: unknown, { doing, object, denied }: StorageRequest): ImportFailure {
  const { name, message, code, $metadata } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  const options = { cause: error };
  if (doing === 'Reading') {
    switch (status) {
      case 404:
        return new ImportFailure('UploadGone', `${object} does not exist (any more).`, options);
      case 405:
        return new ImportFailure(
          'UploadGone',
          `${object} is a delete marker: the object was deleted.`,
          options,
        );
      case 412:
        return new ImportFailure('UploadChanged', `${object} was overwritten since its event.`, options);
      case 416:
        return new ImportFailure('UploadTruncated', `${object} is shorter than was announced.`, options);
    }
  }
  if (status === 403) return new ImportFailure('AccessDenied', denied, options);
  const answer = status === undefined ? (code ?? name) : `status ${status} (${name})`;
  const text = `${doing} ${object} failed: ${answer}${message ? `: ${message}` : ''}.`;
  return isPassing(name, status)
    ? new ImportFailure('StorageUnavailable', text, options)
    : new ImportFailure('UnexpectedError', text, options);
}

function isPassing(name: string, status: number | undefined): boolean {
  if (status === undefined) return true;
  // A status of success: the body broke off.
  return status < 300 || status === 408 || status === 429 || status >= 500 || passingAnswers.has(name);
}
