import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { afterAll, onTestFinished, TestRunner } from 'vitest';
import type { ObjectCreated } from '../../local/s3/announcer.ts';
import { type S3Options, type S3Server, startS3 } from '../../local/s3/server.ts';

export const VERSIONED = 'uploads';
export const PLAIN = 'results';
const buckets = [
  { name: VERSIONED, versioned: true },
  { name: PLAIN, versioned: false },
];

export interface TestS3 {
  directory: string;
  server: S3Server;
  client: S3Client;
  events: ObjectCreated[];
  /** Stops the server and starts it again on the same directory. */
  restart(options?: Partial<S3Options>): Promise<void>;
}

export function clientOf(endpoint: string, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    ...config,
  });
}

/** A server on a fresh directory, gone after the test, or after the file if it is started outside of one. */
export async function startTestS3(options: Partial<S3Options> = {}): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 's3-test-'));
  const events: ObjectCreated[] = [];
  const start = (more: Partial<S3Options> = {}) =>
    startS3({ directory, buckets, onObjectCreated: (event) => void events.push(event), ...options, ...more });
  const server = await start();
  const test: TestS3 = {
    directory,
    server,
    client: clientOf(server.endpoint),
    events,
    restart: async (more) => {
      test.client.destroy();
      await test.server.close();
      test.server = await start(more);
      test.client = clientOf(test.server.endpoint);
    },
  };
  const stop = async () => {
    test.client.destroy();
    await test.server.close();
    await rm(directory, { recursive: true, force: true });
  };
  // Within a test it goes with the test.
  if (TestRunner.getCurrentTest() === undefined) afterAll(stop);
  else onTestFinished(stop);
  return test;
}

/** Sends bytes as they are and returns all that comes back until the server closes. */
export function sendRaw(endpoint: string, request: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(request));
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
