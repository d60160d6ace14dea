import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { ImportFailure } from '../../contract/failures.ts';

/** As long as RDS takes a token. */
const EXPIRES_SECONDS = 900;

/**
 * Makes IAM tokens of RDS, which go in the place of a password: each is a signed request that is never sent, so it takes
 * no way to any service. It is good for a quarter of an hour.
 *
 * @param env with the credentials of the function's role, as Lambda sets them
 * @throws ImportFailure `DatabaseMisconfigured`
 */
export function authTokens(
  { host, port, username }: { host: string; port: number; username: string },
  env: NodeJS.ProcessEnv,
): () => Promise<string> {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  if (region === undefined || AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) {
    throw new ImportFailure(
      'DatabaseMisconfigured',
      'DATABASE_IAM_USER asks for a login by IAM, but the environment has no AWS_REGION or no credentials.',
    );
  }
  const signer = new SignatureV4({
    service: 'rds-db',
    region,
    sha256: Sha256,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
    },
  });
  const request = {
    method: 'GET',
    protocol: 'https:',
    hostname: host,
    port,
    path: '/',
    query: { Action: 'connect', DBUser: username },
    headers: { host: `${host}:${port}` },
  };
  return async () => {
    const { query = {} } = await signer.presign(request, { expiresIn: EXPIRES_SECONDS });
    const parameters = Object.entries(query).map((pair) =>
      pair.map((part) => encodeURIComponent(String(part))).join('='),
    );
    return `${host}:${port}/?${parameters.join('&')}`;
  };
}
