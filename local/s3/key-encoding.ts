// How listings write keys.
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';

/**
 * Keys as they are, or percent-encoded as `encoding-type=url` asks for: for readers whose XML knows no control
 * characters.
 *
 * @throws S3Error `InvalidArgument`
 */
export function keyEncoder(request: S3Request): (key: string) => string {
  const encoding = request.query.get('encoding-type');
  if (encoding === null || encoding === '') return (key) => key;
  if (encoding === 'url') return (key) => encodeURIComponent(key).replaceAll('%2F', '/');
  throw new S3Error(
    'InvalidArgument',
    `Invalid Encoding Method specified in Request: "${encoding}", use "url".`,
  );
}
