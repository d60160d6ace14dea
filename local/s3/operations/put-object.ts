// PutObject.
import type { Operation } from '../answer.ts';
import { writeConditions } from '../conditions.ts';
import { checksumHeaders, readStoredHeaders, versionHeaders } from '../object-headers.ts';
import { receiveBody } from '../request-body.ts';

export const putObject: Operation = async ({ store, announcer }, request) => {
  const bucket = store.get(request.bucket);
  const headers = readStoredHeaders(request);
  const metadata = request.metadata();
  const check = writeConditions(request, request.key);
  check(bucket.index.currentOf(request.key));
  const writer = await bucket.data.create();
  let version: Awaited<ReturnType<typeof bucket.commit>>;
  try {
    const { size, md5, checksum } = await receiveBody(request, writer.write);
    const file = await writer.finish();
    version = await bucket.commit(
      {
        kind: 'object',
        key: request.key,
        size,
        etag: md5,
        checksum,
        headers,
        metadata,
        files: [file],
        reason: 'PutObject',
        uploadId: null,
      },
      check,
    );
  } catch (error) {
    await writer.discard();
    throw error;
  }
  await announcer.announce(bucket, version);
  return {
    status: 200,
    headers: {
      ETag: `"${version.etag}"`,
      ...versionHeaders(bucket, version),
      ...checksumHeaders(version.checksum),
    },
  };
};
