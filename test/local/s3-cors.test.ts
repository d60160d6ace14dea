import { describe, expect, it } from 'vitest';
import type { CorsRule } from '../../local/s3/cors-rule.ts';
import { PLAIN, startTestS3, VERSIONED } from './s3-fixture.ts';

const rule: CorsRule = {
  allowedOrigins: ['https://app.example.com', 'http://localhost:*'],
  allowedMethods: ['PUT'],
  allowedHeaders: ['content-type', 'X-Amz-*'],
  exposedHeaders: ['ETag', 'x-amz-version-id'],
  maxAgeSeconds: 3600,
};
const s3 = await startTestS3({
  buckets: [
    { name: VERSIONED, versioned: true, cors: [rule] },
    { name: PLAIN, versioned: false },
  ],
});
const url = (bucket = VERSIONED) => `${s3.server.endpoint}/${bucket}/a.csv`;

function ask(headers: Record<string, string>, bucket?: string): Promise<Response> {
  return fetch(url(bucket), { method: 'OPTIONS', headers });
}
const question = (origin: string, method = 'PUT', headers = 'content-type,x-amz-meta-who') => ({
  Origin: origin,
  'Access-Control-Request-Method': method,
  'Access-Control-Request-Headers': headers,
});

describe('a preflight', () => {
  it.each(['https://app.example.com', 'http://localhost:3000'])('from %s is allowed', async (origin) => {
    const answer = await ask(question(origin));
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'content-type, x-amz-meta-who',
      'access-control-max-age': '3600',
      vary: expect.stringContaining('Origin'),
    });
  });

  it.each([
    ['of another origin', question('https://app.example.com.evil.example')],
    ['of another method', question('https://app.example.com', 'GET')],
    ['of a header that is not allowed', question('https://app.example.com', 'PUT', 'authorization')],
  ])('%s is refused', async (_, headers) => {
    const answer = await ask(headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(await answer.text()).toContain('<Code>AccessForbidden</Code>');
  });

  it('of a bucket without rules is refused, and says so', async () => {
    const answer = await ask(question('https://app.example.com'), PLAIN);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('CORS is not enabled for this bucket');
  });

  it('without an origin or a method is no question', async () => {
    expect((await ask({})).status).toBe(400);
    expect((await ask({ Origin: 'https://app.example.com' })).status).toBe(400);
  });
});

describe('a request from a page', () => {
  const put = (origin: string, headers: Record<string, string> = {}) =>
    fetch(url(), { method: 'PUT', headers: { Origin: origin, ...headers }, body: 'a\n' });

  it('has an answer that its script may read, version id and ETag included', async () => {
    const answer = await put('http://localhost:3000');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(answer.headers.get('access-control-expose-headers')).toBe('ETag, x-amz-version-id');
    expect(answer.headers.get('x-amz-version-id')).toMatch(/./);
  });

  it('that fails can be read, too', async () => {
    const answer = await put('http://localhost:3000', { 'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA==' });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
  });

  it('of another origin is refused: other than in S3, no signature tells it from the user’s own', async () => {
    const answer = await put('https://evil.example');
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessDenied</Code>');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});
