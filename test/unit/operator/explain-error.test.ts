import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainError, isExplained } from '../../../operator/explain-error.ts';
import { OperatorError } from '../../../operator/operator-error.ts';

const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };

/** Answers as AWS would refuse, as the path message: `/403/AccessDeniedException/the message`. */
let server: Server;
let endpoint: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const [, status, name, message] = decodeURIComponent(request.url!).split('/');
    response.writeHead(Number(status), { 'content-type': 'application/x-amz-json-1.0' });
    response.end(name === 'HTML' ? '<html>' : JSON.stringify({ __type: name, message }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

/** What the real SDK throws. */
async function errorOf(config: ConstructorParameters<typeof SFNClient>[0]): Promise<unknown> {
  const client = new SFNClient({ region: 'us-east-1', credentials, maxAttempts: 1, ...config });
  return client.send(new ListStateMachinesCommand({})).then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
}

describe('errors of the SDK, in words', () => {
  it.each([
    ['no such host', { endpoint: 'http://no-such-host.invalid' }, /network does not know/, /AWS_REGION/],
    [
      'nobody there',
      { endpoint: 'http://127.0.0.1:1' },
      /no connection: .*ECONNREFUSED/,
      /reaches the endpoint/,
    ],
    ['an odd region', { region: 'eu west' }, /No AWS region/, /Set AWS_REGION/],
    [
      'no region',
      {
        region: async () => {
          throw new Error('Region is missing');
        },
      },
      /No AWS region/,
      /Set AWS_REGION/,
    ],
  ])('%s', async (_, config, found, remedy) => {
    const error = await errorOf(config);
    expect(explainError(error)).toEqual({
      found: expect.stringMatching(found),
      remedy: expect.stringMatching(remedy),
    });
    expect(isExplained(error)).toBe(true);
  });

  it.each([
    ['400/ExpiredTokenException/The token is expired', /have expired/, /aws sso login/],
    [
      '400/UnrecognizedClientException/The token is invalid',
      /does not know these credentials/,
      /AWS_PROFILE/,
    ],
    ['400/InvalidSignatureException/Signature expired: 1 is now earlier than 2', /time of this/, /clock/],
    [
      '400/AccessDeniedException/User: x is not authorized to perform: y',
      /does not allow it: .*perform: y/,
      /docs\/deploy/,
    ],
    ['400/ThrottlingException/Rate exceeded', /too often/, /--since/],
    ['400/StateMachineDoesNotExist/none', /not there/, /AWS_PROFILE and AWS_REGION/],
    ['400/ExecutionDoesNotExist/none', /no such execution/, /ops -- list/],
    ['400/InvalidArn/odd', /does not understand/, /ARN is whole/],
    ['500/InternalServerError/oh', /failed itself/, /Try again/],
    ['200/HTML/', /not AWS/, /AWS_ENDPOINT_URL/],
  ])('AWS answers %s', async (path, found, remedy) => {
    // The path stays in front of the operation's own.
    const error = await errorOf({ endpoint: `${endpoint}/${path}/` });
    expect(explainError(error)).toEqual({
      found: expect.stringMatching(found),
      remedy: expect.stringMatching(remedy),
    });
  });

  it('S3’s answers to HEAD, which have no body', async () => {
    const s3 = new S3Client({
      region: 'us-east-1',
      credentials,
      forcePathStyle: true,
      endpoint: `${endpoint}/403/x/`,
    });
    const error = await s3.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' })).catch((thrown) => thrown);
    expect(explainError(error).found).toMatch(/does not allow it: .*403/);
  });

  it.each([
    ['CredentialsProviderError', 'Could not load credentials from any providers', /no AWS credentials/],
    ['CredentialsProviderError', 'The SSO session associated with this profile has expired.', /expired/],
    ['TokenProviderError', 'Token is expired. To refresh this SSO session run aws sso login', /expired/],
    ['PermanentRedirect', 'use the specified endpoint', /not in this region/],
  ])('%s: %s', (name, message, found) => {
    const error = Object.assign(new Error(message), { name });
    expect(explainError(error)).toEqual({ found: expect.stringMatching(found), remedy: expect.any(String) });
  });
});

describe('other errors', () => {
  it('a person’s own say what to do themselves', () => {
    expect(explainError(new OperatorError('Do this.'))).toEqual({ found: 'Do this.', remedy: null });
  });

  it('a slip in the code is not explained away', () => {
    for (const error of [new TypeError('x is undefined'), new SyntaxError('Unexpected token')]) {
      expect(isExplained(error)).toBe(false);
    }
    expect(explainError(new Error('Something')).found).toBe('Something.');
  });

  it('a folder in which one may not write', () => {
    const error = Object.assign(new Error('EACCES: permission denied, open /x'), { code: 'EACCES' });
    expect(explainError(error)).toMatchObject({
      found: expect.stringContaining('/x'),
      remedy: expect.any(String),
    });
  });
});
