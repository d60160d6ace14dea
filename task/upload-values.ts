import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { TableImport } from '../contract/definition/define-import.ts';
import { isSource } from '../contract/definition/values.ts';
import { storageFailure } from '../contract/storage-failure.ts';
import { describeUpload, type Upload } from '../contract/upload.ts';
import { type RowValue, resolveMarks, resolveValues } from '../csv/index.ts';
import type { UploadValues } from './ledger/schema.ts';
import type { Importer, Run } from './run.ts';

/** S3 answers a HEAD within a tenth of a second; the client asks again by itself. */
const HEAD_WITHIN_MS = 30_000;

/**
 * The values of the run's rows that are not in the file, and those of rows that the file lacks. S3 is asked for the object's metadata only where some come
 * from there.
 *
 * @throws ImportFailure `KeyMismatch`, `UploadValuesInvalid`, and those of S3
 */
export async function readRowValues(
  { attempt, definition, importer, sessions }: Omit<Run, 'values' | 'marks'>,
  importedAt: Date,
): Promise<Pick<Run, 'values' | 'marks'>> {
  const { upload, runId } = attempt;
  const context = {
    key: upload.key,
    label: describeUpload(upload),
    metadata: takesMetadata(definition) ? await readMetadata(importer, upload) : {},
    runId,
    importedAt,
    repertoire: sessions.repertoire,
  };
  return { values: resolveValues(definition, context), marks: resolveMarks(definition, context) };
}

/** What of them came with the upload, by property, for the ledger. */
export function uploadValues(values: readonly RowValue[]): UploadValues {
  const arrived = values.filter(({ fromUpload }) => fromUpload);
  return Object.fromEntries(arrived.map(({ column, text }) => [column.property, text]));
}

function takesMetadata({ values, marks }: TableImport): boolean {
  return [...values, ...(marks ?? [])].some(({ value }) => isSource(value) && value.from === 'metadata');
}

async function readMetadata(
  { s3, signal }: { s3: S3Client } & Pick<Importer, 'signal'>,
  upload: Upload,
): Promise<Record<string, string>> {
  const { bucket, key, versionId, etag } = upload;
  const head = new HeadObjectCommand({
    Bucket: bucket,
    Key: key,
    ...(versionId === '' ? { IfMatch: `"${etag}"` } : { VersionId: versionId }),
  });
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(HEAD_WITHIN_MS)]);
  try {
    return (await s3.send(head, { abortSignal })).Metadata ?? {};
  } catch (error) {
    signal.throwIfAborted();
    const object = describeUpload(upload);
    throw storageFailure(error, {
      doing: 'Reading',
      object,
      denied: `S3 refuses the importer to read ${object}: its role needs s3:GetObject and s3:GetObjectVersion there.`,
    });
  }
}
