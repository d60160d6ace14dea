import { createHash, createHmac } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { databaseTarget } from '../../../../task/load/connect.ts';

afterEach(() => vi.useRealTimers());

const environment = {
  DATABASE_HOST: 'db.cluster-abc.eu-west-1.rds.amazonaws.com',
  DATABASE_PORT: '5433',
  DATABASE_NAME: 'shop',
  DATABASE_IAM_USER: 'csv_small_importer',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session+/=',
};

it('is the request that RDS demands, signed by Signature Version 4', async () => {
  vi.useFakeTimers({ now: new Date('2026-11-29T10:00:00Z'), toFake: ['Date'] });
  const target = databaseTarget(environment);
  expect(target).toMatchObject({
    host: environment.DATABASE_HOST,
    port: 5433,
    database: 'shop',
    username: 'csv_small_importer',
    tls: 'verify',
  });
  const token = await (target.password as () => Promise<string>)();
  const [address, query] = token.split('/?');
  expect(address).toBe('db.cluster-abc.eu-west-1.rds.amazonaws.com:5433');
  const { 'X-Amz-Signature': signature, ...signed } = Object.fromEntries(new URLSearchParams(query));
  expect(signed).toEqual({
    Action: 'connect',
    DBUser: 'csv_small_importer',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIDEXAMPLE/20261129/eu-west-1/rds-db/aws4_request',
    'X-Amz-Date': '20261129T100000Z',
    'X-Amz-Expires': '900',
    'X-Amz-Security-Token': 'session+/=',
    'X-Amz-SignedHeaders': 'host',
  });

  // By hand, as "Create a signed AWS API request" has it.
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const canonicalQuery = Object.entries(signed)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .toSorted()
    .join('&');
  const canonical = ['GET', '/', canonicalQuery, `host:${address}\n`, 'host', sha('')].join('\n');
  const scope = '20261129/eu-west-1/rds-db/aws4_request';
  const key = ['20261129', 'eu-west-1', 'rds-db', 'aws4_request'].reduce<string | Buffer>(hmac, 'AWS4secret');
  const text = `AWS4-HMAC-SHA256\n20261129T100000Z\n${scope}\n${sha(canonical)}`;
  expect(signature).toBe(hmac(key, text).toString('hex'));
});

it.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'DATABASE_HOST'])('fails at once without %s', (name) => {
  expect(() => databaseTarget({ ...environment, [name]: undefined })).toThrow(
    expect.objectContaining({ name: 'DatabaseMisconfigured' }),
  );
});
