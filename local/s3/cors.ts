// What browsers ask for before, and look for after, a request from a page of another origin.
import type { AnswerHeaders, Operation, S3Context } from './answer.ts';
import type { CorsRule } from './cors-rule.ts';
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';

/**
 * Answers a browser's question whether a page may send the request that it has in mind: OPTIONS.
 *
 * @throws S3Error `BadRequest`, `AccessForbidden`
 */
export const preflight: Operation = async (context, request) => {
  const origin = request.header('origin');
  if (origin === undefined) {
    throw new S3Error('BadRequest', 'Insufficient information. Origin request header needed.');
  }
  const method = request.header('access-control-request-method');
  if (method === undefined) {
    throw new S3Error(
      'BadRequest',
      'Insufficient information. Access-Control-Request-Method request header needed.',
    );
  }
  const names = (request.header('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const rule = findRule(context, request.bucket, origin, method, names);
  if (rule === undefined) {
    const problem = context.cors.has(request.bucket)
      ? `No CORS rule of this bucket allows ${method} from ${origin}${names.length > 0 ? ` with ${names.join(', ')}` : ''}.`
      : 'CORS is not enabled for this bucket.';
    throw new S3Error('AccessForbidden', `CORSResponse: ${problem}`, { Method: method });
  }
  return {
    status: 200,
    headers: {
      ...headersOf(rule, origin),
      'Access-Control-Allow-Headers': names.length > 0 ? names.join(', ') : undefined,
      'Access-Control-Max-Age': rule.maxAgeSeconds ?? undefined,
    },
  };
};

/** Whether the rules of the request's bucket let pages of this origin do to an object what the request does. */
export function allowsPage(context: S3Context, request: S3Request, origin: string): boolean {
  // A preflight changes nothing, and its answer says why it is refused.
  if (request.method === 'OPTIONS') return true;
  return request.key !== '' && findRule(context, request.bucket, origin, request.method, []) !== undefined;
}

/** What an answer tells the browser, so that the page's script may read it; none where no rule fits. */
export function crossOriginHeaders(context: S3Context, request: S3Request): AnswerHeaders {
  const origin = request.header('origin');
  if (origin === undefined || request.method === 'OPTIONS') return {};
  const rule = findRule(context, request.bucket, origin, request.method, []);
  return rule === undefined ? {} : headersOf(rule, origin);
}

/** The first that fits, as S3 chooses. */
function findRule(
  { cors }: S3Context,
  bucket: string,
  origin: string,
  method: string,
  headers: readonly string[],
): CorsRule | undefined {
  return cors
    .get(bucket)
    ?.find(
      ({ allowedOrigins, allowedMethods, allowedHeaders }) =>
        allowedMethods.includes(method) &&
        allowedOrigins.some((pattern) => fits(pattern, origin)) &&
        headers.every((name) => allowedHeaders.some((pattern) => fits(pattern.toLowerCase(), name))),
    );
}

function fits(pattern: string, text: string): boolean {
  const [before, after] = pattern.split('*') as [string, string | undefined];
  if (after === undefined) return text === pattern;
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

function headersOf(rule: CorsRule, origin: string): AnswerHeaders {
  const anyOrigin = rule.allowedOrigins.includes('*');
  return {
    'Access-Control-Allow-Origin': anyOrigin ? '*' : origin,
    'Access-Control-Allow-Methods': rule.allowedMethods.join(', '),
    'Access-Control-Expose-Headers':
      rule.exposedHeaders.length > 0 ? rule.exposedHeaders.join(', ') : undefined,
    'Access-Control-Allow-Credentials': anyOrigin ? undefined : 'true',
    Vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}
