import { JsonPath } from 'aws-cdk-lib/aws-stepfunctions';
import type { importerEnvironmentSchema } from '../contract/environment.ts';

/**
 * What one attempt is told, by the contract's names, checked by the compiler. Numbers and booleans become text by
 * States.Format; the key is passed as it is, since States.Format is not trusted with backslashes.
 */
export function attemptEnvironment(
  resultsBucketName: string,
): Record<keyof typeof importerEnvironmentSchema.shape, string> {
  return {
    S3_BUCKET: JsonPath.stringAt('$.run.upload.bucket'),
    S3_KEY: JsonPath.stringAt('$.run.upload.key'),
    S3_VERSION_ID: JsonPath.stringAt('$.run.upload.versionId'),
    S3_ETAG: JsonPath.stringAt('$.run.upload.etag'),
    S3_SIZE: JsonPath.format('{}', JsonPath.stringAt('$.run.upload.size')),
    S3_SEQUENCER: JsonPath.stringAt('$.run.upload.sequencer'),
    IMPORT_NAME: JsonPath.stringAt('$.run.import'),
    RUN_ID: JsonPath.stringAt('$.run.runId'),
    ATTEMPT: JsonPath.format(
      '{}.{}.{}',
      JsonPath.stringAt('$$.Execution.Name'),
      JsonPath.stringAt('$$.Execution.RedriveCount'),
      JsonPath.stringAt('$.attempt'),
    ),
    EXECUTION_ARN: JsonPath.stringAt('$$.Execution.Id'),
    RESULTS_BUCKET: resultsBucketName,
    DRY_RUN: JsonPath.format('{}', JsonPath.stringAt('$.run.dryRun')),
    POLLS: JsonPath.format('{}', JsonPath.stringAt('$.polls')),
  };
}
