/** A rule of a bucket, as S3 has it: origins and headers may hold one `*`, which stands for anything. */
export interface CorsRule {
  allowedOrigins: readonly string[];
  allowedMethods: readonly string[];
  allowedHeaders: readonly string[];
  exposedHeaders: readonly string[];
  maxAgeSeconds: number | null;
}
