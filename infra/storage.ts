import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from './config.ts';

/** Where files are dropped, and where reports and rejects are written: two buckets, so nothing triggers itself. */
export class Storage extends Construct {
  readonly uploads: Bucket;
  readonly results: Bucket;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const common: BucketProps = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: config.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    };
    // Parts of a multipart upload that was given up are invisible and cost money.
    const abandoned = { id: 'abandoned-parts', abortIncompleteMultipartUploadAfter: Duration.days(7) };

    this.uploads = new Bucket(this, 'Uploads', {
      ...common,
      // A run reads the version that its event named, whatever was uploaded under the key since.
      versioned: true,
      lifecycleRules: [
        abandoned,
        {
          id: 'old-versions',
          noncurrentVersionExpiration: Duration.days(config.uploads.oldVersionDays),
          expiredObjectDeleteMarker: true,
        },
      ],
    });
    // Not `eventBridgeEnabled`: it brings a custom resource with a function of its own for this one property.
    (this.uploads.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };

    this.results = new Bucket(this, 'Results', {
      ...common,
      lifecycleRules: [
        abandoned,
        // Reject files hold people's data: they are for correcting a file, not for keeping.
        { id: 'old-results', expiration: Duration.days(config.results.retentionDays) },
      ],
    });

    for (const bucket of [this.uploads, this.results]) {
      Validations.of(bucket).acknowledge({
        id: 'AwsSolutions-S1',
        reason:
          'The ledger and the executions say who uploaded what and what became of it; access logs of S3 would need a third bucket. CloudTrail data events are the account owner’s choice.',
      });
    }
  }
}
