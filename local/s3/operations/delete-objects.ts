// DeleteObject and DeleteObjects.
import type { Operation } from '../answer.ts';
import type { Bucket, CurrentCheck } from '../bucket.ts';
import { deleteConditions } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { receiveText } from '../request-body.ts';
import { childrenOf, element, parseXml, textOf, type Xml, xmlDocument } from '../xml.ts';

/** What a deletion did: the version that it removed, or the delete marker that it put in place. */
interface Deletion {
  /** Of the version that was named, if one was. */
  versionId?: string;
  /** Whether a delete marker was made, or was what was removed. */
  marker: boolean;
  /** Of the delete marker, if any. */
  markerVersionId?: string;
}

async function deleteOne(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  check: CurrentCheck,
): Promise<Deletion> {
  if (versionId) {
    const removed = await bucket.deleteVersion(key, versionId, check);
    const marker = removed?.kind === 'deleteMarker';
    return { versionId, marker, ...(marker ? { markerVersionId: versionId } : {}) };
  }
  const marker = await bucket.deleteCurrent(key, check);
  return marker === undefined ? { marker: false } : { marker: true, markerVersionId: marker.versionId };
}

export const deleteObject: Operation = async ({ store }, request) => {
  const bucket = store.get(request.bucket);
  const versionId = request.query.get('versionId') ?? undefined;
  const deletion = await deleteOne(bucket, request.key, versionId, deleteConditions(request));
  return {
    status: 204,
    headers: {
      'x-amz-delete-marker': deletion.marker ? 'true' : undefined,
      'x-amz-version-id':
        bucket.settings.versioning === 'Off' ? undefined : (deletion.versionId ?? deletion.markerVersionId),
    },
  };
};

/** S3's limit for one request. */
const MAX_KEYS = 1000;
/** A thousand keys of 1,024 bytes with each character as a reference such as `&#xA;`, and some more. */
const MAX_DOCUMENT_BYTES = 8 * 1024 ** 2;

export const deleteObjects: Operation = async ({ store }, request) => {
  const bucket = store.get(request.bucket);
  const document = parseXml(await receiveText(request, MAX_DOCUMENT_BYTES), 'Delete');
  const objects = childrenOf(document, 'Object').map((object) => ({
    key: textOf(object, 'Key'),
    versionId: textOf(object, 'VersionId'),
  }));
  if (objects.length === 0 || objects.length > MAX_KEYS || objects.some(({ key }) => !key)) {
    throw new S3Error(
      'MalformedXML',
      `The XML must name 1 to ${MAX_KEYS} objects by their keys, as <Delete><Object><Key>…</Key></Object></Delete>.`,
    );
  }
  const quiet = textOf(document, 'Quiet')?.trim() === 'true';
  const results: Xml[] = [];
  for (const { key = '', versionId } of objects) {
    try {
      const deletion = await deleteOne(bucket, key, versionId, () => {});
      if (quiet) continue;
      results.push(
        element('Deleted', [
          element('Key', key),
          element('VersionId', deletion.versionId),
          element('DeleteMarker', deletion.marker ? true : undefined),
          element('DeleteMarkerVersionId', deletion.markerVersionId),
        ]),
      );
    } catch (error) {
      results.push(
        element('Error', [
          element('Key', key),
          element('VersionId', versionId),
          element('Code', error instanceof S3Error ? error.code : 'InternalError'),
          element('Message', (error as Error).message),
        ]),
      );
    }
  }
  return { status: 200, body: xmlDocument('DeleteResult', ...results) };
};
