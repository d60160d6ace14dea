import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { handler } from '../../../handlers/create-database-user.ts';

// The RDS Data API and CloudFormation, as far as the function talks to them.

type Answer = { status: number; error?: string; message?: string };
let server: Server;
let origin: string;
let answers: Answer[];
let statements: { headers: Record<string, unknown>; body: unknown }[];
let told: Record<string, unknown>[];

beforeEach(async () => {
  answers = [];
  statements = [];
  told = [];
  server = createServer(async (request, response) => {
    const text = (await request.toArray()).join('');
    if (request.method === 'PUT') {
      // S3 would refuse it: the address is signed without.
      if (request.headers['content-type'] === undefined) told.push(JSON.parse(text));
      response.end();
      return;
    }
    statements.push({ headers: { ...request.headers, path: request.url }, body: JSON.parse(text) });
    const { status, error, message } = answers.shift() ?? { status: 200 };
    response.writeHead(status, error === undefined ? {} : { 'x-amzn-errortype': error });
    response.end(JSON.stringify({ message }));
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    DATA_API_URL: origin,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'session',
  });
});
afterEach(() => new Promise((done) => server.close(done)));

const properties = {
  resourceArn: 'arn:cluster',
  secretArn: 'arn:secret',
  database: 'imports',
  sql: 'do $$ $$',
};
const event = (RequestType: string) => ({
  RequestType,
  ResponseURL: `${origin}/answer`,
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'User',
  ResourceProperties: { ServiceToken: 'arn:function', ...properties },
});
const succeeded = {
  Status: 'SUCCESS',
  PhysicalResourceId: 'imports',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'User',
};

it.each(['Create', 'Update'])('runs the SQL on %s, signed, and tells CloudFormation', async (type) => {
  await handler(event(type), 1);
  expect(statements).toEqual([
    {
      headers: expect.objectContaining({
        path: '/Execute',
        'content-type': 'application/json',
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/rds-data\/aws4_request/,
        ),
        'x-amz-security-token': 'session',
      }),
      body: properties,
    },
  ]);
  expect(told).toEqual([succeeded]);
});

it('waits for a database that is paused', async () => {
  answers = [
    { status: 400, error: 'DatabaseResumingException' },
    { status: 400, error: 'BadRequestException', message: 'Communications link failure' },
    { status: 504, error: 'DatabaseUnavailableException' },
  ];
  await handler(event('Create'), 1);
  expect(statements).toHaveLength(4);
  expect(told).toEqual([succeeded]);
});

it('tells CloudFormation at once what is wrong with the SQL or the rights', async () => {
  answers = [{ status: 400, error: 'DatabaseErrorException', message: 'role "rds_iam" does not exist' }];
  await handler(event('Create'), 1);
  expect(statements).toHaveLength(1);
  expect(told).toEqual([
    expect.objectContaining({
      Status: 'FAILED',
      Reason: expect.stringMatching(/database imports: DatabaseErrorException: .*rds_iam/),
    }),
  ]);
});

it('leaves the user where the stack is removed', async () => {
  await handler(event('Delete'), 1);
  expect(statements).toEqual([]);
  expect(told).toEqual([succeeded]);
});
