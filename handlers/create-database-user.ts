import { setTimeout as sleep } from 'node:timers/promises';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { z } from 'zod';

/** A paused database takes half a minute to wake up; Lambda ends this after five. */
const GIVE_UP_AFTER_MS = 4 * 60_000;
const PAUSE_MS = 5_000;

const eventSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  ResourceProperties: z.object({
    resourceArn: z.string(),
    secretArn: z.string(),
    database: z.string(),
    sql: z.string(),
  }),
});
type Statement = z.infer<typeof eventSchema>['ResourceProperties'];

/** CloudFormation's custom resource for the user of small imports: runs its SQL by the RDS Data API, as the master user. */
export async function handler(input: unknown, pauseMs = PAUSE_MS): Promise<void> {
  const event = eventSchema.parse(input);
  const { database, ...rest } = event.ResourceProperties;
  const failure = await (event.RequestType === 'Delete'
    ? // Harmless without its function, and the owner of what it may have created.
      null
    : execute({ database, ...rest }, pauseMs).then(
        () => null,
        (error: Error) =>
          `The user for small imports could not be created in database ${database}: ${error.message}`,
      ));
  const { StackId, RequestId, LogicalResourceId } = event;
  const answer = {
    Status: failure === null ? 'SUCCESS' : 'FAILED',
    ...(failure === null ? {} : { Reason: failure }),
    PhysicalResourceId: database,
    StackId,
    RequestId,
    LogicalResourceId,
  };
  // Without an answer CloudFormation waits for an hour.
  // As bytes, for which fetch sets no Content-Type: the address is signed without one.
  await fetch(event.ResponseURL, { method: 'PUT', body: Buffer.from(JSON.stringify(answer)) });
}

/** @throws Error as the Data API says it, unless the database is about to wake up */
async function execute(statement: Statement, pauseMs: number): Promise<void> {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const response = await send(statement);
    if (response.ok) return;
    const problem = `${response.headers.get('x-amzn-errortype') ?? response.status}: ${await response.text()}`;
    const mayPass = response.status >= 500 || /Resuming|Unavailable|link failure/i.test(problem);
    if (!mayPass || Date.now() > deadline) throw new Error(problem);
    await sleep(pauseMs);
  }
}

async function send(statement: Statement): Promise<Response> {
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, DATA_API_URL } =
    process.env;
  const url = new URL('/Execute', DATA_API_URL);
  const body = JSON.stringify(statement);
  const signer = new SignatureV4({
    service: 'rds-data',
    region: AWS_REGION!,
    sha256: Sha256,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID!,
      secretAccessKey: AWS_SECRET_ACCESS_KEY!,
      ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
    },
  });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  });
  return fetch(url, { method: 'POST', headers, body });
}
