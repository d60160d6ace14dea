import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  type CorsRule,
  HttpMethods,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ImportDefinition } from '../contract/definition/define-import.ts';
import { resultPrefixes } from '../contract/storage-keys.ts';
import type { Config } from './config.ts';
import { wildcard } from './findings.ts';
import { uploadPatterns } from './upload-prefixes.ts';

/** Parts of a multipart upload that was given up are invisible and cost money. */
const abandoned = { id: 'abandoned-parts', abortIncompleteMultipartUploadAfter: Duration.days(7) };

/** A page's script sees of an answer only what is exposed: version id and ETag name the upload that it has made. */
function uploadsFrom(origins: readonly string[]): CorsRule {
  return {
    allowedOrigins: [...origins],
    allowedMethods: [HttpMethods.PUT],
    allowedHeaders: ['*'],
    exposedHeaders: ['ETag', 'x-amz-version-id'],
    // Longer than an upload in parts takes; Chromium keeps an answer for two hours at most.
    maxAge: 3600,
  };
}

/** Where files are dropped, and where reports and rejects are written: two buckets, so nothing triggers itself. */
export class Storage extends Construct {
  readonly uploads: IBucket;
  readonly results: Bucket;
  readonly #config: Config;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.#config = config;
    const { bucketName } = config.uploads;
    // An existing bucket is somebody else's: nothing of it is changed here, docs/deploy.md says what they must do.
    this.uploads =
      bucketName === undefined
        ? this.#createUploads()
        : Bucket.fromBucketName(this, 'ExistingUploads', bucketName);
    this.results = this.#create('Results', {
      lifecycleRules: [
        abandoned,
        ...resultPrefixes.map((prefix) => ({
          id: `old-${prefix.slice(0, -1)}`,
          prefix,
          expiration: Duration.days(
            prefix === 'rejects/' ? config.results.rejectRetentionDays : config.results.retentionDays,
          ),
        })),
      ],
    });
  }

  /**
   * Lets a role read the uploads of some imports, any version of them. By hand, here and below: CDK's grants would add
   * wildcards such as s3:GetObject*.
   */
  allowReadingUploads(role: IRole, imports: readonly ImportDefinition[]): void {
    const objects = uploadPatterns(imports.map(({ prefix }) => prefix)).map((pattern) =>
      this.uploads.arnForObjects(pattern),
    );
    if (objects.length === 0) return;
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'ReadUploads',
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: objects,
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'TellGoneFromForbidden',
        // Without it S3 answers 403 for an object that does not exist. A request for an object has no prefix that a
        // condition could ask for.
        actions: ['s3:ListBucket'],
        resources: [this.uploads.bucketArn],
      }),
    );
    const { kmsKeyArn } = this.#config.uploads;
    if (kmsKeyArn !== undefined) {
      role.addToPrincipalPolicy(
        new PolicyStatement({
          sid: 'DecryptUploads',
          actions: ['kms:Decrypt'],
          resources: [kmsKeyArn],
          // Only what S3 decrypts for the role, not whatever else the key has encrypted.
          conditions: { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
        }),
      );
    }
    Validations.of(role).acknowledge(
      ...objects.map((arn) =>
        wildcard(this, arn, 'People name their uploads; the prefixes are the imports’.'),
      ),
    );
  }

  /** Lets a role write reports, progress and rejects. */
  allowWritingResults(role: IRole): void {
    const objects = resultPrefixes.map((prefix) => this.results.arnForObjects(`${prefix}*`));
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'WriteResults',
        actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
        resources: objects,
      }),
    );
    this.#acknowledgeResults(role, objects);
  }

  /** Lets a role read reports, and tell one that is not there from one that it may not read. */
  allowReadingReports(role: IRole): void {
    const objects = this.results.arnForObjects('reports/*');
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [objects] }));
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.results.bucketArn] }),
    );
    this.#acknowledgeResults(role, [objects]);
  }

  #acknowledgeResults(role: IRole, objects: readonly string[]): void {
    Validations.of(role).acknowledge(
      ...objects.map((arn) =>
        wildcard(this, arn, 'Results are named by run and attempt, which are not known in advance.'),
      ),
    );
  }

  #createUploads(): Bucket {
    const { corsOrigins, oldVersionDays } = this.#config.uploads;
    const uploads = this.#create('Uploads', {
      // A run reads the version that its event named, whatever was uploaded under the key since.
      versioned: true,
      lifecycleRules: [
        abandoned,
        {
          id: 'old-versions',
          noncurrentVersionExpiration: Duration.days(oldVersionDays),
          expiredObjectDeleteMarker: true,
        },
      ],
      // Which pages may upload by a presigned URL; the URL is the permission, this is what browsers ask for besides.
      ...(corsOrigins.length === 0 ? {} : { cors: [uploadsFrom(corsOrigins)] }),
    });
    // Not `eventBridgeEnabled`: it brings a custom resource with a function of its own for this one property.
    (uploads.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    return uploads;
  }

  #create(id: string, props: BucketProps): Bucket {
    const bucket = new Bucket(this, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: this.#config.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      ...props,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'The ledger and the executions say who uploaded what and what became of it; access logs of S3 would need a third bucket. CloudTrail data events are the account owner’s choice.',
    });
    return bucket;
  }
}
