import { randomUUID } from 'node:crypto';
import type { UploadEvent } from '../contract/upload.ts';

/** S3's "Object Created" as EventBridge carries it, as far as it can be made without S3. */
export type ObjectCreatedEvent = UploadEvent & { id: string; [field: string]: unknown };

/**
 * The event that S3 would have sent for an object, but without `sequencer`, which only S3 knows.
 *
 * @param stateMachineArn tells account and region
 */
export function objectCreatedEvent(
  stateMachineArn: string,
  bucket: string,
  object: UploadEvent['detail']['object'],
): ObjectCreatedEvent {
  const [, , , region, account] = stateMachineArn.split(':');
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account,
    time: new Date().toISOString(),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: { bucket: { name: bucket }, object },
  };
}
