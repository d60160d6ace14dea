import { S3Client } from '@aws-sdk/client-s3';
import { findLocalStack } from './local-stack.ts';

/** What your users upload files to: an import of `imports/`, as far as the application must know it. */
export interface Target {
  import: string;
  prefix: string;
  extensions: readonly string[];
  /** The least of what the import takes and what S3 takes in one PUT. */
  maxBytes: number;
}

export interface Settings {
  target: Target;
  /** Outputs of the stack: UploadBucketName and ResultsBucketName. */
  uploadBucket: string;
  resultsBucket: string;
  /** The database that has the ledger, with a login by docs/application-user.sql. */
  databaseUrl: string;
  s3: S3Client;
}

const GIB = 1024 ** 3;

const customers: Target = {
  import: 'customers',
  prefix: 'uploads/customers/',
  extensions: ['.csv', '.csv.gz', '.csv.zst', '.zip'],
  maxBytes: 5 * GIB,
};

/**
 * From the environment, or those of the local stack that runs in this folder.
 *
 * @throws Error naming what is missing
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const { UPLOAD_BUCKET, RESULTS_BUCKET, DATABASE_URL } = env;
  // By default the SDK adds a checksum of the body to a request, and of a request to be signed that is an empty one.
  const checksums = { requestChecksumCalculation: 'WHEN_REQUIRED' } as const;
  if (UPLOAD_BUCKET !== undefined && RESULTS_BUCKET !== undefined && DATABASE_URL !== undefined) {
    return {
      target: customers,
      uploadBucket: UPLOAD_BUCKET,
      resultsBucket: RESULTS_BUCKET,
      databaseUrl: DATABASE_URL,
      s3: new S3Client(checksums),
    };
  }
  const local = findLocalStack();
  if (local === null) {
    throw new Error(
      'No local stack is running here: start it with `npm run local`, or set UPLOAD_BUCKET, RESULTS_BUCKET and DATABASE_URL.',
    );
  }
  const { client, ...rest } = local;
  return { target: customers, ...rest, s3: new S3Client({ ...checksums, ...client }) };
}
