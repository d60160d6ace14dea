// Operations on buckets themselves.
import type { Operation } from '../answer.ts';
import { S3Error } from '../errors.ts';
import { receiveText } from '../request-body.ts';
import { element, parseXml, textOf, xmlDocument } from '../xml.ts';

/** The region that buckets say they are in; any region that a client signs for is taken. */
const REGION = 'us-east-1';
const owner = element('Owner', [element('ID', 'local'), element('DisplayName', 'local')]);
/** Settings of buckets are a few lines. */
const MAX_DOCUMENT_BYTES = 64 * 1024;

export const listBuckets: Operation = async ({ store }) => ({
  status: 200,
  body: xmlDocument(
    'ListAllMyBucketsResult',
    owner,
    element(
      'Buckets',
      store
        .list()
        .map(({ settings }) =>
          element('Bucket', [element('Name', settings.name), element('CreationDate', settings.created)]),
        ),
    ),
  ),
});

export const headBucket: Operation = async ({ store }, request) => {
  store.get(request.bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': REGION, 'x-amz-access-point-alias': 'false' } };
};

export const createBucket: Operation = async ({ store }, request) => {
  await store.create(request.bucket);
  return { status: 200, headers: { Location: `/${request.bucket}` } };
};

export const deleteBucket: Operation = async ({ store }, request) => {
  await store.delete(request.bucket);
  return { status: 204 };
};

export const getBucketLocation: Operation = async ({ store }, request) => {
  store.get(request.bucket);
  // Empty is how S3 says us-east-1.
  return { status: 200, body: xmlDocument('LocationConstraint') };
};

export const getBucketNotification: Operation = async ({ store, notifying }, request) => {
  const { name } = store.get(request.bucket);
  const on = notifying.has(name) ? [element('EventBridgeConfiguration', '')] : [];
  return { status: 200, body: xmlDocument('NotificationConfiguration', ...on) };
};

/** What S3 says of a bucket that nobody has configured; here nothing is encrypted. */
export const getBucketEncryption: Operation = async ({ store }, request) => {
  store.get(request.bucket);
  const byDefault = element('ApplyServerSideEncryptionByDefault', [element('SSEAlgorithm', 'AES256')]);
  const rule = element('Rule', [byDefault, element('BucketKeyEnabled', 'false')]);
  return { status: 200, body: xmlDocument('ServerSideEncryptionConfiguration', rule) };
};

export const getBucketVersioning: Operation = async ({ store }, request) => {
  const { versioning } = store.get(request.bucket).settings;
  const status = element('Status', versioning === 'Off' ? undefined : versioning);
  return { status: 200, body: xmlDocument('VersioningConfiguration', status) };
};

export const putBucketVersioning: Operation = async ({ store }, request) => {
  const bucket = store.get(request.bucket);
  const text = await receiveText(request, MAX_DOCUMENT_BYTES);
  const status = textOf(parseXml(text, 'VersioningConfiguration'), 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') {
    throw new S3Error('MalformedXML', `The versioning status is "${status}": use Enabled or Suspended.`);
  }
  await bucket.setVersioning(status);
  return { status: 200 };
};
