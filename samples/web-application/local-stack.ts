import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { LOCAL_DIRECTORY, localAwsConfig, localStackSchema } from '../../operator/local-stack.ts';

/** Where `npm run local` in this folder has its parts; null where none runs. Your application needs nothing of this. */
export function findLocalStack(): {
  uploadBucket: string;
  resultsBucket: string;
  databaseUrl: string;
  client: S3ClientConfig;
} | null {
  try {
    const file = readFileSync(join(LOCAL_DIRECTORY, 'stack.json'), 'utf8');
    const { pid, endpoints, uploadBucket, resultsBucket, databaseUrl } = localStackSchema.parse(
      JSON.parse(file),
    );
    // Throws where the process is gone: a stack that was killed leaves its file behind.
    process.kill(pid, 0);
    const client = { ...localAwsConfig, endpoint: endpoints.s3, forcePathStyle: true };
    return { uploadBucket, resultsBucket, databaseUrl, client };
  } catch {
    return null;
  }
}
