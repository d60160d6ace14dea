import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { TaskError } from './task-error.ts';

/**
 * Step Functions' `aws-sdk:s3:getObject`: the body as text, in PascalCase as all SDK integrations.
 *
 * @throws TaskError such as `S3.NoSuchKeyException`: the service's name, and the error's with `Exception` at its end
 */
export async function getObject(
  client: S3Client,
  { Bucket, Key }: { Bucket: string; Key: string },
): Promise<unknown> {
  try {
    const { Body, ContentType, ETag } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return { Body: await Body!.transformToString(), ContentType, ETag };
  } catch (error) {
    const { name, message } = error as Error;
    throw new TaskError(`S3.${name.endsWith('Exception') ? name : `${name}Exception`}`, message);
  }
}
