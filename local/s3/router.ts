// Which operation a request means: by method, by having a key, and by the sub-resource in its parameters.
import type { Operation } from './answer.ts';
import { preflight } from './cors.ts';
import { S3Error } from './errors.ts';
import * as buckets from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/complete-multipart-upload.ts';
import { copyObject } from './operations/copy-object.ts';
import { deleteObject, deleteObjects } from './operations/delete-objects.ts';
import { getObject, getObjectTagging, headObject } from './operations/get-object.ts';
import { listObjects, listObjectsV2, listObjectVersions } from './operations/list-objects.ts';
import * as multipart from './operations/multipart.ts';
import { putObject } from './operations/put-object.ts';
import type { S3Request } from './request.ts';

/** Sub-resources that S3 has and this server has not; without this list, PUT ?tagging would replace the object. */
const unknownSubresources = new Set(
  `accelerate acl analytics annotation attributes cors encryption intelligent-tiering inventory legal-hold
  lifecycle logging metadataConfiguration metadataTable metrics notification object-lock ownershipControls policy
  policyStatus publicAccessBlock renameObject replication requestPayment restore retention select select-type
  session tagging torrent website`.split(/\s+/),
);

/** What operations read, and what tells an SDK's operations and presigned links apart from sub-resources. */
const parameters = new Set(
  `awsaccesskeyid bucket-region continuation-token delete delimiter encoding-type encryption expires fetch-owner
  key-marker list-type location marker max-buckets max-keys max-parts max-uploads notification part-number-marker
  partnumber prefix signature start-after tagging upload-id-marker uploadid uploads version-id-marker versionid
  versioning versions x-id`.split(/\s+/),
);

/** S3 gets new sub-resources: a request that changes something must not be taken for one that it is not. */
function isUnknown(method: string, name: string, value: string): boolean {
  const lower = name.toLowerCase();
  if (unknownSubresources.has(name)) return true;
  if (parameters.has(lower) || /^(x-amz|response)-/.test(lower)) return false;
  // Readers add what they like, to get by a cache, say; but not without a value.
  return !['GET', 'HEAD'].includes(method) || value === '';
}

/** @throws S3Error `NotImplemented`, `MethodNotAllowed` */
export function findOperation(request: S3Request): Operation {
  const { method, query } = request;
  if (method === 'OPTIONS') return preflight;
  const readable = request.key === '' ? ['notification', 'encryption'] : ['tagging'];
  const unknown = [...query].find(
    ([name, value]) => isUnknown(method, name, value) && !(method === 'GET' && readable.includes(name)),
  );
  if (unknown !== undefined) {
    throw new S3Error(
      'NotImplemented',
      `The sub-resource "${unknown[0]}" is not implemented by this local server.`,
    );
  }
  const found =
    request.bucket === ''
      ? serviceOperation(method)
      : request.key === ''
        ? bucketOperation(method, query)
        : objectOperation(request);
  if (found !== undefined) return found;
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    Method: method,
  });
}

function serviceOperation(method: string): Operation | undefined {
  return method === 'GET' ? buckets.listBuckets : undefined;
}

function bucketOperation(method: string, query: URLSearchParams): Operation | undefined {
  switch (method) {
    case 'GET':
      if (query.has('notification')) return buckets.getBucketNotification;
      if (query.has('encryption')) return buckets.getBucketEncryption;
      if (query.has('location')) return buckets.getBucketLocation;
      if (query.has('versioning')) return buckets.getBucketVersioning;
      if (query.has('versions')) return listObjectVersions;
      if (query.has('uploads')) return multipart.listMultipartUploads;
      return query.get('list-type') === '2' ? listObjectsV2 : listObjects;
    case 'HEAD':
      return buckets.headBucket;
    case 'PUT':
      return query.has('versioning') ? buckets.putBucketVersioning : buckets.createBucket;
    case 'POST':
      if (query.has('delete')) return deleteObjects;
      throw new S3Error('NotImplemented', 'Uploads by HTML form are not implemented by this local server.');
    case 'DELETE':
      return buckets.deleteBucket;
    default:
      return undefined;
  }
}

function objectOperation(request: S3Request): Operation | undefined {
  const { method, query } = request;
  const isCopy = request.header('x-amz-copy-source') !== undefined;
  switch (method) {
    case 'GET':
      if (query.has('tagging')) return getObjectTagging;
      return query.has('uploadId') ? multipart.listParts : getObject;
    case 'HEAD':
      return headObject;
    case 'PUT':
      if (query.has('uploadId')) return isCopy ? multipart.uploadPartCopy : multipart.uploadPart;
      return isCopy ? copyObject : putObject;
    case 'POST':
      if (query.has('uploads')) return multipart.createMultipartUpload;
      return query.has('uploadId') ? completeMultipartUpload : undefined;
    case 'DELETE':
      return query.has('uploadId') ? multipart.abortMultipartUpload : deleteObject;
    default:
      return undefined;
  }
}
