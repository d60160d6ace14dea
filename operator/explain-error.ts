import { OperatorError } from './operator-error.ts';

/** An error in words for the person at the terminal. */
export interface Explanation {
  /** What was found, in one paragraph. */
  found: string;
  /** What to do about it; null where `found` says so itself, or nobody knows. */
  remedy: string | null;
}

/** What errors of the SDK, of Node.js and of S3's bodiless answers have, as far as they have it. */
interface AnyError {
  name?: string;
  message?: string;
  code?: string;
  hostname?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: unknown;
}

interface Kind {
  matches(error: AnyError): boolean;
  /** What comes before the error's own words. */
  found: string;
  remedy: string;
}

const named = (pattern: RegExp) => (error: AnyError) => pattern.test(error.name ?? '');
const coded = (pattern: RegExp) => (error: AnyError) => pattern.test(error.code ?? '');
const SIGN_IN = 'Sign in (`aws sso login`, or new keys), and see that AWS_PROFILE names the right profile.';
const WHERE = 'See that AWS_PROFILE and AWS_REGION are those of the stack, and that it is deployed.';

/** The first that matches tells. Names are those of Step Functions, S3, EventBridge and STS. */
const kinds: readonly Kind[] = [
  {
    matches: ({ message = '' }) => /^Region (is missing|not accepted)/.test(message),
    found: 'No AWS region is set',
    remedy: 'Set AWS_REGION to the region of the stack, or give the profile of AWS_PROFILE a region.',
  },
  {
    matches: ({ name = '', message = '' }) =>
      /ExpiredToken|RequestExpired/.test(name) || (/Provider/.test(name) && /expired|refresh/i.test(message)),
    found: 'The AWS credentials have expired',
    remedy: SIGN_IN,
  },
  {
    matches: ({ name = '', message = '' }) =>
      /RequestTimeTooSkewed/.test(name) || /Signature (expired|not yet current)/.test(message),
    found: 'AWS refuses the time of this machine',
    remedy: 'Set its clock; AWS takes requests that are at most some minutes off.',
  },
  {
    matches: named(/CredentialsProvider|TokenProvider/),
    found: 'There are no AWS credentials',
    remedy: `${SIGN_IN} Without --aws, and without AWS_ENDPOINT_URL_…, the local stack is asked, which needs none.`,
  },
  {
    matches: named(
      /UnrecognizedClient|InvalidClientToken|InvalidAccessKey|InvalidSignature|SignatureDoesNotMatch|MissingAuthenticationToken|IncompleteSignature/,
    ),
    found: 'AWS does not know these credentials',
    remedy: SIGN_IN,
  },
  {
    matches: named(/PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint|OptInRequired/),
    found: 'It is not in this region',
    remedy: 'Set AWS_REGION to the region of the stack.',
  },
  {
    matches: ({ name = '', $metadata }) =>
      /AccessDenied|Forbidden|NotAuthorized|UnauthorizedOperation/.test(name) ||
      ($metadata?.httpStatusCode === 403 && name !== 'KMS.DisabledException'),
    found: 'AWS does not allow it',
    remedy: 'Ask for the permissions that docs/deploy.md lists for operators.',
  },
  {
    matches: named(/Throttl|TooManyRequests|SlowDown|RequestLimitExceeded|LimitExceeded/),
    found: 'AWS has been asked too often',
    remedy: 'Wait a minute and try again; ask for less at a time (--limit, --since).',
  },
  {
    matches: named(/^ExecutionDoesNotExist/),
    found: 'There is no such execution',
    remedy:
      '`npm run ops -- list` shows what there is. Step Functions forgets an execution 90 days after its end.',
  },
  {
    matches: named(/^InvalidArn|^ValidationException/),
    found: 'AWS does not understand the request',
    remedy: 'See that each ARN is whole, as `npm run ops -- list --json` shows it.',
  },
  {
    matches: named(/DoesNotExist|NoSuchBucket|NotFound|NoSuchKey/),
    found: 'It is not there',
    remedy: WHERE,
  },
  {
    matches: coded(/CERT|SELF_SIGNED|ERR_TLS|^EPROTO$/),
    found: 'The connection is not trusted',
    remedy:
      'Where a proxy opens connections, name its certificate in NODE_EXTRA_CA_CERTS; see that AWS_ENDPOINT_URL_… begins with http or https as it should.',
  },
  {
    matches: coded(/ERR_INVALID_URL/),
    found: 'An address is no URL',
    remedy: 'Write AWS_ENDPOINT_URL_… with its scheme, such as http://127.0.0.1:8083.',
  },
  {
    matches: coded(/^(ENOTFOUND|EAI_AGAIN)$/),
    found: 'The network does not know the address',
    remedy:
      'See that this machine has a network, and that AWS_REGION (or AWS_ENDPOINT_URL_…) is spelled right.',
  },
  {
    matches: (error) => coded(/^(ECONN|EHOST|ENET|ETIMEDOUT|EPIPE)/)(error) || named(/TimeoutError/)(error),
    found: 'There is no connection',
    remedy:
      'See that this machine reaches the endpoint (network, VPN, proxy), and that AWS_ENDPOINT_URL_… is right where it is set.',
  },
  {
    matches: ({ name, $metadata, $response }) =>
      name === 'SyntaxError' && ($metadata !== undefined || $response !== undefined),
    found: 'What answers is not AWS',
    remedy:
      'See that AWS_ENDPOINT_URL_… is right where it is set, and that no proxy or login page is in between.',
  },
  {
    matches: ({ $metadata }) => ($metadata?.httpStatusCode ?? 0) >= 500,
    found: 'AWS has failed itself',
    remedy: 'Try again in a minute; https://health.aws.amazon.com says whether more is wrong.',
  },
  {
    matches: coded(/^(EACCES|EPERM|EROFS|ENOSPC|ENOTDIR|EISDIR|EEXIST|ENAMETOOLONG)$/),
    found: 'The file cannot be written',
    remedy: 'Choose a folder in which you may write, with room.',
  },
];

/** Turns an error of the SDK, of the network or of the file system into words with a remedy. */
export function explainError(error: unknown): Explanation {
  if (error instanceof OperatorError) return { found: error.message, remedy: null };
  const any = error as AnyError;
  const kind = kinds.find(({ matches }) => matches(any));
  if (kind === undefined) return { found: wordsOf(any), remedy: null };
  return { found: `${kind.found}: ${wordsOf(any)}`, remedy: kind.remedy };
}

/** Whether something is known to be no slip in the code, whatever class its error has. */
export function isExplained(error: unknown): boolean {
  return error instanceof OperatorError || kinds.some(({ matches }) => matches(error as AnyError));
}

/** The error's own words; AWS's names are part of them, since they can be looked up. */
function wordsOf({ name = 'Error', message = '', code, $metadata }: AnyError): string {
  const told = name === 'SyntaxError' ? '' : message;
  // S3 answers HEAD without a body, and a refused connection to several addresses has no message.
  const words =
    told === '' || told === 'UnknownError'
      ? (code ?? `HTTP status ${$metadata?.httpStatusCode ?? 'unknown'}`)
      : told;
  const prefix = /^(Error|AggregateError|SyntaxError|TypeError|CredentialsProviderError|Unknown.*)$/.test(
    name,
  );
  return `${prefix ? '' : `${name}: `}${words}`.replace(/([^.!?])$/, '$1.');
}
