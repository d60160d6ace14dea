export const UPLOADS = 'uploads';
export const RESULTS = 'results';

/** What a request to S3 takes before its first byte comes, from a task in the same region; generously. */
export const DELAY_MS = 30;

/** What the process of the S3 endpoint tells once it listens. */
export interface S3Endpoints {
  endpoint: string;
  /** The same, {@link DELAY_MS} later. */
  slowEndpoint: string;
}
